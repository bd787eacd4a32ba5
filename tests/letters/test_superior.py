"""回复单: what the superior bank or the authority gets back, and when there is one."""

import pytest
from django.urls import reverse

from shouwen.core.complaint import Complaint
from tests.desk.bank import signed_in
from tests.letters import cases

pytestmark = pytest.mark.usefixtures("bank")


def shown(complaint: Complaint, who: str = cases.CONTACT, form: str = "") -> tuple[int, bytes]:
    answer = signed_in(who).get(reverse(f"desk:letter_superior{form}", args=[complaint.number]))
    return answer.status_code, answer.content


def test_the_body_is_answered_under_its_own_document_number_by_the_six_elements() -> None:
    complaint = cases.superior_answered()
    code, content = shown(complaint)
    page = content.decode()
    assert code == 200
    assert "投诉办理情况回复单" in page
    wanted = (
        f"{complaint.number}-H",
        f"{cases.BODY}：",
        cases.DOCUMENT,
        "2026年2月27日",
        "2026年3月12日",
        "已书面报送。",
    )
    assert [words for words in wanted if words not in page] == []
    assert [words for words in ("对柜员进行批评教育。", "每日备足零钞。", "021-55500001") if words not in page] == []


def test_it_prints_as_pdf_under_its_number() -> None:
    complaint = cases.superior_answered()
    answer = signed_in(cases.CONTACT).get(reverse("desk:letter_superior_pdf", args=[complaint.number]))
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Disposition"] == f'inline; filename="{complaint.number}-H.pdf"'


def test_before_the_body_is_answered_it_is_a_draft_without_a_number() -> None:
    complaint = cases.transferred()
    page = shown(complaint)[1].decode()
    assert "草稿" in page
    assert f"{complaint.number}-H" not in page


def test_a_complaint_that_no_body_sent_has_none() -> None:
    assert shown(cases.replied())[0] == 404


def test_it_is_one_click_from_the_case() -> None:
    complaint = cases.superior_answered()
    case = signed_in(cases.CONTACT).get(reverse("desk:case", args=[complaint.number])).content.decode()
    assert reverse("desk:letter_superior", args=[complaint.number]) in case


def test_a_reader_whose_duty_does_not_need_them_sees_no_personal_data() -> None:
    page = shown(cases.superior_answered(), who=cases.CHECKER)[1].decode()
    assert cases.NAME not in page
    assert cases.PHONE not in page
