"""满意与忠诚的表: cells as they stand on the page, each count with the address of its complaints."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec
from django.utils.translation import gettext as _

from shouwen.core.policy_terms import LoyaltyRule
from shouwen.core.proportions import Interval, Share
from shouwen.core.text import Text
from shouwen.desk.statistics.asking import address_of, days_of
from shouwen.insight import loyalty as insight_loyalty
from shouwen.insight.loyalty import FEWEST_TOLD, Loyalty
from shouwen.insight.satisfaction import MATRIX_TITLES, Asks, Lean, Responses, Satisfaction, in_points

NONE = "–"
CUSTOMERS = Text("投诉件数", "Complaints")
VALUED = Text("客户价值（元）", "Value, yuan")


class Cell(msgspec.Struct, frozen=True):
    """One cell: its words, smaller ones after them (`aside`), the address of its list, and a bar from 0 to 1 where there is one."""

    label: Text
    words: str
    href: str = ""
    aside: str = ""
    bar: float | None = None


class Row(msgspec.Struct, frozen=True):
    title: Text
    cells: Sequence[Cell]
    is_total: bool = False


class Table(msgspec.Struct, frozen=True):
    """A table of figures. `notes` are sentences below it; `folded` ones open by a click, `summary` says the gist meanwhile."""

    title: Text
    heads: Sequence[Text]
    rows: Sequence[Row]
    notes: Sequence[Text] = ()
    folded: bool = False


class Links:
    """Addresses of the complaints behind a figure of this unit and period."""

    def __init__(self, told: Satisfaction) -> None:
        self._here = {"in": told.unit.code, **days_of(told.period)}

    def to(self, count: int, *asks: Asks) -> str:
        """None for nought, and for a figure that no filter says."""
        if not count:
            return ""
        return address_of("desk:complaints", self._here | {key: value for part in asks for key, value in part})


def percent(share: Share) -> str:
    return NONE if share.value is None else f"{float(share.value * 100):.1f}%"


def between(interval: Interval | None) -> str:
    return "" if interval is None else f"{interval.low * 100:.1f}–{interval.high * 100:.1f}%"


def counted(number: Fraction | float) -> str:
    return f"{float(number):,.1f}"


def ratios(told: Satisfaction, links: Links) -> Table:
    """比值分布."""
    heads = (Text("比值", "Ratio"), Text("件数", "Complaints"), Text("占比", "Share"))
    rows = [
        Row(
            Text(f"{each.title.zh}（{each.verdict.zh}）", f"{each.title.en} ({each.verdict.en.lower()})"),
            (
                Cell(heads[1], str(each.share.part), links.to(each.share.part, each.asks)),
                Cell(heads[2], percent(each.share), bar=float(each.share.value or 0)),
            ),
        )
        for each in told.ratios
    ]
    return Table(Text("心理预期 ÷ 实际感知的分布", "Distribution of expectation ÷ perception"), heads, rows)


def responses(told: Satisfaction, links: Links) -> list[Table]:
    """作答率 by speed, class, channel and unit, with what the lean of those who answer does to the satisfied share."""
    return [_responses(group, told, links, folded=place > 0) for place, group in enumerate(told.responses)]


RESPONSE_HEADS = (
    Text("已询问", "Asked"),
    Text("已作答", "Answered"),
    Text("作答率", "Answered, %"),
    Text("满意率", "Satisfied, %"),
    Text("占比差", "Mix, points"),
)


NO_LEAN = Text(
    "各类客户的作答多少相差不明显，没有发现满意率因此偏高或偏低。",
    "No kind answers clearly more or less often than the others: nothing says that the satisfied share is too high or too low.",
)


def _responses(group: Responses, told: Satisfaction, links: Links, *, folded: bool) -> Table:
    rows = [
        Row(
            line.title,
            (
                Cell(
                    RESPONSE_HEADS[0],
                    str(line.answered.whole),
                    links.to(line.answered.whole, line.asks, (("survey", "asked"),)),
                ),
                Cell(
                    RESPONSE_HEADS[1],
                    str(line.answered.part),
                    links.to(line.answered.part, line.asks, (("survey", "answered"),)),
                ),
                _share(RESPONSE_HEADS[2], line.answered, told.rule),
                _share(RESPONSE_HEADS[3], line.satisfied, told.rule),
                _mix(RESPONSE_HEADS[4], lean),
            ),
        )
        for line, lean in zip(group.lines, group.mix, strict=True)
    ]
    notes = [lean.words(told.rule.confidence_percent) for lean in group.leans]
    if not notes and len(group.lines) > 1:
        notes.append(NO_LEAN)
    if group.adjusted is not None and told.total.satisfied.value is not None:
        notes.append(_adjusted(group, told))
    return Table(group.title, (group.title, *RESPONSE_HEADS), rows, notes, folded=folded)


def _mix(label: Text, lean: Lean | None) -> Cell:
    if lean is None:
        return Cell(label, NONE)
    low, high = in_points(lean.difference.low), in_points(lean.difference.high)
    return Cell(label, in_points(lean.points), aside=f"{low} … {high}")


def _adjusted(group: Responses, told: Satisfaction) -> Text:
    assert group.adjusted is not None
    adjusted = f"{float(group.adjusted * 100):.1f}%"
    answered = sum((line.satisfied for line in group.lines), Share(0, 0))
    plain = percent(answered)
    by = group.title
    return Text(
        f"如果未作答的客户与同类已作答的一样满意，{by.zh}折算的满意率为 {adjusted}（已作答的为 {plain}）。",
        f"If the silent were as satisfied as those of their kind who answered, the satisfied share weighted {by.en.lower()} would be "
        f"{adjusted} ({plain} of those who answered).",
    )


def _share(label: Text, share: Share, rule: LoyaltyRule) -> Cell:
    return Cell(label, percent(share), aside=between(share.interval(rule.confidence_percent)))


def matrix(told: Satisfaction, links: Links) -> Table:
    """速度 × 解决 × 满意度."""
    head = Text("速度与解决", "Speed and solution")
    satisfied = Text("满意率", "Satisfied, %")
    rows = []
    for row in told.matrix:
        cells = [
            Cell(label, str(cell.count), links.to(cell.count, cell.asks) if cell.asks else "")
            for label, cell in zip(MATRIX_TITLES, row.cells, strict=True)
        ]
        rows.append(
            Row(row.title, (*cells, _share(satisfied, row.satisfied, told.rule)), is_total=not row.cells[0].asks)
        )
    return Table(
        Text("办理速度、是否解决与满意度", "Speed, solution and satisfaction"),
        (head, *MATRIX_TITLES, satisfied),
        rows,
        (
            Text(
                "只计已办结和不予受理的投诉；在办、撤诉和旧系统迁入的不计。",
                "Ended complaints only: those closed or declined. Open ones, those withdrawn and those carried over from a former system are left out.",
            ),
        ),
    )


LOYALTY_HEADS = (
    CUSTOMERS,
    Text("缺省回头率", "Default rate"),
    Text("实测回头率", "Measured rate"),
    Text("采用", "Used"),
    Text("预计留住", "Likely to stay"),
    Text("预计流失", "Likely to go"),
    VALUED,
    Text("风险价值（元）", "Value at risk, yuan"),
)


def loyalty(told: Loyalty, links: Links) -> Table:
    """忠诚度."""
    rows = [_outcome(line, told.rule, links) for line in told.lines]
    heads = LOYALTY_HEADS
    total = (
        Cell(heads[0], str(told.customers)),
        *(Cell(heads[place], NONE) for place in (1, 2, 3)),
        Cell(heads[4], counted(told.expected.stay)),
        Cell(heads[5], counted(told.expected.go)),
        _value(heads[6], told.value, told.valued),
        Cell(heads[7], money(told.at_risk) if told.valued else NONE),
    )
    rows.append(Row(Text("合计", "Total"), total, is_total=True))
    return Table(Text("客户忠诚度", "Loyalty"), (Text("情形", "Outcome"), *heads), rows, tuple(_notes(told)))


def _outcome(line: insight_loyalty.Line, rule: LoyaltyRule, links: Links) -> Row:
    heads, own = LOYALTY_HEADS, line.measured
    asks = (("loyalty", line.outcome.code),)
    measured = NONE
    aside = ""
    if line.tells_rate:
        measured = f"{percent(own.stay)} ({own.stay.part}/{own.stay.whole})"
        aside = _("too few, not used") if line.few else between(line.interval)
    stay, go, going = NONE, NONE, ""
    if line.expected is not None:
        stay, go = counted(line.expected.stay), counted(line.expected.go)
        going = f"{counted(line.going.low)}–{counted(line.going.high)}" if line.going else ""
    cells = (
        Cell(heads[0], NONE if line.customers is None else str(line.customers), links.to(line.customers or 0, asks)),
        Cell(heads[1], f"{float(line.default * 100):g}%"),
        Cell(heads[2], measured, aside=aside),
        Cell(heads[3], f"{float(line.rate * 100):.1f}%", aside=_("own") if line.uses_own else _("default")),
        Cell(heads[4], stay),
        Cell(heads[5], go, aside=going),
        _value(heads[6], own.value, own.valued if line.tells_value else 0),
        Cell(heads[7], money(line.at_risk) if line.tells_value else NONE),
    )
    return Row(line.outcome.title, cells)


def _value(label: Text, value: Decimal, customers: int) -> Cell:
    if not customers:
        return Cell(label, NONE)
    return Cell(label, money(value), aside=_("%(count)s customers") % {"count": customers})


def money(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _notes(told: Loyalty) -> Iterator[Text]:
    rule = told.rule
    days, fewest, sure = rule.observed_after_days, rule.fewest, f"{rule.confidence_percent.normalize():f}"
    yield Text(
        "一件投诉按一位客户计；客户对答复不满意的，不论记录如何都算未解决。“不投诉”的客户没有人数，只列出缺省比例。",
        "One complaint counts as one customer; a dissatisfied customer's complaint is not solved, whatever the record says. Nobody counts those "
        "who did not complain: only the default rate stands there.",
    )
    yield Text(
        f"实测：导入的客户去留文件中，办结 {days} 天以后的最近情况，每位客户计一次；不足 {fewest} 位的只列示，仍用缺省比例；区间为 {sure}% "
        "威尔逊区间。风险价值 = 已知客户价值 ×（1 − 采用的回头率），不推算未知的客户。"
        f"不足 {FEWEST_TOLD} 位客户的，实测和价值都不列示，也不计入合计。",
        f"Measured: the last thing that the loaded files say of a customer, {days} days after the end or later, each customer once; of fewer "
        f"than {fewest} it is shown and the default is used; {sure}% Wilson intervals. Value at risk = known value × (1 − the rate used); "
        "nothing is guessed of customers whose value is not known. "
        f"Of fewer than {FEWEST_TOLD} customers neither rate nor value is told, nor added to the total.",
    )
