"""双赢: the four quadrants agree with a slow count, open exactly their complaints, and leave out what is secret."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shouwen.casework import search
from shouwen.core.win_win import Sides
from shouwen.desk.worklist.narrowing import narrowing_of
from shouwen.insight import statistics
from shouwen.insight.figures import Period
from shouwen.insight.win_win import WinWin, win_win
from shouwen.organisation.directory import directory
from tests.casework.test_door import person
from tests.desk.bank import AUDITOR, signed_in
from tests.ground import StandOn, demo_bank
from tests.insight import slow

UNION = "110201"


@pytest.fixture(autouse=True)
def demo(stand_on: StandOn) -> None:
    stand_on(demo_bank(90, folded=True))


def period() -> Period:
    return Period(timezone.localdate() - timedelta(days=250), timezone.localdate())


def told(who: str) -> WinWin:
    unit = statistics.unit_within(person(who), "")
    assert unit is not None
    return win_win(person(who), unit, period())


@pytest.mark.parametrize("who", [AUDITOR, UNION])
def test_the_quadrants_agree_with_a_slow_count(who: str) -> None:
    of = told(who)
    counted = [each for each in slow.complaints() if slow.counted(each, of.unit.id, of.periods[0])]
    expected = {sides.value: sum(slow.sides(each) == sides.value for each in counted) for sides in Sides}
    assert {each.sides.value: each.share.part for each in of.quadrants} == expected
    assert of.known == sum(expected.values()) > 0
    assert of.answered == sum(slow.measures(each)["answered"] for each in counted)


def test_every_quadrant_opens_exactly_its_complaints() -> None:
    of, client = told(AUDITOR), signed_in(AUDITOR)
    page = client.get(f"/win-win/?from={period().first}&until={period().last}").content.decode().replace("&amp;", "&")
    seen = 0
    for quadrant in of.quadrants:
        address = next((part for part in page.split('"') if f"sides={quadrant.sides.value}" in part), "")
        assert bool(address) == bool(quadrant.share.part)
        if address:
            narrowing = narrowing_of(QueryDict(urlsplit(address).query))
            assert not narrowing.unread
            found = search.found(person(AUDITOR), narrowing.filters, timezone.now())
            assert found.count == quadrant.share.part
            seen += found.count
    assert seen == of.known


def test_a_quadrant_that_there_is_not_is_said_and_left_out() -> None:
    page = signed_in(AUDITOR).get("/complaints/?sides=nobody").content.decode()
    assert "双赢分析" in page
    assert directory().units()


def test_the_page_asks_as_much_for_a_year_as_for_a_month() -> None:
    client = signed_in(AUDITOR)

    def asked(query: str) -> int:
        client.get(f"/win-win/{query}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/win-win/{query}")
        return len(queries)

    year = asked(f"?from={period().first}&until={period().last}")
    assert year == asked("?from=2026-01-01&until=2026-01-31") <= 8
