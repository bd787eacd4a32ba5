"""预警页: who reads a warning and a rule, what is shown to whom, and no more questions however many there are."""

import html
import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shouwen.casework.models import ComplaintRow
from shouwen.core.early_warning import Finding
from shouwen.demo import load
from shouwen.insight.models import EarlyWarning, ImprovementItem, WatchRule
from shouwen.insight.watching import raising, rules, warnings
from shouwen.insight.watching.models import FindingKind
from shouwen.insight.watching.rules import Asked
from shouwen.insight.watching.series import Key
from shouwen.organisation import calendar
from shouwen.organisation import directory as organisation
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from tests.casework.test_door import person
from tests.desk.bank import AGENT, AUDITOR, CONTACT, SUPERVISOR, signed_in
from tests.ground import StandOn, demo_bank

DAY = timedelta(days=1)
UNION, BRANCH_UNION, OTHER_UNION, LEADER = "100201", "110201", "120201", "11110110"
OUTLET = "111101"
RULE = {"count": "3", "days": "5", "per": "unit"}


@pytest.fixture
def demo(stand_on: StandOn) -> None:
    stand_on(demo_bank(60, folded=True))


def today() -> date:
    return working_calendar().local_date(timezone.now())


def unit_id(code: str) -> int:
    unit = directory().unit_by_code(code)
    assert unit is not None
    return unit.id


def raised(code: str = OUTLET, value: str = "attitude", ago: int = 1) -> EarlyWarning:
    found = Finding(today() - ago * DAY, 7, 9, 1.5, 1e-6, 50)
    raising.record(Key(unit_id(code), "class", value), (found,), timezone.now())
    return EarlyWarning.objects.latest("id")


def read(who: str, address: str) -> HttpResponse:
    return signed_in(who).get(address)


def text_of(answer: HttpResponse) -> str:
    return html.unescape(answer.content.decode())


def address_of(held: EarlyWarning, tail: str = "") -> str:
    return f"/warnings/{held.number}/{tail}"


def test_a_warning_says_what_happened_and_its_evidence(demo: None) -> None:
    page = text_of(read(LEADER, address_of(raised())))
    for words in ("城东支行人民路分理处", "类别“服务态度”共 9 件", "约为 1.5 件", "约 2,738 年一遇", "受理预警"):
        assert words in page


@pytest.mark.parametrize(
    ("who", "status"), [(LEADER, 200), (BRANCH_UNION, 200), (AUDITOR, 200), (OTHER_UNION, 404), (AGENT, 403)]
)
def test_who_reads_the_unit_s_statistics_opens_its_warning(demo: None, who: str, status: int) -> None:
    held = raised()
    assert read(who, address_of(held)).status_code == status
    if status == 200:
        assert held.number in text_of(read(who, "/warnings/"))
    elif status == 404:
        assert held.number not in text_of(read(who, "/warnings/"))


@pytest.mark.parametrize("number", ["YJ2026-0", "YJ1999-000001", "x", "YJ2026-999999999999999999", "-", "YJ2026-１"])
def test_a_number_that_is_none_is_not_there(demo: None, number: str) -> None:
    assert read(AUDITOR, f"/warnings/{number}/").status_code == 404


@pytest.mark.parametrize("who", [AUDITOR, "100301"])
def test_who_only_reads_is_offered_nothing_and_refused_everything(demo: None, who: str) -> None:
    held = raised()
    assert "/take/" not in text_of(read(who, address_of(held)))
    for tail in ("take/", "hand-over/", "close/"):
        assert signed_in(who).post(address_of(held, tail)).status_code in (403, 404)
    held.refresh_from_db()
    assert held.state == "open"


