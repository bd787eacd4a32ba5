"""满意度分析: every cell agrees with a slow count from the journals and opens exactly its complaints; the lean of who answers is said."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from urllib.parse import urlsplit

import msgspec
import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from shouwen.casework import search
from shouwen.casework.rules import standing_policy
from shouwen.core.complaint import Complaint
from shouwen.core.loyalty import Solution
from shouwen.core.policy_terms import LoyaltyRule
from shouwen.core.proportions import Share
from shouwen.core.text import Text
from shouwen.desk.satisfaction import tables
from shouwen.desk.worklist.narrowing import narrowing_of
from shouwen.insight import loyalty, statistics
from shouwen.insight.figures import Period
from shouwen.insight.satisfaction import Response, Satisfaction, median, ratio_classes, responses, satisfaction
from shouwen.organisation.directory import directory
from tests.casework.test_door import person
from tests.desk.bank import AUDITOR
from tests.ground import StandOn, demo_bank
from tests.insight import slow

UNION = "110201"
RULE = LoyaltyRule()


@pytest.fixture
def demo(stand_on: StandOn) -> None:
    stand_on(demo_bank(90, folded=True))


def period() -> Period:
    today = timezone.localdate()
    return Period(today - timedelta(days=250), today)


def told(who: str = AUDITOR) -> Satisfaction:
    actor = person(who)
    unit = statistics.unit_within(actor, "")
    assert unit is not None
    return satisfaction(actor, unit, period())


def counted(of: Satisfaction) -> list[Complaint]:
    return [each for each in slow.complaints() if slow.counted(each, of.unit.id, of.period)]


def survey(complaints: list[Complaint]) -> tuple[int, int, int]:
    """Asked, answered, satisfied."""
    sums = Counter[str]()
    for each in complaints:
        sums.update(slow.measures(each))
    happy = sums["satisfied"] + sums["delighted"]
    answered = happy + sums["dissatisfied"]
    return answered + sums["unmeasured"], answered, happy


@pytest.mark.parametrize("who", [AUDITOR, UNION])
def test_the_distribution_agrees_with_a_slow_count(demo: None, who: str) -> None:
    of = told(who)
    found = [Fraction(each) for each in map(slow.ratio, counted(of)) if each]
    limits: list[tuple[float, float]] = [(0, 0.5), (0.5, 1), (1, 1), (1, 1.5), (1.5, 2), (2, 99)]
    expected = [
        sum(ratio == 1 if low == high else low < ratio < high or (ratio == high != 1) for ratio in found)
        for low, high in limits
    ]
    assert [each.share.part for each in of.ratios] == expected
    assert {each.share.whole for each in of.ratios} == {len(found)}
    assert of.median == (sorted(found)[(len(found) - 1) // 2] if found else None)


@pytest.mark.parametrize("who", [AUDITOR, UNION])
def test_every_response_rate_agrees_with_a_slow_count(demo: None, who: str) -> None:
    of = told(who)
    complaints = counted(of)
    assert (of.total.answered.whole, of.total.answered.part, of.total.satisfied.part) == survey(complaints)
    for group in of.responses:
        kinds: dict[str, list[Complaint]] = {}
        for each in complaints:
            kinds.setdefault(_kind(group.name, each, of), []).append(each)
        expected = {kind: survey(of_kind) for kind, of_kind in kinds.items() if kind and survey(of_kind)[0]}
        found = {
            dict(line.asks)[next(iter(dict(line.asks)))]: (line.answered.whole, line.answered.part, line.satisfied.part)
            for line in group.lines
        }
        assert found == expected, group.name


def _kind(name: str, complaint: Complaint, of: Satisfaction) -> str:
    codes = slow.codes(complaint, of.unit.id)
    if name == "solution":
        solution = slow.solution(complaint)
        return "" if solution == "declined" else solution.partition("_")[0]
    if name == "unit":
        below = directory().unit(int(codes["unit"]))
        assert below is not None
        return "1" if below.id == of.unit.id else below.code
    return codes[name] or "-"


@pytest.mark.parametrize("who", [AUDITOR, UNION])
def test_every_cell_of_the_matrix_agrees_with_a_slow_count(demo: None, who: str) -> None:
    of = told(who)
    complaints = counted(of)
    for row, solution in zip(of.matrix, Solution, strict=False):
        mine = [each for each in complaints if slow.solution(each) == solution.value]
        sums = Counter[str]()
        for each in mine:
            sums.update(slow.measures(each))
        expected = [sums[name] for name in ("received", "delighted", "satisfied", "dissatisfied", "unmeasured")]
        assert [cell.count for cell in row.cells] == expected, solution
    assert [cell.count for cell in of.matrix[-1].cells] == [
        sum(row.cells[place].count for row in of.matrix[:-1]) for place in range(5)
    ]


def test_the_outcomes_of_loyalty_agree_with_a_slow_count(demo: None) -> None:
    of = told()
    expected = Counter[str]()
    for each in counted(of):
        solution = slow.solution(each)
        if solution:
            unhappy = slow.measures(each)["dissatisfied"]
            expected[
                "unsolved" if unhappy or not solution.endswith("_solved") else _solved[solution.partition("_")[0]]
            ] += 1
    found = loyalty.customers(of.told)
    assert {code: count for code, count in found.items() if count} == dict(expected)


_solved = {"fast": "solved_fast", "slow": "solved"}


def cells(of: Satisfaction) -> Iterator[tables.Cell]:
    links = tables.Links(of)
    loyal = loyalty.loyalty(person(AUDITOR), of.unit, of.period, of.told)
    for table in (
        tables.ratios(of, links),
        *tables.responses(of, links),
        tables.matrix(of, links),
        tables.loyalty(loyal, links),
    ):
        for row in table.rows:
            yield from row.cells


def test_every_figure_opens_exactly_its_complaints(demo: None) -> None:
    actor, of = person(AUDITOR), told()
    opened = 0
    for cell in cells(of):
        if cell.href:
            narrowing = narrowing_of(QueryDict(urlsplit(cell.href).query))
            assert narrowing.unread == []
            assert search.found(actor, narrowing.filters, timezone.now()).count == int(cell.words), cell.href
            opened += 1
    assert opened > 30


def test_nobody_was_asked_in_an_empty_period(demo: None) -> None:
    of = satisfaction(person(AUDITOR), told().unit, Period(period().last, period().last - timedelta(days=-1)))
    assert of.total.answered.whole == 0
    assert of.median is None
    assert all(group.lines == () and group.adjusted is None for group in of.responses)


@given(st.dictionaries(st.fractions(Fraction(1, 10), 10), st.integers(1, 50)))
def test_each_ratio_lies_in_exactly_one_class(ratios: dict[Fraction, int]) -> None:
    classes = list(ratio_classes(ratios, RULE.ratio_bounds))
    assert sum(each.share.part for each in classes) == sum(ratios.values())
    placed = [ratio for each in classes for ratio in each.ratios]
    assert sorted(Fraction(each) for each in placed) == sorted(ratios)


@given(st.dictionaries(st.fractions(Fraction(1, 10), 10), st.integers(1, 9), min_size=1))
def test_the_median_is_that_of_the_single_ratios(ratios: dict[Fraction, int]) -> None:
    single = sorted(ratio for ratio, count in ratios.items() for _ in range(count))
    assert median(ratios) == single[(len(single) - 1) // 2]


def kind(name: str, asked: int, answered: int, satisfied: int) -> Response:
    return Response(Text(name, name), (("solution", name),), Share(answered, asked), Share(satisfied, answered))


def test_the_example_of_the_survey_worked_by_hand() -> None:
    """docs/loyalty.md: 60 answered fast were asked, 57 answer, 52 satisfied; of 20 slow ones 12 answer, 6 satisfied."""
    of = responses(
        "solution", Text("按办理速度", "By speed"), [kind("迅速", 60, 57, 52), kind("不迅速", 20, 12, 6)], RULE
    )
    (lean,) = of.leans
    assert (lean.title.zh, lean.direction) == ("不迅速", 1)
    assert lean.among_answered == Share(12, 69)
    assert lean.among_silent == Share(8, 11)
    assert [each.points for each in of.mix if each] == [-lean.points, lean.points]
    words = lean.words(Decimal(95))
    assert "17.4%" in words.zh
    assert "72.7%" in words.zh
    assert "−55.3" in words.zh
    assert words.zh.endswith("满意率很可能偏高。")
    assert words.en.endswith("the satisfied share is likely too high.")
    assert of.adjusted is not None
    assert f"{float(of.adjusted):.1%}" == "80.9%"


def test_who_answers_more_often_and_is_less_satisfied_makes_the_rate_too_low() -> None:
    kinds = [kind("a", 200, 190, 60), kind("b", 200, 100, 90), kind("c", 200, 140, 100)]
    leans = {
        lean.title.zh: lean.direction for lean in responses("class", Text("按类别", "By class"), kinds, RULE).leans
    }
    assert (leans["a"], leans["b"]) == (-1, -1)


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), min_size=2, max_size=6))
def test_the_differences_of_all_kinds_are_nought_together(answers: list[tuple[int, int]]) -> None:
    kinds = [
        kind(str(place), answered + silent, answered, answered) for place, (answered, silent) in enumerate(answers)
    ]
    of = responses("class", Text("按类别", "By class"), kinds, RULE)
    known = [each.points for each in of.mix if each is not None]
    assert sum(known) == pytest.approx(0)
    assert len(known) in {0, len(of.lines)}


def test_no_lean_is_said_where_chance_explains_it() -> None:
    kinds = [kind("a", 10, 9, 8), kind("b", 10, 8, 8)]
    assert responses("class", Text("按类别", "By class"), kinds, RULE).leans == ()


def test_a_kind_of_which_nobody_answers_leaves_the_adjusted_rate_open() -> None:
    kinds = [kind("a", 10, 9, 8), kind("b", 10, 0, 0)]
    assert responses("class", Text("按类别", "By class"), kinds, RULE).adjusted is None


def test_the_roll_ups_rule_is_that_of_the_pack(demo: None) -> None:
    assert told().rule == standing_policy().loyalty_rule
    assert msgspec.structs.replace(RULE, source=told().rule.source) == told().rule


@pytest.mark.parametrize("customers", [1, loyalty.FEWEST_TOLD - 1, loyalty.FEWEST_TOLD])
def test_what_a_few_customers_are_worth_and_whether_they_stay_is_not_told(demo: None, customers: int) -> None:
    of, policy = told(), standing_policy()
    measured = loyalty.Measured(Share(1, customers), customers, Decimal(customers * 1000))
    lines = tuple(
        loyalty.line(each, 9, measured if not place else None, policy.loyalty_rule)
        for place, each in enumerate(policy.loyalty)
    )
    loyal = loyalty.Loyalty(policy.loyalty_rule, lines)
    shown = " ".join(cell.words for row in tables.loyalty(loyal, tables.Links(of)).rows for cell in row.cells)
    is_told = customers == loyalty.FEWEST_TOLD
    assert (f"{customers * 1000:,}.00" in shown) is is_told
    assert (f"(1/{customers})" in shown) is is_told
    assert loyal.value == (customers * 1000 if is_told else 0)
