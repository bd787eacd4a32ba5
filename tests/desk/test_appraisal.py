"""考核 on the desk: drawn up, closed, objected to, decided; every figure opens what is behind it, as far as one may see."""

import io
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from shouwen.oversight import appraisal
from shouwen.oversight.models import AppraisalObjection, AppraisalPeriod
from tests.casework.test_door import person
from tests.desk.bank import AUDITOR, CONTACT, signed_in
from tests.oversight.test_appraisal import FIRST, UNION, bank, branch, entry, objected, stands
from tests.oversight.test_revisits import LEADER, NOW, STRANGER, closed, outlet

__all__ = ["bank"]


@pytest.fixture(autouse=True)
def april(bank: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def words(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def test_the_union_draws_up_and_closes_and_the_leader_reads() -> None:
    closed(6)
    union = signed_in(UNION)
    assert union.post("/appraisal/draw-up/", {"unit": branch(), "first": f"{FIRST}"}).status_code == 302
    period = AppraisalPeriod.objects.get()
    assert signed_in(LEADER).get(f"/appraisal/{period.id}/").status_code == 404
    union.post(f"/appraisal/{period.id}/close/")
    page = words(signed_in(LEADER).get(f"/appraisal/{period.id}/"))
    assert "70.00" in page
    assert "我方责任 30 分" in page


def test_every_figure_opens_as_many_complaints_as_it_says() -> None:
    period = stands(6)
    page = words(signed_in(LEADER).get(f"/appraisal/{period.id}/"))
    figures = re.findall(rf'href="(/appraisal/{period.id}/units/\d+/[^"]*)">(\d+)</a>', page)
    assert len(figures) == 2
    for address, figure in figures:
        behind = words(signed_in(LEADER).get(address))
        assert len(re.findall(r'class="row-link"', behind)) == int(figure) == 6


def test_the_leader_objects_and_the_union_corrects() -> None:
    period = stands(6)
    address = f"/appraisal/entries/{entry(period).id}/liable/"
    assert address in words(signed_in(LEADER).get(f"/appraisal/{period.id}/units/{outlet()}/"))
    assert signed_in(LEADER).post(address, {"reason": "责任在设备厂商。"}).status_code == 302
    objection = AppraisalObjection.objects.get()
    union = signed_in(UNION)
    assert "责任在设备厂商" in words(union.get(f"/appraisal/objections/{objection.id}/"))
    union.post(f"/appraisal/objections/{objection.id}/", {"upheld": "yes", "words": "采纳。"})
    page = words(signed_in(LEADER).get(f"/appraisal/{period.id}/"))
    assert "70.00" in page
    assert "75.00" in page


def test_the_list_of_periods_says_closed_in_its_own_word_and_counts_the_objections_that_wait() -> None:
    period = stands(6)
    assert "已结账" in (page := words(signed_in(UNION).get("/appraisal/")))
    assert "已撤销" not in page
    assert "待处理" not in page
    signed_in(LEADER).post(f"/appraisal/entries/{entry(period).id}/liable/", {"reason": "责任在设备厂商。"})
    page = words(signed_in(UNION).get("/appraisal/"))
    assert f'href="/appraisal/{period.id}/#objections">1 项异议待处理</a>' in page
    assert 'id="objections"' in words(signed_in(UNION).get(f"/appraisal/{period.id}/"))
    assert "批准意见" not in words(
        signed_in(UNION).get(f"/appraisal/objections/{AppraisalObjection.objects.get().id}/")
    )


def test_an_objection_without_reason_comes_back() -> None:
    period = stands()
    answer = signed_in(LEADER).post(f"/appraisal/entries/{entry(period).id}/liable/", {"reason": " "})
    assert answer.status_code == 422


def test_a_decision_without_reason_keeps_what_was_chosen() -> None:
    objection = objected(stands())
    answer = signed_in(UNION).post(f"/appraisal/objections/{objection.id}/", {"upheld": "no", "words": ""})
    assert answer.status_code == 422
    assert re.search(r'value="no"[^>]*checked', words(answer))


def test_the_own_objection_is_left_to_a_colleague() -> None:
    objection = objected(stands())
    objection.by = person(UNION).id or 0
    objection.save()
    answer = signed_in(UNION).post(f"/appraisal/objections/{objection.id}/", {"upheld": "yes", "words": "采纳。"})
    assert "请交同事处理" in words(answer)


@pytest.mark.parametrize(
    "given",
    [{}, {"unit": "x", "first": "y"}, {"unit": "9" * 30, "first": "2026-01-01"}, {"unit": "9" * 5_000}, {"unit": "１"}],
)
def test_nonsense_is_refused_in_words(given: dict[str, str]) -> None:
    answer = signed_in(UNION).post("/appraisal/draw-up/", given, follow=True)
    assert answer.status_code == 200
    assert "考核由本级工会拟定和结账" in words(answer)


def test_another_outlet_gets_no_page_behind_a_figure() -> None:
    period = stands()
    for path in (f"/appraisal/{period.id}/units/{outlet()}/", f"/appraisal/entries/{entry(period).id}/liable/"):
        assert signed_in(STRANGER).get(path).status_code == 404


def test_the_leader_does_not_decide() -> None:
    objection = objected(stands())
    assert signed_in(LEADER).post(f"/appraisal/objections/{objection.id}/", {"upheld": "yes"}).status_code in (403, 404)


def test_an_auditor_reads_what_is_closed() -> None:
    period = stands()
    assert signed_in(AUDITOR).get(f"/appraisal/{period.id}/").status_code == 200


def test_the_sheet_takes_as_many_queries_for_many_objections(read_once: None) -> None:
    period = stands(6)
    leader = signed_in(CONTACT)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            leader.get(f"/appraisal/{period.id}/")
        return len(queries)

    objected(period)
    one = asked()
    for each in list(period.entries.all())[1:]:
        appraisal.object_to(person(LEADER), each, "liable", "责任在设备厂商。", NOW)
    assert asked() == one


def test_the_sheets_are_a_workbook_with_the_figures_of_the_page_and_a_pdf() -> None:
    period = stands(6)
    answer = signed_in(LEADER).get(f"/appraisal/{period.id}/sheets.xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_name("按单位").to_python()
    told = dict(zip(sheet[0], sheet[1], strict=True))
    assert told["计入件数"] == 6
    assert (told["我方责任"], told["我方责任扣分"], told["得分"]) == (6, 30, 70)
    assert signed_in(LEADER).get(f"/appraisal/{period.id}/sheets.pdf").content.startswith(b"%PDF")


def test_who_does_not_read_a_period_gets_no_file_of_it_and_a_draft_is_the_unions_alone() -> None:
    closed(6)
    union = signed_in(UNION)
    union.post("/appraisal/draw-up/", {"unit": branch(), "first": f"{FIRST}"})
    address = f"/appraisal/{AppraisalPeriod.objects.get().id}/sheets.xlsx"
    assert union.get(address).status_code == 200
    assert signed_in(LEADER).get(address).status_code == 404
    assert signed_in(STRANGER).get(address).status_code == 404
    assert union.get(address.replace("xlsx", "exe")).status_code == 404
