"""What must hold between the parts of a policy pack, beyond the type of each part."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from shouwen.core.channel import Channel
from shouwen.core.duties import CASEWORKERS
from shouwen.core.language import folded
from shouwen.core.policy_file import Lines, Path, PolicyError, Together
from shouwen.core.policy_statistics import statistics_findings
from shouwen.core.policy_terms import ElementCode, Fact, FactType, RatioToOne, ScaleLevel
from shouwen.core.policy_tree import Mistake
from shouwen.core.text import Text
from shouwen.core.timelimits import BusinessHours, ExtensionRule, TimeLimit

if TYPE_CHECKING:
    from shouwen.core.policy import Policy

NEEDED_TIME_LIMITS = ("accept", "sign", "hand_over")
OPTIONAL_TIME_LIMITS = ("review", "investigate", "check")
STEPS_UP = ("responsible", "second_contact", "leader", "superior_leader")
CURRENCY_FORM = re.compile(r"[A-Z]{3}")
CODE_FORM = re.compile(r"[a-z][a-z0-9_-]{0,63}")

Finding = tuple[Path, str, str]


def check_policy(policy: "Policy", lines: Lines, *, name: str) -> None:
    """Refuse the pack with every finding and its line."""
    parts = _parts(policy, ())
    findings = [
        *_codes(parts),
        *_sources(policy, parts),
        *_time(policy),
        *_pauses(policy),
        *_escalation(policy),
        *_classes(policy),
        *_channels(policy),
        *_signature(policy),
        *_answers(policy),
        *_satisfaction(policy),
        *_language(policy),
        *_loyalty(policy),
        *_disputes(policy),
        *_repeated([item.fact for item in policy.appraisal.items], ("appraisal", "items"), "fact"),
        *statistics_findings(policy),
        *_calendar(policy),
    ]
    refuse(findings, lines, name=name)


def refuse(findings: Iterable[Finding], lines: Lines, *, name: str) -> None:
    """Raise `PolicyError` with every finding on its line, if there is any."""
    mistakes = tuple(Mistake(lines.of(path), Text(zh, en)) for path, zh, en in findings)
    if mistakes:
        raise PolicyError(name, mistakes)


def _parts(part: msgspec.Struct | tuple[Any, ...], path: Path) -> list[tuple[Path, Any]]:
    """Every group of fields and every list of such, with where it stands. Texts are left out: they have neither code nor source."""
    found: list[tuple[Path, Any]] = [(path, part)]
    if isinstance(part, tuple):
        inner: Iterable[tuple[str | int, Any]] = enumerate(part)
    else:
        inner = ((field, getattr(part, field)) for field in part.__struct_fields__)
    for step, value in inner:
        if isinstance(value, (msgspec.Struct, tuple)) and not isinstance(value, Text):
            found += _parts(value, (*path, step))
    return found


def _codes(parts: Iterable[tuple[Path, Any]]) -> Iterator[Finding]:
    """Every code in the form that journals can keep, and once only in its list."""
    for path, part in parts:
        if isinstance(part, tuple):
            yield from _repeated([getattr(item, "code", None) for item in part], path, "code")
            continue
        code = getattr(part, "code", None)
        if isinstance(code, str) and not CODE_FORM.fullmatch(code):
            yield (
                (*path, "code"),
                f"代码“{code}”只能用小写字母、数字、下划线和连字符，以字母开头，最多64个字符",
                f"the code “{code}” may have small letters, digits, _ and - only, a letter first, 64 characters at most",
            )


def _repeated(values: Sequence[object], path: Path, field: str) -> Iterator[Finding]:
    seen: set[object] = {None}
    for index, value in enumerate(values):
        if value in seen and value is not None:
            where = (*path, index, field)
            yield where, f"“{value}”重复，同一列表中只能出现一次", f"“{value}” is given twice in one list"
        seen.add(value)


def _dangling(path: Path, what_zh: str, what_en: str, code: str, known: Sequence[str]) -> Iterator[Finding]:
    if code not in known:
        yield (
            path,
            f"没有{what_zh}“{code}”，可用：{'、'.join(known)}",
            f"there is no {what_en} “{code}”; known: {', '.join(known)}",
        )


def _sources(policy: "Policy", parts: Iterable[tuple[Path, Any]]) -> Iterator[Finding]:
    known = [source.code for source in policy.sources]
    for path, part in parts:
        for field in ("source", "scale_source"):
            cited = getattr(part, field, None)
            for each in cited.split(";") if cited is not None else ():
                yield from _dangling((*path, field), "出处", "source", each.strip().partition(" ")[0], known)


def _limit_and_target(values: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    days, target = values["days"], values.get("target_days")
    same = values.get("target_unit") in (None, values["unit"])
    if target is not None and same and target > days:
        yield (
            "target_days",
            f"目标{target}天超过时限{days}天",
            f"the target of {target} days lies beyond the limit of {days}",
        )
    warnings = values.get("warn_before", ())
    for warning in warnings:
        if warning >= days:
            yield (
                "warn_before",
                f"提前{warning}天预警，应少于时限{days}天",
                f"a warning {warning} days before must be less than the limit of {days}",
            )
    if len(set(warnings)) < len(warnings):
        yield "warn_before", "同一天预警两次", "the same warning is given twice"
    for extension in values.get("extensions", ()):
        if extension.total_days is not None and extension.total_days <= days:
            yield (
                "extensions",
                f"“{extension.code}”：延长后共{extension.total_days}天，应超过时限{days}天",
                f"“{extension.code}”: the new limit of {extension.total_days} days must be beyond the limit of {days}",
            )


def _one_measure(values: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    if (values.get("days") is None) == (values.get("total_days") is None):
        yield (
            "code",
            "延期须写明 days（增加几天）或 total_days（延长后共几天），两者取一",
            "an extension gives either days (added) or total_days (the new limit), one of them",
        )


def _open_and_close(values: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    usual = BusinessHours()
    if values.get("open", usual.open) >= values.get("close", usual.close):
        yield "close", "营业结束时间应晚于开始时间", "business hours must close after they open"
    end = values.get("calendar_days_end")
    if end is not None and end < values.get("close", usual.close):
        yield "calendar_days_end", "不应早于营业结束时间", "it must not be before the close of business"


TOGETHER: Together = {
    TimeLimit: _limit_and_target,
    ExtensionRule: _one_measure,
    BusinessHours: _open_and_close,
}


def _time(policy: "Policy") -> Iterator[Finding]:
    codes = [limit.code for limit in policy.time_limits]
    for needed in NEEDED_TIME_LIMITS:
        if needed not in codes:
            yield ("time_limits",), f"缺少时限“{needed}”", f"the time limit “{needed}” is missing"
    yield from _dangling(("signing", "time_limit"), "时限", "time limit", policy.signing.time_limit, codes)
    if len(set(policy.signing.order)) < len(policy.signing.order):
        yield ("signing", "order"), "签收顺序中有重复", "the order of signing names somebody twice"


def _pauses(policy: "Policy") -> Iterator[Finding]:
    for index, ground in enumerate(policy.pauses):
        path: Path = ("pauses", index)
        for number, duty in enumerate(ground.by):
            if duty not in CASEWORKERS:
                yield (
                    (*path, "by", number),
                    f"“{duty.label.zh}”不办理投诉，不能中止计时",
                    f"“{duty.label.en}” does not handle complaints and cannot pause a clock",
                )
        for number, code in enumerate(ground.clocks):
            if code in OPTIONAL_TIME_LIMITS:
                known = [limit.code for limit in policy.time_limits]
                yield from _dangling((*path, "clocks", number), "时限", "time limit", code, known)
        for field, values in (("by", ground.by), ("clocks", ground.clocks)):
            if len(set(values)) < len(values):
                yield (*path, field), "列表中有重复", "something is named twice in this list"


def _escalation(policy: "Policy") -> Iterator[Finding]:
    for index, (before, step) in enumerate(pairwise(policy.escalation), start=1):
        path: Path = ("escalation", index)
        if STEPS_UP.index(step.to) <= STEPS_UP.index(before.to):
            yield (
                (*path, "to"),
                f"上报应逐级向上：“{step.to}”不在“{before.to}”之上",
                f"an escalation goes up: “{step.to}” is not above “{before.to}”",
            )
        if step.after_days < before.after_days:
            yield (
                (*path, "after_days"),
                f"{step.after_days}天早于上一步的{before.after_days}天",
                f"{step.after_days} days are earlier than the {before.after_days} of the step before",
            )


def _classes(policy: "Policy") -> Iterator[Finding]:
    limits = [limit.code for limit in policy.time_limits]
    first_level = [class_.code for class_ in policy.classes if class_.parent is None]
    parents = {class_.parent for class_ in policy.classes}
    for index, class_ in enumerate(policy.classes):
        path: Path = ("classes", index)
        if class_.parent is not None:
            yield from _dangling((*path, "parent"), "一级分类", "first-level class", class_.parent, first_level)
        if class_.time_limit is not None:
            yield from _dangling((*path, "time_limit"), "时限", "time limit", class_.time_limit, limits)
        if class_.code in parents and class_.time_limit is not None:
            yield (
                (*path, "time_limit"),
                f"“{class_.code}”下有小类，时限应写在小类上",
                f"“{class_.code}” has classes below it: the time limit belongs to those",
            )
        if class_.code not in parents and class_.time_limit is None:
            yield path, f"分类“{class_.code}”缺少时限（time_limit）", f"the class “{class_.code}” has no time_limit"
        if class_.goes_to is not None and class_.goes_to.is_institution:
            yield (
                (*path, "goes_to"),
                "应为部门类别，不是机构级别",
                "this must be a kind of department, not a level of institution",
            )
        if class_.secrecy and class_.goes_to is None:
            yield (
                path,
                f"保密分类“{class_.code}”须写明转往哪个部门（goes_to）",
                f"the secret class “{class_.code}” must say which department it goes to (goes_to)",
            )


def _channels(policy: "Policy") -> Iterator[Finding]:
    groups = [group.code for group in policy.channel_groups]
    for index, channel in enumerate(policy.channels):
        path: Path = ("channels", index)
        yield from _dangling((*path, "group"), "渠道大类", "channel group", channel.group, groups)
        if channel.goes_to is not None and channel.goes_to.is_institution:
            yield (
                (*path, "goes_to"),
                "应为部门类别，不是机构级别",
                "this must be a kind of department, not a level of institution",
            )
        yield from _contact(channel, path)
        for number, fact in enumerate(channel.facts):
            yield from _fact(fact, (*path, "facts", number))


def _signature(policy: "Policy") -> Iterator[Finding]:
    rule, path = policy.signature, ("signature",)
    channels = [channel.code for channel in policy.channels]
    classes = {class_.code: class_ for class_ in policy.classes}
    yield from _repeated(rule.channels, (*path, "channels"), "")
    yield from _repeated(rule.classes, (*path, "classes"), "")
    for index, code in enumerate(rule.channels):
        yield from _dangling((*path, "channels", index), "受理渠道", "intake channel", code, channels)
    for index, code in enumerate(rule.classes):
        where: Path = (*path, "classes", index)
        yield from _dangling(where, "分类", "class", code, list(classes))
        if code in classes and classes[code].secrecy:
            yield (
                where,
                f"保密分类“{code}”只由纪检监察查看，不能要求单位负责人签批",
                f"the secret class “{code}” is read by the discipline inspection alone, so no leader of a unit can sign for it",
            )


def _contact(channel: Channel, path: Path) -> Iterator[Finding]:
    asked = [need.field.value for need in channel.contact]
    yield from _repeated(asked, (*path, "contact"), "field")
    for index, field in enumerate(channel.reply_by):
        yield from _dangling(
            (*path, "reply_by", index), "该渠道所问的联系方式", "contact that this channel asks for", field, asked
        )


def _fact(fact: Fact, path: Path) -> Iterator[Finding]:
    if fact.max_length <= 0:
        yield (*path, "max_length"), "最大长度必须大于0", "the greatest length must be more than 0"
    if (fact.type is FactType.CHOICE) != bool(fact.choices):
        yield (
            path,
            f"“{fact.code}”：choice 类型须有选项（choices），其他类型不能有",
            f"“{fact.code}”: a choice needs choices, any other type has none",
        )
    if fact.personal and fact.type is not FactType.TEXT:
        yield (
            (*path, "personal"),
            f"“{fact.code}”：只有 text 类型能整项封存（personal）",
            f"“{fact.code}”: only a text can be personal as a whole",
        )
    bounded = fact.minimum is not None or fact.maximum is not None
    if bounded and fact.type is not FactType.NUMBER:
        yield (
            path,
            f"“{fact.code}”：只有 number 类型有最小值和最大值",
            f"“{fact.code}”: only a number has a minimum and a maximum",
        )
    if fact.clock is not None and fact.type not in (FactType.DATE, FactType.DATETIME):
        yield (
            (*path, "clock"),
            f"“{fact.code}”：只有 date 和 datetime 类型能设定时限（clock）",
            f"“{fact.code}”: only a date or datetime can set a clock",
        )
    if fact.minimum is not None and fact.maximum is not None and fact.minimum > fact.maximum:
        yield (*path, "minimum"), f"“{fact.code}”：最小值大于最大值", f"“{fact.code}”: the minimum is above the maximum"


def _answers(policy: "Policy") -> Iterator[Finding]:
    present = {element.code for element in policy.six_elements}
    for code in ElementCode:
        if code not in present:
            yield ("six_elements",), f"六要素缺少“{code}”", f"the element “{code}” is missing from the six"
    if policy.empty_words.phone_digits <= 0:
        yield ("empty_words", "phone_digits"), "电话位数必须大于0", "a phone has more than 0 digits"
    liabilities = [liability.code for liability in policy.liabilities]
    for index, element in enumerate(policy.six_elements):
        for number, liability in enumerate(element.nothing_with):
            path: Path = ("six_elements", index, "nothing_with", number)
            yield from _dangling(path, "责任认定", "liability", liability, liabilities)


def _satisfaction(policy: "Policy") -> Iterator[Finding]:
    rule = policy.satisfaction
    for field, scale in (("expectation", rule.expectation), ("perception", rule.perception)):
        yield from _scale(scale, ("satisfaction", field))
    for ratio in RatioToOne:
        count = sum(verdict.ratio is ratio for verdict in rule.verdicts)
        if count != 1:
            yield (
                ("satisfaction", "verdicts"),
                f"比值“{ratio}”应恰有一个满意程度，现有{count}个",
                f"there must be exactly one verdict for the ratio “{ratio}”, there are {count}",
            )


def _scale(scale: tuple[ScaleLevel, ...], path: Path) -> Iterator[Finding]:
    values = [level.value for level in scale]
    if len(values) < 2 or values != list(range(1, len(values) + 1)):
        yield path, "量表应从1起逐级加1，至少两级", "a scale counts up from 1, one by one, with two levels at least"


def _language(policy: "Policy") -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for index, rule in enumerate(policy.language_rules):
        compared = [folded(phrase) for phrase in rule.phrases]
        for number, (phrase, form) in enumerate(zip(rule.phrases, compared, strict=True)):
            path: Path = ("language_rules", index, "phrases", number)
            if form in seen:
                yield path, f"“{phrase}”已在“{seen[form]}”中", f"“{phrase}” is already in “{seen[form]}”"
            seen.setdefault(form, rule.code)
            if not any(character.isalnum() for character in phrase):
                yield path, f"“{phrase}”里没有文字", f"“{phrase}” has no letter in it"
        for number, longer in enumerate(rule.unless):
            whole = folded(longer)
            if not any(form in whole for form in compared):
                yield (
                    ("language_rules", index, "unless", number),
                    f"“{longer}”不包含本条的任何用语",
                    f"“{longer}” contains none of the phrases of this rule",
                )


def _disputes(policy: "Policy") -> Iterator[Finding]:
    for index, currency in enumerate(policy.dispute.currencies):
        if not CURRENCY_FORM.fullmatch(currency):
            yield (
                ("dispute", "currencies", index),
                f"币种“{currency}”应为三个大写字母的 ISO 4217 代码",
                f"the currency “{currency}” should be an ISO 4217 code of three capitals",
            )
    if not policy.dispute.currencies:
        yield ("dispute", "currencies"), "至少要有一个币种", "there must be one currency at least"


def _loyalty(policy: "Policy") -> Iterator[Finding]:
    for index, outcome in enumerate(policy.loyalty):
        if not 0 <= outcome.come_back_percent <= 100:
            yield ("loyalty", index, "come_back_percent"), "百分比应在0至100之间", "a percentage lies between 0 and 100"
    rule = policy.loyalty_rule
    yield from _repeated(rule.unsolved_by, ("loyalty_rule", "unsolved_by"), "")
    for index, (lower, upper) in enumerate(pairwise((Decimal(0), *rule.ratio_bounds))):
        if upper <= lower or upper == 1:
            yield (
                ("loyalty_rule", "ratio_bounds", index),
                "界限应大于0、由小到大，且不写1（1自成一档）",
                "the bounds lie above 0, each above the one before, and leave out 1, which is a class of its own",
            )


def _calendar(policy: "Policy") -> Iterator[Finding]:
    calendar = policy.calendar
    if calendar is None:
        return
    yield from _repeated(calendar.years, ("calendar", "years"), "")
    yield from _repeated([day.date for day in calendar.days_off], ("calendar", "days_off"), "date")
    for index, day in enumerate(calendar.days_off):
        if day.date.year not in calendar.years:
            yield (
                ("calendar", "days_off", index, "date"),
                f"{day.date}不在所列年份（years）之内",
                f"{day.date} lies in none of the years named (years)",
            )