def test_the_owner_takes_hands_over_and_closes_in_the_browser(demo: None) -> None:
    held, client = raised(), signed_in(LEADER)
    client.post(address_of(held, "take/"))
    answer = client.post(address_of(held, "close/"), {"finding": "", "words": "原因是系统升级。"})
    assert answer.status_code == 422
    assert "原因是系统升级。" in text_of(answer)
    client.post(address_of(held, "close/"), {"finding": "real", "words": "原因是系统升级。"})
    held.refresh_from_db()
    assert (held.state, held.finding_text) == ("closed", "原因是系统升级。")
    assert held.number in text_of(client.get("/warnings/?state=closed"))
    assert client.post(address_of(held, "take/"), follow=True).status_code == 200


def test_a_receiver_from_outside_the_list_is_refused_and_what_was_typed_stays(demo: None) -> None:
    held, client = raised(), signed_in(LEADER)
    answer = client.post(address_of(held, "hand-over/"), {"to": "999999", "reason": "请接手办理。"})
    assert answer.status_code == 422
    assert "请接手办理。" in text_of(answer)


def test_samples_are_shown_only_to_who_may_see_them(demo: None) -> None:
    row = ComplaintRow.objects.filter(secret=False, merged_into=None, line__contains=[unit_id(OUTLET)]).latest("id")
    held = raised(value=row.class_code, ago=(today() - row.received_on).days)
    assert row.number in text_of(read(AUDITOR, address_of(held)))
    ComplaintRow.objects.filter(id=row.id).update(recused=[person(AUDITOR).id])
    assert row.number not in text_of(read(AUDITOR, address_of(held)))


@pytest.mark.parametrize("asked", ["?unit=nowhere", "?unit=120000"])
def test_a_unit_outside_the_reach_is_not_there(demo: None, asked: str) -> None:
    assert read(BRANCH_UNION, f"/warnings/{asked}").status_code == 404


@pytest.mark.parametrize(
    "asked", ["?after=x", "?after=2026-02-30_1", "?after=_", "?dimension=x&state=y", "?after=2026-01-01_９"]
)
def test_an_address_that_makes_no_sense_shows_the_first_page(demo: None, asked: str) -> None:
    assert raised().number in text_of(read(AUDITOR, f"/warnings/{asked}"))


def test_the_list_says_the_days_that_its_figure_counts_and_each_figure_of_the_evidence_opens_them(demo: None) -> None:
    held = raised(ago=6)
    later = Finding(today() - DAY, 7, 11, 1.4, 1e-6, 50)
    raising.record(Key(unit_id(OUTLET), "class", "attitude"), (later,), timezone.now())
    first, last = today() - 7 * DAY, today() - DAY
    assert f"{first} – {last}" in (listed := text_of(read(LEADER, "/warnings/")))
    assert f"{held.first_on} – {last}" not in listed
    page = text_of(read(LEADER, address_of(held)))
    assert f'/complaints/?in={OUTLET}&from={first}&until={last}&class=attitude">11</a>' in page
    assert f"<dt>相关投诉</dt><dd>{held.first_on} – {last}</dd>" in page


