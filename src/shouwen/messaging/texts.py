"""通知文字: the texts that ship (`texts.yaml`), the bank's own wording in their place, and how placeholders are filled in."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from shouwen.casework.rules import standing_policy
from shouwen.core.language import require_fit_language
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.messaging.models import Wording

FILE = Path(__file__).with_name("texts.yaml")
LANGUAGES = ("zh", "en")
FORMS = {
    "sms": Text("短信", "SMS"),
    "email": Text("电子邮件", "E-mail"),
    "chat": Text("企业微信、钉钉", "WeCom, DingTalk"),
}
FORM_OF_WAY = {"sms": "sms", "email": "email", "wecom": "chat", "dingtalk": "chat"}
SUBJECT_LENGTH, BODY_LENGTH = 200, {"sms": 500, "chat": 600, "email": 5_000}
"""Of a template, in characters: about seven parts of a long text message, and WeCom's 2,048 bytes with room for what is filled in."""

NAMES: dict[str, tuple[Text, Text]] = {
    "bank": (Text("银行名称", "Name of the bank"), Text("示范银行", "Sample Bank")),
    "number": (Text("投诉编号", "Number of the complaint"), Text("TS2026-00000012", "TS2026-00000012")),
    "code": (Text("查询码或验证码", "Tracking code or code"), Text("7KQ2M9XW4RTA", "7KQ2M9XW4RTA")),
    "link": (
        Text("查询页或办理页的地址", "Address of the page"),
        Text("https://shouwen.example/track/", "https://shouwen.example/track/"),
    ),
    "due": (Text("时限", "When it is due"), Text("2026-11-27", "2026-11-27")),
    "ground": (
        Text("不予受理的理由类别", "Ground for declining"),
        Text("不属于本行业务", "not about this bank's business"),
    ),
    "way_on": (
        Text("客户可以怎么做", "What the customer can do instead"),
        Text("请向有关单位反映。", "Please turn to the body in charge."),
    ),
    "reason": (
        Text("不予受理的说明", "Reason for declining"),
        Text("经核对，您反映的账户不在本行。", "The account you name is not with us."),
    ),
    "letter": (
        Text("回复函正文", "The letter itself"),
        Text(
            "尊敬的客户：您反映的问题我们已经核实，向您诚恳道歉，并已增开窗口。",
            "Dear customer, we have looked into what you told us. We are sorry, and have opened another window.",
        ),
    ),
    "corrected": (Text("更正的项目", "What was corrected"), Text("联系电话", "Phone")),
    "minutes": (Text("有效分钟数", "Minutes that it is good for"), Text("10", "10")),
    "reminder": (Text("提醒的内容", "What it reminds of"), Text("时限将到", "the limit comes near")),
    "slip": (Text("督办单编号", "Number of the supervision slip"), Text("TS2026-00000001-D1")),
    "matter": (Text("事项名称", "What it is about"), Text("改进事项 GJ2026-0001", "改进事项 GJ2026-0001")),
    "unit": (Text("单位名称", "Name of the unit"), Text("人民路分理处", "Renmin Road outlet")),
}
"""占位符: what each stands for, and a sample for the preview."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Words(msgspec.Struct, frozen=True):
    """The words of one message or template; only e-mail has a subject."""

    body: str
    subject: str = ""


class Mail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    subject: str
    body: str


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """文字模板: what is said on one occasion, by each form and in both languages."""

    code: str
    title: Text
    reader: str
    names: tuple[str, ...]
    must: tuple[str, ...]
    email: dict[str, Mail]
    sms: dict[str, str] = {}
    chat: dict[str, str] = {}

    @property
    def forms(self) -> tuple[str, ...]:
        return tuple(form for form in FORMS if getattr(self, form))

    def shipped(self, form: str, language: str) -> Words:
        text: Any = getattr(self, form)[language]
        return Words(text.body, text.subject) if isinstance(text, Mail) else Words(text)


@cache
def templates() -> dict[str, Template]:
    """All templates by their code, in the order of the file. Refused (`Refusal`, at start) when a placeholder is unknown."""
    listed = msgspec.convert(yaml.safe_load(FILE.read_text(encoding="utf-8")), tuple[Template, ...])
    for template in listed:
        for form in template.forms:
            for language in LANGUAGES:
                require_fillable(template, form, template.shipped(form, language))
    return {template.code: template for template in listed}


def require_fillable(template: Template, form: str, words: Words) -> None:
    """Refuse a text with a placeholder that this template does not know, without one that it must have, or too long or empty."""
    for field, text in (("subject", words.subject), ("body", words.body)):
        if not text.strip() and (field == "body" or form == "email"):
            raise Refusal("text-missing", Text("请填写文字。", "Please fill in the text."), field=field)
        longest = SUBJECT_LENGTH if field == "subject" else BODY_LENGTH[form]
        if len(text) > longest:
            raise Refusal(
                "text-too-long",
                Text(f"最多 {longest} 个字，请缩短。", f"{longest} characters at most. Please shorten it."),
                field=field,
            )
        _require_known(text, template.names, field)
    missing = [name for name in template.must if f"{{{name}}}" not in words.body]
    if missing:
        named = "、".join(f"{{{name}}}" for name in missing)
        raise Refusal(
            "placeholder-missing",
            Text(
                f"文字中须有占位符 {named}，否则收件人不知道该怎么做。",
                f"The text needs the placeholder {named}, or its reader would not know how to go on.",
            ),
            field="body",
        )


def _require_known(text: str, names: tuple[str, ...], field: str) -> None:
    known = "、".join(f"{{{name}}}" for name in names)
    for name in _PLACEHOLDER.findall(text):
        if name not in names:
            raise Refusal(
                "placeholder-unknown",
                Text(
                    f"占位符 {{{name}}} 在这里不可用。可用：{known}。",
                    f"The placeholder {{{name}}} cannot be used here. Use: {known}.",
                ),
                field=field,
            )
    if "\0" in text or any(brace in _PLACEHOLDER.sub("", text) for brace in "{}"):
        raise Refusal(
            "brace-left",
            Text(
                f"有不成对或写错的花括号。占位符应写成：{known}。",
                f"There is a brace too many, or a placeholder is mistyped. Placeholders are: {known}.",
            ),
            field=field,
        )


def filled(words: Words, values: Mapping[str, str]) -> Words:
    """The words with each placeholder's value in its place. Values are never searched for placeholders."""
    return Words(
        _PLACEHOLDER.sub(lambda found: values[found[1]], words.body),
        _PLACEHOLDER.sub(lambda found: values[found[1]], words.subject),
    )


