"""GET /statistics: the cells of the page as JSON, of the token's unit and those below, and of nothing else."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from shouwen.core.people import Actor
from shouwen.insight.figures import Period
from shouwen.insight.reporting.archive import report_of
from shouwen.insight.reporting.report import Kind, Ratio, lines
from shouwen.organisation.directory import directory
from tests.api.conftest import Caller
from tests.ground import StandOn, demo_bank

HEAD, BRANCH, OTHER = "100000", "110000", "120000"
SYSTEM = Actor(person=None, system="api")


@pytest.fixture
def demo(stand_on: StandOn) -> None:
    stand_on(demo_bank(60, folded=True))


def caller(unit: str = HEAD) -> Caller:
    return Caller(unit, ("statistics:read",))


def half_a_year() -> Period:
    return Period(timezone.localdate() - timedelta(days=182), timezone.localdate())


def query(**asked: object) -> str:
    asked = {"from": half_a_year().first, "until": half_a_year().last} | asked
    return "/statistics?" + "&".join(f"{name}={value}" for name, value in asked.items())


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("code", [HEAD, BRANCH])
def test_the_values_are_the_cells_of_the_report(demo: None, kind: Kind, code: str) -> None:
    unit = directory().unit_by_code(code)
    assert unit is not None
    report = report_of(kind, SYSTEM, unit, half_a_year(), timezone.now())
    told = caller().get(query(kind=kind.value, unit=code)).json()
    assert [table["name"] for table in told["tables"]] == [table.name for table in report.tables]
    values = [line["values"] for table in told["tables"] for line in table["lines"]]
    expected = [
        [float(cell.value.number) if isinstance(cell.value, Ratio) else cell.value for cell in line.cells]
        for _, line in lines(report)
    ]
    assert values == expected
    assert values[0][0]


def test_without_a_unit_the_tokens_own_is_told_and_without_days_this_month(demo: None) -> None:
    told = caller(BRANCH).get("/statistics").json()
    assert told["unit"] == BRANCH
    assert told["periods"][0]["first"] == timezone.localdate().replace(day=1).isoformat()


@pytest.mark.parametrize("unit", [HEAD, OTHER, "999999"])
def test_a_unit_that_the_token_does_not_speak_for_is_refused(demo: None, unit: str) -> None:
    answer = caller(BRANCH).get(query(unit=unit))
    assert answer.status_code == 422
    assert answer.json()["rule"] == "unit-not-yours"


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "2026-02-30"},
        {"from": "yesterday"},
        {"until": "1066-01-01"},
        {"from": date(2026, 3, 1), "until": date(2026, 2, 1)},
        {"kind": "gossip"},
        {"person": "1"},
    ],
)
def test_what_makes_no_sense_is_refused_in_words(demo: None, asked: dict[str, object]) -> None:
    answer = caller().get(query(**asked))
    assert answer.status_code == 422
    assert answer.json()["message"]["zh"]
