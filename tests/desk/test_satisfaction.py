"""满意与忠诚页: who opens it, what it shows, and that it asks no more of a large period than of a small one."""

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shouwen.casework.models import ComplaintRow
from shouwen.demo import load
from shouwen.insight.models import Activity, LoadedFile
from shouwen.organisation import calendar
from shouwen.organisation import directory as organisation
from shouwen.organisation.directory import directory
from tests.desk.bank import AGENT, AUDITOR, CONTACT, SUPERVISOR, signed_in
from tests.ground import StandOn, demo_bank

UNION = "110201"
WHOLE = {"from": "2020-01-01", "until": "2030-12-31"}


@pytest.fixture
def demo(stand_on: StandOn) -> None:
    stand_on(demo_bank(60, folded=True))


def shown(who: str = AUDITOR, page: str = "/satisfaction/", **asked: str) -> str:
    answer = signed_in(who).get(page, {**WHOLE, **asked})
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_the_page_shows_each_outcome_with_the_rate_of_the_slides(demo: None) -> None:
    page = shown()
    for words in ("不投诉", "投诉过但没有得到解决", "投诉迅速得到解决", "9%", "19%", "54%", "82%", "客户忠诚度"):
        assert words in page


def test_the_page_speaks_english(demo: None) -> None:
    client = signed_in(AUDITOR)
    client.cookies["shouwen_language"] = "en"
    page = client.get("/satisfaction/", WHOLE).content.decode()
    assert "Satisfaction and loyalty" in page
    assert "Complained, solved fast" in page
    assert "Distribution of expectation" in page


def test_the_ratio_of_a_complaint_stands_on_its_timeline(demo: None) -> None:
    row = ComplaintRow.objects.filter(secret=False, ratio="4/3").latest("id")
    assert "4 ÷ 3 = 4/3" in shown(page=f"/complaints/{row.number}/")


def test_an_empty_bank_says_that_nobody_was_asked(staffed: None) -> None:
    assert "本期没有询问过客户。" in shown()


def test_a_list_of_a_figure_keeps_its_filters_in_sight(demo: None) -> None:
    page = shown(page="/complaints/", loyalty="unsolved", survey="answered", solution="fast", ratio="3/2,2/1")
    for words in ("投诉过但没有得到解决", "已作答", "迅速", "3/2、2/1"):
        assert words in page


@pytest.mark.parametrize(
    "asked", [{"ratio": "1/0"}, {"ratio": "x"}, {"solution": "never"}, {"loyalty": "x"}, {"survey": "maybe"}]
)
def test_a_filter_that_makes_no_sense_is_said_and_left_out(demo: None, asked: dict[str, str]) -> None:
    assert "无法识别" in shown(page="/complaints/", **asked)


@pytest.mark.parametrize("page", ["/satisfaction/", "/satisfaction/files/"])
@pytest.mark.parametrize("who", [AGENT, CONTACT])
def test_who_looks_after_no_institution_reads_nothing_here(demo: None, who: str, page: str) -> None:
    assert signed_in(who).get(page).status_code in {302, 403, 404}


@pytest.mark.parametrize("page", ["/satisfaction/", "/satisfaction/files/"])
def test_a_unit_outside_the_reach_is_not_there(demo: None, page: str) -> None:
    assert signed_in(UNION).get(page, {"unit": directory().units()[0].code}).status_code == 404


@pytest.mark.parametrize("page", ["/satisfaction/", "/satisfaction/files/"])
def test_a_date_that_makes_no_sense_is_said(demo: None, page: str) -> None:
    answer = signed_in(SUPERVISOR).get(page, {"from": "2026-02-30"})
    assert answer.status_code == 200
    assert "日期无法识别" in answer.content.decode()


def test_the_page_asks_as_much_of_a_large_period_as_of_a_small_one(demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for memory in (calendar, organisation):  # whether what is remembered still stands is asked once a second
        monkeypatch.setattr(memory, "FRESH_FOR", 3600.0)
    client = signed_in(AUDITOR)
    client.get("/satisfaction/")

    def asked(first: str) -> int:
        with CaptureQueriesContext(connection) as made:
            client.get("/satisfaction/", {"from": first, "until": "2030-01-01"})
        return len(made)

    assert asked("2029-12-31") == asked("2000-01-01")


def test_loaded_files_and_the_outlets_are_shown(demo: None) -> None:
    LoadedFile.objects.create(
        kind="activity",
        name="<客户>.csv",
        digest="x",
        loaded_at=timezone.now(),
        rows=12,
        new=10,
        changed=0,
        unchanged=0,
        rejected=2,
    )
    page = shown(page="/satisfaction/files/")
    assert "<客户>.csv" in page
    assert "客户去留" in page
    assert "江东省分行" in page


def test_the_demo_bank_comes_with_what_customers_did_afterwards(begun: None) -> None:
    load.load(complaints=30, cast=True)
    assert set(LoadedFile.objects.values_list("kind", flat=True)) == {"activity", "denominators"}
    assert LoadedFile.objects.get(kind="activity").rejected == 2
    secret = ComplaintRow.objects.filter(secret=True).values_list("id", flat=True)
    assert Activity.objects.exists()
    assert not Activity.objects.filter(complaint_id__in=list(secret)).exists()
    page = shown()
    assert "本行实测" in page or "人数太少，未采用" in page
