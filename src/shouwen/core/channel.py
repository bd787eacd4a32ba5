"""受理渠道: a way in, what it asks, and the check of what was given (mission A1)."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from shouwen.core.duties import Duty
from shouwen.core.people import UnitKind
from shouwen.core.policy_terms import ContactField, ContactNeed, CountedAs, Fact, FactType, Term
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

FactValue = str | int


class Channel(Term, frozen=True):
    """受理渠道. `group` is the channel as the slides count it: letter and e-mail are two forms of one.

    `accepting` are the duties that register what comes this way; `goes_to` the kind of department that has it at once, where
    the slides name one. `contact` is all that the form asks about the complainant; `reply_by` are those of it of which one is
    needed to reach a complainant who is not anonymous. `answers_body`: the body that sent it gets an answer too (mission B6). `press`: a media outlet is
    in it, so leaders are told and one person speaks (mission B2).
    """

    group: str
    accepting: tuple[Duty, ...]
    contact: tuple[ContactNeed, ...]
    reply_by: tuple[ContactField, ...]
    facts: tuple[Fact, ...] = ()
    goes_to: UnitKind | None = None
    answers_body: bool = False
    press: bool = False
    counted_as: tuple[CountedAs, ...] = ()

    def fact(self, code: str) -> Fact | None:
        return next((fact for fact in self.facts if fact.code == code), None)

    def checked_facts(self, values: Mapping[str, object], *, zone: ZoneInfo | None = None) -> dict[str, FactValue]:
        """The channel's own facts as they are kept: text trimmed, numbers as int, days and moments in ISO form, moments in UTC.

        Empty values are left out. Refused: a fact that this channel does not have, a required one left out, a value of the
        wrong kind or length. A moment without offset is read in `zone`; without `zone` it is refused.
        """
        for code in values:
            if self.fact(code) is None:
                raise Refusal(
                    "fact-unknown",
                    Text(
                        f"“{self.title.zh}”渠道没有“{code}”这一项，请刷新页面后重新填写。",
                        f"“{self.title.en}” has no field “{code}”. Reload the page and fill it in again.",
                    ),
                    field=code,
                )
        kept: dict[str, FactValue] = {}
        for fact in self.facts:
            value = values.get(fact.code)
            if value is None or (isinstance(value, str) and not value.strip()):
                if fact.required:
                    raise _refused(fact, Text("请填写此项", "please fill it in"), rule="fact-missing")
                continue
            kept[fact.code] = _checked(fact, value, zone)
        return kept

    def require_contact(self, given: tuple[str, ...], *, anonymous: bool) -> None:
        """Refuse a complainant whom nobody could answer. An anonymous one is never asked (mission B7)."""
        if anonymous:
            return
        for need in self.contact:
            if need.required and need.field not in given:
                raise Refusal(
                    "contact-missing",
                    Text(
                        f"请填写投诉人的{need.field.label.zh}；客户不愿留下时，请勾选“匿名”。",
                        f"Enter the complainant's {need.field.label.en.lower()}, or tick “anonymous” if it is withheld.",
                    ),
                    field=need.field.value,
                )
        if not any(field in given for field in self.reply_by):
            raise Refusal(
                "contact-missing",
                Text(
                    f"请至少填写一种回复客户的联系方式：{'、'.join(field.label.zh for field in self.reply_by)}；"
                    "客户不愿留下时，请勾选“匿名”，客户可凭查询码查看答复。",
                    "Enter at least one way to answer the customer: "
                    f"{', '.join(field.label.en.lower() for field in self.reply_by)}; or tick “anonymous” if it is withheld: "
                    "the answer can then be seen with the tracking code.",
                ),
                field=self.reply_by[0].value,
            )


def _refused(fact: Fact, what: Text, *, rule: str = "fact-invalid") -> Refusal:
    return Refusal(rule, Text(f"“{fact.title.zh}”：{what.zh}。", f"“{fact.title.en}”: {what.en}."), field=fact.code)


def _checked(fact: Fact, value: object, zone: ZoneInfo | None) -> FactValue:
    match fact.type:
        case FactType.NUMBER:
            return _checked_number(fact, value)
        case FactType.DATE:
            return _checked_date(fact, value)
        case FactType.DATETIME:
            return _checked_moment(fact, value, zone)
        case FactType.CHOICE:
            return _checked_choice(fact, value)
        case FactType.URL:
            return _checked_url(fact, _checked_text(fact, value))
        case FactType.TEXT:
            return _checked_text(fact, value)


def _checked_text(fact: Fact, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _refused(fact, Text("请填写文字", "enter text"))
    text = str(value).strip()
    if len(text) > fact.max_length:
        raise _refused(
            fact,
            Text(
                f"最多{fact.max_length}个字，现在有{len(text)}个，请缩短",
                f"at most {fact.max_length} characters, there are {len(text)}; please shorten it",
            ),
        )
    return text


def _checked_number(fact: Fact, value: object) -> int:
    number = value if isinstance(value, int) and not isinstance(value, bool) else None
    if isinstance(value, str) and len(value) <= fact.max_length:
        digits = unicodedata.normalize("NFKC", value).strip()
        if digits.isascii() and digits.removeprefix("-").isdigit() and len(digits) <= 18:
            number = int(digits)
    if number is None:
        raise _refused(fact, Text("请填写整数", "enter a whole number"))
    if fact.minimum is not None and number < fact.minimum:
        raise _refused(fact, Text(f"不能小于{fact.minimum}", f"it cannot be less than {fact.minimum}"))
    if fact.maximum is not None and number > fact.maximum:
        raise _refused(fact, Text(f"不能大于{fact.maximum}", f"it cannot be more than {fact.maximum}"))
    return number


def _checked_date(fact: Fact, value: object) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError as error:
        raise _refused(fact, Text("请填写日期，例如 2026-03-01", "enter a date such as 2026-03-01")) from error


def _checked_moment(fact: Fact, value: object, zone: ZoneInfo | None) -> str:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    except ValueError as error:
        raise _refused(
            fact, Text("请填写日期和时间，例如 2026-03-01 09:30", "enter a date and time such as 2026-03-01 09:30")
        ) from error
    if moment.tzinfo is None:
        if zone is None:
            raise _refused(fact, Text("请注明时区，例如 +08:00", "say the time zone, such as +08:00"))
        moment = moment.replace(tzinfo=zone)
    try:
        return moment.astimezone(UTC).isoformat()
    except OverflowError as error:
        raise _refused(fact, Text("年份超出范围，请检查", "the year is out of range, please check")) from error


def _checked_choice(fact: Fact, value: object) -> str:
    codes = [choice.code for choice in fact.choices]
    if value not in codes:
        raise _refused(
            fact,
            Text(
                f"请选择：{'、'.join(choice.title.zh for choice in fact.choices)}",
                f"choose one of: {', '.join(choice.title.en for choice in fact.choices)}",
            ),
        )
    return str(value)


def _checked_url(fact: Fact, url: str) -> str:
    """Only http and https: the address becomes a link on the case page."""
    wrong = _refused(
        fact, Text("请填写以 http:// 或 https:// 开头的网址", "enter an address that starts with http:// or https://")
    )
    if any(character.isspace() or not character.isprintable() for character in url):
        raise wrong
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise wrong
    return url