def test_the_list_goes_on_where_its_page_ends(demo: None, kept_contexts: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from shouwen.desk.warnings import views

    monkeypatch.setattr(views, "ON_A_PAGE", 2)
    numbers = {raised(value=code).number for code in ("attitude", "product", "channel", "work_error", "violation")}
    client, address, seen = signed_in(AUDITOR), "/warnings/", set()
    for _ in range(3):
        page = client.get(address)
        seen |= {line.number for line in page.context["lines"]}
        address = f"/warnings/?after={page.context['after']}"
    assert (seen, page.context["after"]) == (numbers, "")


@pytest.mark.parametrize("address", ["/warnings/", "/warnings/rules/", "one"])
def test_a_page_asks_no_more_where_there_is_more(demo: None, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    for memory in (calendar, organisation):
        monkeypatch.setattr(memory, "FRESH_FOR", 3600.0)
    held = raised()
    made()
    client = signed_in(AUDITOR)
    address = address_of(held) if address == "one" else address

    def asked() -> int:
        with CaptureQueriesContext(connection) as questions:
            client.get(address)
        return len(questions)

    asked()
    few = asked()
    for code in ("product", "channel", "work_error"):
        raised(value=code)
        made(value=code)
    assert asked() == few
    assert few <= 22


# --- Watch rules ------------------------------------------------------------------------------------------------------------


def made(who: str = UNION, value: str = "", code: str = "100000") -> WatchRule:
    return rules.make(person(who), uuid4(), Asked(unit_id(code), "unit", 3, 5, class_code=value), timezone.now())


def form(**changes: str) -> dict[str, str]:
    return {"key": str(uuid4()), "unit": str(unit_id("100000")), **RULE, **changes}


def test_a_rule_is_written_tested_and_switched_on(demo: None) -> None:
    client = signed_in(UNION)
    page = client.post("/warnings/rules/new/", form(), follow=True)
    assert "示范银行总行及下属：5 个工作日内，同一处理单位的投诉达到 3 件，即预警。" in text_of(page)
    rule = WatchRule.objects.get()
    assert "/on/" not in text_of(page)
    client.post(f"/warnings/rules/{rule.id}/on/", {"version": "1"})
    rule.refresh_from_db()
    assert not rule.is_on
    page = client.post(f"/warnings/rules/{rule.id}/test/", follow=True)
    assert "共会预警" in text_of(page)
    client.post(f"/warnings/rules/{rule.id}/on/", {"version": "1"})
    rule.refresh_from_db()
    assert rule.is_on
    client.post(f"/warnings/rules/{rule.id}/off/")
    rule.refresh_from_db()
    assert not rule.is_on


def test_the_bounds_of_a_rule_stand_at_its_fields_and_are_the_words_of_the_refusal(demo: None) -> None:
    assert "请填写 2 至 1000 之间的整数" in text_of(read(UNION, "/warnings/rules/new/"))
    sent = RULE | {"key": f"{uuid4()}", "unit": f"{unit_id(OUTLET)}", "days": "99"}
    refused = text_of(signed_in(UNION).post("/warnings/rules/new/", sent))
    assert refused.count("请填写 1 至 60 之间的整数") == 3


def test_a_sentence_is_said_before_anything_is_saved(demo: None) -> None:
    page = signed_in(UNION).post("/warnings/rules/new/", form(preview="1", class_code="attitude", word="柜台"))
    assert "类别“服务态度”，文字中有“柜台”：5 个工作日内" in text_of(page)
    assert not WatchRule.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"count": "1"}, {"days": "x"}, {"per": "nobody"}, {"unit": "99999"}, {"word": "<>"}, {"key": "no"}]
)
def test_a_form_that_makes_no_sense_is_refused_and_keeps_what_was_typed(demo: None, changes: dict[str, str]) -> None:
    answer = signed_in(UNION).post("/warnings/rules/new/", form(**{"class_code": "attitude", **changes}))
    assert answer.status_code == 422
    assert 'value="attitude" selected' in answer.content.decode()
    assert not WatchRule.objects.exists()


@pytest.mark.parametrize("who", [AUDITOR, AGENT, CONTACT, "100301"])
def test_who_writes_no_rules_is_not_let_in(demo: None, who: str) -> None:
    rule = made()
    client = signed_in(who)
    for address in ("new/", f"{rule.id}/change/", f"{rule.id}/test/", f"{rule.id}/on/", f"{rule.id}/off/"):
        assert client.post(f"/warnings/rules/{address}", form()).status_code == 403


def test_a_rule_of_another_institution_is_not_there(demo: None) -> None:
    rule = made(BRANCH_UNION, code="110000")
    assert read(OTHER_UNION, f"/warnings/rules/{rule.id}/").status_code == 404
    assert read(AUDITOR, f"/warnings/rules/{rule.id}/").status_code == 200
    assert read(AUDITOR, "/warnings/rules/99999999999/").status_code == 404


