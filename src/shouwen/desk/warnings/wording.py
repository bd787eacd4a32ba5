"""预警措辞: what a series, a finding and a rule are called, in Chinese and English."""

from datetime import date

from shouwen.casework.rules import standing_policy
from shouwen.core.policy import Policy
from shouwen.core.text import Text
from shouwen.core.watch_rules import PER_TITLES, Per
from shouwen.insight.watching.models import EarlyWarning, WarningEvidence, WatchRule
from shouwen.insight.watching.series import PRODUCT_AXIS
from shouwen.organisation.directory import directory

DIMENSIONS = {
    "all": Text("全部投诉", "All complaints"),
    "class": Text("类别", "Class"),
    "cause": Text("原因", "Cause"),
    "channel": Text("渠道", "Channel"),
    "product": Text("业务类别", "Product"),
    "word": Text("词语", "Word"),
    "unit": Text("处理单位", "Handling unit"),
    "employee": Text("被投诉员工", "Employee complained about"),
}
A_YEAR = 365.25
VERY_RARE = 10_000


def series_of(dimension: str, code: str) -> Text:
    """类别“服务态度”. One employee is never named."""
    title = DIMENSIONS.get(dimension, Text(dimension, dimension))
    if dimension == Per.UNIT:
        return Text("本单位处理的投诉", "What the unit itself handles")
    if dimension == Per.EMPLOYEE:
        return Text("同一名被投诉员工（不具名）", "One employee (not named)")
    if not code:
        return title
    name = value_of(dimension, code, standing_policy())
    return Text(f"{title.zh}“{name.zh}”", f"{title.en} “{name.en}”")


def value_of(dimension: str, code: str, policy: Policy) -> Text:
    axis = next((each for each in policy.statistics if each.code == PRODUCT_AXIS), None)
    known = {
        "class": policy.classes,
        "cause": policy.causes,
        "channel": policy.channels,
        "product": axis.categories if axis else (),
    }.get(dimension, ())
    return next((each.title for each in known if each.code == code), Text(code, code))


def days_of(first: date, last: date) -> Text:
    if first == last:
        return Text(f"{last}", f"On {last}")
    return Text(f"{first} 至 {last}", f"From {first} to {last}")


def stretch_of(first: date, last: date) -> str:
    """The same, short, for a table."""
    return f"{last}" if first == last else f"{first} – {last}"


def usual_of(expected: float) -> str:
    """预期件数: more digits where it is small."""
    return f"{expected:.1f}" if expected >= 0.1 else f"{expected:.2f}"


def rarity_of(chance: float | None) -> Text:
    """约多少年一遇."""
    if chance is None:
        return Text("—", "—")
    days = 1 / chance if chance > 0 else VERY_RARE * A_YEAR * 2
    if days < A_YEAR:
        return Text(f"约 {days:.0f} 天一遇", f"once in about {days:.0f} days")
    years = days / A_YEAR
    if years > VERY_RARE:
        return Text("超过一万年一遇", "less than once in 10,000 years")
    return Text(f"约 {years:,.0f} 年一遇", f"once in about {years:,.0f} years")


def what_happened(held: EarlyWarning, strongest: WarningEvidence | None) -> Text:
    """The sentence of a warning, of the strongest of its evidence."""
    unit = unit_name(held.unit)
    series = series_of(held.dimension, held.code)
    if strongest is None:
        return Text(f"{unit}：{series.zh}", f"{unit}: {series.en}")
    when, count = days_of(strongest.first, strongest.day), strongest.observed
    if held.rule_then is not None:
        rule = short_rule(held.rule_then)
        return Text(
            f"{when.zh}，{unit}{series.zh}共 {count} 件，达到监测规则“{rule.zh}”。",
            f"{when.en}, {unit} had {count} ({series.en}): the watch rule “{rule.en}” is reached.",
        )
    rare = rarity_of(strongest.chance)
    return Text(
        f"{when.zh}，{unit}（含下属）{series.zh}共 {count} 件，按以往规律约为 {usual_of(strongest.expected)} 件；若只是偶然，{rare.zh}。",
        f"{when.en}, {unit} with those below had {count} ({series.en}), where about {usual_of(strongest.expected)} are usual; by chance alone "
        f"this comes {rare.en}.",
    )


def short_rule(rule: WatchRule) -> Text:
    return Text(
        f"{rule.days} 个工作日内{PER_TITLES[Per(rule.per)].zh} {rule.count} 件",
        f"{rule.count} complaints in {rule.days} working days on {PER_TITLES[Per(rule.per)].en}",
    )


def rule_sentence(rule: WatchRule) -> Text:
    """监测规则 in one plain sentence, as it stands in the preview."""
    unit, policy = unit_name(rule.unit), standing_policy()
    conditions = [
        (DIMENSIONS[dimension], value_of(dimension, code, policy))
        for dimension, code in (
            ("class", rule.class_code),
            ("cause", rule.cause),
            ("channel", rule.channel),
            ("product", rule.product),
        )
        if code
    ]
    if rule.word:
        conditions.append((Text("文字中有", "Text has"), Text(rule.word, rule.word)))
    zh = "".join(f"，{title.zh}“{value.zh}”" for title, value in conditions)
    en = "".join(f", {title.en.lower()} “{value.en}”" for title, value in conditions)
    short = PER_TITLES[Per(rule.per)]
    return Text(
        f"{unit}及下属{zh}：{rule.days} 个工作日内，{short.zh}的投诉达到 {rule.count} 件，即预警。",
        f"{unit} and below{en}: warn when {rule.count} complaints come within {rule.days} working days on {short.en}.",
    )


def unit_name(unit_id: int) -> str:
    unit = directory().unit(unit_id)
    return unit.name if unit else "?"


def person_name(person_id: int | None) -> str:
    person = directory().person(person_id) if person_id is not None else None
    return person.name if person else ""


STEPS = {
    "raised": Text("生成预警，责任人", "raised, owner"),
    "more": Text("又有异常，最近一日", "further days, the last"),
    "taken": Text("受理", "taken"),
    "handed_over": Text("移交给", "handed over to"),
    "escalated": Text("逾期上报", "overdue, told to"),
    "closed": Text("结案", "closed"),
}