def standing(code: str, form: str, language: str) -> Words:
    """The words in use: the bank's own, else what ships."""
    row = Wording.objects.filter(code=code, form=form, language=language).first()
    return Words(row.body, row.subject) if row else templates()[code].shipped(form, language)


def sample(template: Template, language: str) -> dict[str, str]:
    """Believable values for a preview."""
    return {name: NAMES[name][1].into(language) for name in template.names}


def require_fit(template: Template, form: str, words: Words) -> Words:
    """The words as they would be kept. Refused: see `require_fillable`, and words against the language rules."""
    words = Words(words.body.replace("\r\n", "\n").strip(), " ".join(words.subject.split()) if form == "email" else "")
    require_fillable(template, form, words)
    rules = standing_policy().language_rules
    require_fit_language(words.subject, rules, field="subject")
    require_fit_language(words.body, rules, field="body")
    return words


def reword(code: str, form: str, language: str, words: Words) -> None:
    """修改文字: put the bank's own words in place of what ships. Refused: see `require_fit`."""
    words = require_fit(templates()[code], form, words)
    Wording.objects.update_or_create(
        code=code, form=form, language=language, defaults={"subject": words.subject, "body": words.body}
    )


def restore(code: str, form: str, language: str) -> None:
    """恢复默认: take the bank's own words away again."""
    Wording.objects.filter(code=code, form=form, language=language).delete()