def test_a_rule_of_the_head_office_is_not_changed_below_it(demo: None) -> None:
    rule = made()
    assert signed_in(BRANCH_UNION).post(f"/warnings/rules/{rule.id}/test/").status_code == 404


def test_the_back_test_names_only_complaints_that_the_reader_may_see(demo: None) -> None:
    asked = Asked(unit_id("100000"), "unit", 2, 30)
    rule = rules.make(person(SUPERVISOR), uuid4(), asked, timezone.now())
    rules.test(person(SUPERVISOR), rule, timezone.now())
    page = text_of(read(SUPERVISOR, f"/warnings/rules/{rule.id}/"))
    numbers = [row for row in ComplaintRow.objects.values_list("number", flat=True) if row in page]
    assert numbers
    ComplaintRow.objects.filter(number=numbers[0]).update(recused=[person(SUPERVISOR).id])
    assert numbers[0] not in text_of(read(SUPERVISOR, f"/warnings/rules/{rule.id}/"))


def test_the_demo_bank_has_an_open_warning_a_closed_one_and_two_rules(begun: None) -> None:
    load.load(complaints=360, cast=True)
    old, new = unit_id("112101"), unit_id("121101")
    assert EarlyWarning.objects.filter(unit=old, state="closed", finding=FindingKind.REAL).exists()
    assert EarlyWarning.objects.get(unit=new, dimension="class", code="channel").state == "open"
    open_of = EarlyWarning.objects.exclude(state="closed").values_list("unit", flat=True)
    assert set(open_of) == {new}  # of that surge alone, though it may be told by a cause or a channel as well
    assert sorted(WatchRule.objects.values_list("is_on", flat=True)) == [False, True]
    assert warnings.find(person(AUDITOR), EarlyWarning.objects.latest("id").number)


def test_an_improvement_is_proposed_from_a_warning_and_each_leads_to_the_other(demo: None) -> None:
    held = raised()
    leader = signed_in(LEADER)
    form = text_of(leader.get(f"/improvement/new/?warning={held.number}"))
    given = dict(re.findall(r'name="(origin|reference|key)" value="([^"]*)"', form))
    assert (given["origin"], given["reference"]) == ("warning", held.number)
    sent = given | {"kind": "defect", "field": "process", "title": "完善叫号", "text": "增设弹性窗口。", "unit": OUTLET}
    assert leader.post("/improvement/new/", sent).status_code == 302
    item = ImprovementItem.objects.get()
    assert f"/improvement/{item.number}/" in text_of(leader.get(address_of(held)))
    assert address_of(held) in text_of(leader.get(f"/improvement/{item.number}/"))


def test_a_warning_that_one_does_not_read_is_no_origin_and_is_not_named(demo: None) -> None:
    held = raised()
    stranger = signed_in(OTHER_UNION)
    assert stranger.get(f"/improvement/new/?warning={held.number}").status_code == 404
    sent = {"origin": "warning", "reference": held.number, "key": f"{uuid4()}", "kind": "defect", "field": "process"}
    sent |= {"title": "完善叫号", "text": "增设弹性窗口。", "unit": "121101"}
    assert stranger.post("/improvement/new/", sent).status_code == 404
    assert not ImprovementItem.objects.exists()


@pytest.mark.parametrize(("who", "board"), [(LEADER, "leader"), (UNION, "union")])
def test_an_open_warning_stands_on_the_morning_board_and_opens_the_list(demo: None, who: str, board: str) -> None:
    held = raised()
    page = text_of(read(who, f"/morning/?board={board}"))
    found = re.search(r'href="(/warnings/\?unit=\d+)"', page)
    assert found
    assert held.number in text_of(read(who, found[1]))


def test_the_unions_board_names_the_open_warning_that_it_counts(demo: None) -> None:
    raised()
    page = text_of(read(UNION, "/morning/?board=union"))
    assert "1 项预警未结" in page
    assert "没有等办的" not in page
