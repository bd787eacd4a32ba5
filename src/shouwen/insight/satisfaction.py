"""满意度分析 (mission E1, slide 2): the distribution of expectation ÷ perception, who answers the survey and who does not, and what became of
complaints by speed and solution.

All from one reading of the roll-up. A complaint was asked about when its satisfaction is on record, and answered when both levels are; what the
customer did not answer is 未作答. Complaints count by the day of receipt, for the unit that handles them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec

from shouwen.casework.rules import standing_policy
from shouwen.core.loyalty import SPEEDS, Solution
from shouwen.core.people import Actor, Unit
from shouwen.core.policy import Policy
from shouwen.core.policy_terms import LoyaltyRule
from shouwen.core.proportions import Interval, Share, difference
from shouwen.core.text import Text
from shouwen.insight import figures
from shouwen.insight.figures import NONE, Counts, Period
from shouwen.organisation.directory import directory

Asks = tuple[tuple[str, str], ...]
Told = Mapping[tuple[str, str], Counts]
EVEN = Fraction(1)


class RatioClass(msgspec.Struct, frozen=True):
    """比值档: the complaints whose ratio lies in one class; `ratios` are those that occur."""

    title: Text
    verdict: Text
    share: Share
    ratios: tuple[str, ...]

    @property
    def asks(self) -> Asks:
        return (("ratio", ",".join(self.ratios)),) if self.ratios else ()


class Response(msgspec.Struct, frozen=True):
    """作答情况 of the complaints of one kind. `answered` of those asked; `satisfied` of those who answered."""

    title: Text
    asks: Asks
    answered: Share
    satisfied: Share


class Lean(msgspec.Struct, frozen=True):
    """偏向 of one kind: how much more often it stands among those who answered than among those who did not, and what follows for the rate."""

    title: Text
    among_answered: Share
    among_silent: Share
    difference: Interval
    satisfied: Share
    others_satisfied: Share
    direction: int

    @property
    def is_clear(self) -> bool:
        """Whether chance hardly explains it."""
        return self.difference.tells_a_difference

    @property
    def points(self) -> float:
        """占比差, as a share of 1."""
        return self.among_answered.part / self.among_answered.whole - self.among_silent.part / self.among_silent.whole

    def words(self, confidence_percent: Decimal) -> Text:
        """The lean as a sentence for the page."""
        answered, silent, own, others = (
            f"{float(share.value or 0):.1%}"
            for share in (self.among_answered, self.among_silent, self.satisfied, self.others_satisfied)
        )
        apart, low, high = map(in_points, (self.points, self.difference.low, self.difference.high))
        seldom = self.points < 0
        zh = (
            f"“{self.title.zh}”作答较{'少' if seldom else '多'}：占已作答的 {answered}，占未作答的 {silent}，相差 {apart} 个百分点"
            f"（{confidence_percent.normalize():f}% 区间 {low} 至 {high}）"
        )
        en = (
            f"“{self.title.en}” answered {'less' if seldom else 'more'} often: {answered} of the answers, {silent} of the silent, "
            f"{apart} points ({confidence_percent.normalize():f}% interval {low} to {high})"
        )
        after = AFTER[self.direction]
        satisfied = Text(
            f"；其满意率 {own}，其余 {others}，", f"; {own} of them are satisfied, {others} of the others: "
        )
        return Text(f"{zh}{satisfied.zh}{after.zh}", f"{en}{satisfied.en}{after.en}")


def in_points(share: float) -> str:
    """百分点 with their sign, as they stand on the page: −20.7."""
    return f"{share * 100:+.1f}".replace("-", "−")


AFTER = {
    1: Text("满意率很可能偏高。", "the satisfied share is likely too high."),
    -1: Text("满意率很可能偏低。", "the satisfied share is likely too low."),
    0: Text("相差不明显，对满意率影响不大。", "no clear difference, so the satisfied share is hardly moved."),
}
"""What follows for the satisfied share, by the direction of a lean."""


class Responses(msgspec.Struct, frozen=True):
    """作答率表 by one dimension. `mix` is the lean of each line, none where nobody answered or nobody was silent; `leans` are the clear ones.
    `adjusted` is the satisfied share if those who were silent were as satisfied as those of their kind who answered; none where a kind
    was asked and nobody of it answered."""

    name: str
    title: Text
    lines: tuple[Response, ...]
    mix: tuple[Lean | None, ...]
    leans: tuple[Lean, ...]
    adjusted: Fraction | None


class Cell(msgspec.Struct, frozen=True):
    count: int
    asks: Asks


class Row(msgspec.Struct, frozen=True):
    """One line of the matrix: all, very satisfied, satisfied, dissatisfied, without an answer."""

    title: Text
    cells: tuple[Cell, ...]
    satisfied: Share


class Satisfaction(msgspec.Struct, frozen=True):
    """满意度分析 of a unit and a period."""

    unit: Unit
    period: Period
    rule: LoyaltyRule
    total: Response
    ratios: tuple[RatioClass, ...]
    median: Fraction | None
    responses: tuple[Responses, ...]
    matrix: tuple[Row, ...]
    told: Told


MATRIX_TITLES = (
    Text("件数", "Complaints"),
    Text("非常满意", "Very satisfied"),
    Text("满意", "Satisfied"),
    Text("不满意", "Dissatisfied"),
    Text("未作答", "No answer"),
)


def satisfaction(actor: Actor, unit: Unit, period: Period) -> Satisfaction:
    """What this person reads of satisfaction. The unit lies within the reach (`statistics.unit_within`)."""
    told = figures.read(unit.id, [period], hidden_from=actor.id)[0]
    policy = standing_policy()
    rule = policy.loyalty_rule
    total = _response(Text("合计", "Total"), (), [told.get(("all", ""), NONE)])
    groups = (
        ("solution", Text("按办理速度", "By speed"), list(_speeds(told))),
        ("class", Text("按类别", "By class"), list(_classes(told, policy))),
        ("channel", Text("按渠道", "By channel"), list(_channels(told, policy))),
        ("unit", Text("按机构", "By unit"), list(_units(told, unit))),
    )
    return Satisfaction(
        unit,
        period,
        rule,
        total,
        tuple(ratio_classes(_ratios(told), rule.ratio_bounds)),
        median(_ratios(told)),
        tuple(responses(name, title, lines, rule) for name, title, lines in groups),
        tuple(_matrix(told)),
        told,
    )


def _ratios(told: Told) -> dict[Fraction, int]:
    return {Fraction(code): counts.received for (of, code), counts in told.items() if of == "ratio" and code}


def ratio_classes(ratios: Mapping[Fraction, int], bounds: Sequence[Decimal]) -> Iterator[RatioClass]:
    """分布 of the ratios in classes: 1 by itself, the others parted by the bounds, each class with its upper bound."""
    whole = sum(ratios.values())
    edges = sorted({Fraction(0), EVEN, *map(Fraction, bounds)})
    for lower, upper in zip(edges, [*edges[1:], None], strict=True):
        yield _class(ratios, whole, lower, upper)
        if upper == EVEN:
            exactly = {ratio: count for ratio, count in ratios.items() if ratio == EVEN}
            yield _told_class(exactly, whole, Text("等于 1", "exactly 1"), Text("满意", "Satisfied"))


def _class(ratios: Mapping[Fraction, int], whole: int, lower: Fraction, upper: Fraction | None) -> RatioClass:
    within = {
        ratio: count
        for ratio, count in ratios.items()
        if ratio > lower and (upper is None or ratio < upper or (ratio == upper != EVEN))
    }
    low, high = (_plain(each) if each is not None else "" for each in (lower, upper))
    if upper is None:
        title = Text(f"大于 {low}", f"above {low}")
    elif not lower:
        title = Text(f"不超过 {high}", f"up to {high}") if upper != EVEN else Text("小于 1", "below 1")
    elif upper == EVEN:
        title = Text(f"大于 {low}，小于 1", f"above {low}, below 1")
    else:
        title = Text(f"大于 {low}，至 {high}", f"above {low}, up to {high}")
    verdict = Text("非常满意", "Very satisfied") if lower < EVEN else Text("不满意", "Dissatisfied")
    return _told_class(within, whole, title, verdict)


def _told_class(within: Mapping[Fraction, int], whole: int, title: Text, verdict: Text) -> RatioClass:
    ratios = tuple(f"{ratio.numerator}/{ratio.denominator}" for ratio in sorted(within))
    return RatioClass(title, verdict, Share(sum(within.values()), whole), ratios)


def _plain(bound: Fraction) -> str:
    return f"{float(bound):g}"


def median(ratios: Mapping[Fraction, int]) -> Fraction | None:
    """中位数: the lower of the two in the middle."""
    place = (sum(ratios.values()) + 1) // 2
    for ratio in sorted(ratios):
        place -= ratios[ratio]
        if place <= 0:
            return ratio
    return None


def _response(title: Text, asks: Asks, counts: Iterable[Counts]) -> Response:
    of = sum(counts, NONE)
    happy = of.satisfied + of.delighted
    answered = happy + of.dissatisfied
    return Response(title, asks, Share(answered, answered + of.unmeasured), Share(happy, answered))


def _speeds(told: Told) -> Iterator[Response]:
    for name, (solutions, title) in SPEEDS.items():
        counts = [told.get(("solution", each.value), NONE) for each in solutions]
        yield _response(title, (("solution", name),), counts)


def _classes(told: Told, policy: Policy) -> Iterator[Response]:
    titles = {each.code: each.title for each in policy.classes}
    yield from _by_code(told, "class", titles)


def _channels(told: Told, policy: Policy) -> Iterator[Response]:
    yield from _by_code(told, "channel", {each.code: each.title for each in policy.channels})


def _by_code(told: Told, dimension: str, titles: Mapping[str, Text]) -> Iterator[Response]:
    found = [code for of, code in told if of == dimension]
    known = [code for code in titles if code in found]
    for code in (*known, *sorted(set(found) - set(known))):
        title = titles.get(code) or (Text(code, code) if code else Text("尚未记录", "Not recorded yet"))
        yield _response(title, ((dimension, code or "-"),), [told[dimension, code]])


def _units(told: Told, unit: Unit) -> Iterator[Response]:
    people = directory()
    found = [(each, code) for of, code in told if of == "unit" and (each := people.unit(int(code))) is not None]
    for each, code in sorted(found, key=lambda pair: pair[0].path):
        own = each.id == unit.id
        title = Text("本级", "The unit itself") if own else Text(each.name, each.name)
        yield _response(title, (("own", "1"),) if own else (("at", each.code),), [told["unit", code]])


def responses(name: str, title: Text, lines: Sequence[Response], rule: LoyaltyRule) -> Responses:
    """The lines of one dimension that were asked at all, with the kinds that lean and the adjusted rate."""
    asked = [line for line in lines if line.answered.whole]
    mix = tuple(_mix(asked, rule))
    leans = [lean for lean in mix if lean is not None and lean.is_clear]
    if len(asked) == 2:  # what is said of the one is said of the other
        leans = [lean for lean in leans if lean.difference.high < 0]
    return Responses(name, title, tuple(asked), mix, tuple(leans), _adjusted(asked))


def _mix(lines: Sequence[Response], rule: LoyaltyRule) -> Iterator[Lean | None]:
    """How each kind stands among the answers and among the silent."""
    answered = sum((line.answered for line in lines), Share(0, 0))
    satisfied = sum((line.satisfied for line in lines), Share(0, 0))
    silent = answered.whole - answered.part
    for line in lines:
        among_answered = Share(line.answered.part, answered.part)
        among_silent = Share(line.answered.whole - line.answered.part, silent)
        between = difference(among_answered, among_silent, rule.confidence_percent)
        if between is None:
            yield None
            continue
        rest = satisfied - line.satisfied
        yield Lean(
            line.title,
            among_answered,
            among_silent,
            between,
            line.satisfied,
            rest,
            _direction(between, line.satisfied, rest, rule),
        )


def _direction(between: Interval, own: Share, others: Share, rule: LoyaltyRule) -> int:
    """Which way the satisfied share is likely moved: 1 too high, -1 too low, 0 where the kinds do not differ in satisfaction beyond chance."""
    happier = difference(own, others, rule.confidence_percent)
    if happier is None or not happier.tells_a_difference:
        return 0
    return 1 if (between.low > 0) == (happier.low > 0) else -1


def _adjusted(lines: Sequence[Response]) -> Fraction | None:
    asked = sum(line.answered.whole for line in lines)
    if not asked or any(not line.answered.part for line in lines):
        return None
    return sum((line.answered.whole * (line.satisfied.value or Fraction(0)) for line in lines), Fraction(0)) / asked


def _matrix(told: Told) -> Iterator[Row]:
    sums = NONE
    for solution in Solution:
        counts = told.get(("solution", solution.value), NONE)
        sums += counts
        yield _row(solution.label, counts, lambda *more, of=solution.value: (("solution", of), *more))
    yield _row(Text("合计", "Total"), sums, None)


def _row(title: Text, counts: Counts, asks: Callable[..., Asks] | None) -> Row:
    verdicts = (("below", counts.delighted), ("equal", counts.satisfied), ("above", counts.dissatisfied))
    cells = [Cell(counts.received, asks() if asks else ())]
    for verdict, count in (*verdicts, ("unmeasured", counts.unmeasured)):
        cells.append(Cell(count, asks(("verdict", verdict)) if asks else ()))
    happy = counts.delighted + counts.satisfied
    return Row(title, tuple(cells), Share(happy, happy + counts.dissatisfied))
