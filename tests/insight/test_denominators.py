"""分母: outlets counted from the organisation, customers from a file, and the rates made of them."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from django.utils import timezone

from shouwen.core.people import Unit
from shouwen.demo import load
from shouwen.demo.bank import UNITS
from shouwen.insight import statistics
from shouwen.insight.denominators import COLUMNS, Base, bases
from shouwen.insight.figures import Period
from shouwen.insight.loading_commands import import_denominators
from shouwen.insight.models import Denominator
from shouwen.organisation.directory import directory
from shouwen.organisation.models import Unit as UnitRow
from tests.casework.test_door import person
from tests.desk.bank import AUDITOR

HEADINGS = [column.title.zh for column in COLUMNS]
TODAY = timezone.localdate()
Write = Callable[..., Path]


@pytest.fixture
def bank(staffed: None) -> None:
    """The demo bank's organisation."""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(*rows: tuple[str, str, str, str], encoding: str = "gb18030") -> Path:
        path = tmp_path / "denominators.csv"
        with path.open("w", newline="", encoding=encoding) as file:
            csv.writer(file).writerows([HEADINGS, *rows])
        return path

    return write


def unit(code: str) -> Unit:
    found = directory().unit_by_code(code)
    assert found is not None
    return found


def base(code: str, last: date = TODAY) -> Base:
    return bases(unit(code), last)[unit(code).id]


def test_outlets_are_counted_from_the_organisation(bank: None) -> None:
    assert base("100000").outlets == sum(each.kind.value == "outlet" for each in UNITS) == 5
    assert base("110000").outlets == 4
    assert base("111101").outlets == 1
    assert base("100001").outlets is None


def test_an_outlet_counts_from_its_opening_to_its_closing(bank: None) -> None:
    UnitRow.objects.filter(code="111102").update(closed_on=date(2026, 3, 1))
    assert (base("110000", date(2026, 2, 28)).outlets, base("110000", date(2026, 3, 1)).outlets) == (4, 3)
    assert base("110000", date(2019, 12, 31)).outlets is None


def test_a_file_says_otherwise_from_its_day_on(bank: None, write: Write) -> None:
    import_denominators(
        [str(write(("110000", "2026-01-01", "320", "4,150,000"), ("110000", "2026-06-30", "", "4200000")))]
    )
    assert base("110000", date(2025, 12, 31)) == Base(4, None)
    assert base("110000", date(2026, 3, 31)) == Base(320, 4_150_000)
    assert base("110000", date(2026, 7, 1)) == Base(320, 4_200_000)


def test_customers_of_a_unit_are_those_below_it_when_all_of_them_are_known(bank: None, write: Write) -> None:
    import_denominators([str(write(("110000", "2026-01-01", "", "100")))])
    assert base("100000").customers is None
    import_denominators([str(write(("120000", "2026-01-01", "", "50")))])
    assert base("100000").customers == 150
    assert base("111000").customers is None


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (("999", "2026-01-01", "1", "1"), "没有机构号"),
        (("110000", "someday", "1", "1"), "无法识别"),
        (("110000", "2999-01-01", "1", "1"), "晚于今天"),
        (("110000", "2026-01-01", "", ""), "都没有填"),
        (("110000", "2026-01-01", "0", "1"), "的整数"),
        (("110000", "2026-01-01", "-3", "1"), "的整数"),
        (("110000", "2026-01-01", "=2", "1"), "的整数"),
        (("110000", "2026-01-01", "2.5", "1"), "的整数"),
        (("110000", "2026-01-01", "1", "9" * 30), "的整数"),
        (("110000", "2026-01-01", "1", "１２³"), "的整数"),
        (("120000", "2026-01-01", "7", "7"), "机构和日期相同"),
    ],
)
def test_a_bad_row_is_a_reject_with_its_reason(bank: None, write: Write, row: tuple[str, ...], why: str) -> None:
    path = write(("120000", "2026-01-01", "2", "50"), row)
    assert import_denominators([str(path)]) == 1
    with path.with_name(f"{path.name}.rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        (reject,) = list(csv.reader(file))[1:]
    assert why in reject[1]
    assert list(Denominator.objects.values_list("outlets", "customers")) == [(2, 50)]


def test_the_same_file_twice_changes_nothing(bank: None, write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(("120000", "2026-01-01", "2", "50"))
    import_denominators([str(path)])
    before = list(Denominator.objects.values())
    import_denominators([str(path)])
    assert "新增 0，变更 0，不变 1" in capsys.readouterr().out
    assert list(Denominator.objects.values()) == before


def test_the_rates_of_every_line_are_exact(begun: None, write: Write) -> None:
    load.load(complaints=40)
    import_denominators([str(write(("100000", "2020-01-01", "7", "1234567"), ("110000", "2020-01-01", "", "3000")))])
    actor = person(AUDITOR)
    told = statistics.statistics(actor, unit("100000"), Period(TODAY - timedelta(days=365), TODAY))
    outlets, customers = (next(each for each in statistics.COLUMNS if each.per == per) for per in statistics.PER)
    received = told.total.counts[0].received
    assert received
    assert told.total.value(outlets) == Fraction(received * 100, 7)
    assert told.total.value(customers) == Fraction(received * 100_000, 1_234_567)
    for table in told.tables:
        for line in table.lines:
            count = line.counts[0].received
            asked = dict(line.asks)
            if "at" in asked or "own" in asked:
                known = base(asked["at"]) if "at" in asked else Base()
            else:
                known = Base(7, 1_234_567)
            assert line.value(outlets) == (Fraction(count * 100, known.outlets) if known.outlets else None)
            assert line.value(customers) == (Fraction(count * 100_000, known.customers) if known.customers else None)


def test_a_rate_that_nobody_can_tell_has_no_column(begun: None) -> None:
    load.load(complaints=10)
    told = statistics.statistics(person(AUDITOR), unit("100000"), Period(TODAY - timedelta(days=365), TODAY))
    assert [column.per for column in told.columns if column.per] == ["outlets"]
