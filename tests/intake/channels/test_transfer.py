"""来件: a list of incoming slips becomes live complaints, each document number once, each bad row with its reason."""

import io
from collections.abc import Sequence

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from python_calamine import CalamineWorkbook

from shouwen.casework.models import ComplaintRow
from shouwen.core.complaint import read_complaint
from shouwen.intake import tasks
from shouwen.intake.slips import registering
from shouwen.organisation import directory
from shouwen.organisation.models import Holding, Unit, Upload
from tests.casework import clamd
from tests.desk.bank import signed_in
from tests.intake.channels.people import AGENT, UNION, entry, page

URL = reverse("desk:register_slips")
HEADINGS = [
    "转来单位",
    "单位类别",
    "文号",
    "来文日期",
    "要求答复日期",
    "投诉人姓名",
    "联系电话",
    "标题",
    "投诉内容",
    "投诉分类",
]
GOOD = [
    "示范市消费者协会",
    "政府部门",
    "示消转〔2026〕7号",
    "2026-02-27",
    "2026-12-31",
    "王小明",
    "13812345678",
    "柜台排队",
    "排队两小时。",
    "服务态度",
]


@pytest.fixture
def union(staffed: None) -> Client:
    return signed_in(UNION)


def test_a_list_is_not_kept_while_the_scanner_does_not_answer(union: Client, scanner: clamd.Clamd) -> None:
    scanner.behaves = "closes"
    assert "请过几分钟再上传" in page(send(union, workbook(row())))
    assert not Upload.objects.exists()


def row(**changes: str) -> list[str]:
    return [changes.get(heading, value) for heading, value in zip(HEADINGS, GOOD, strict=True)]


def workbook(*rows: Sequence[str]) -> bytes:
    output = io.BytesIO()
    with xlsxwriter.Workbook(output) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate([HEADINGS, *rows]):
            sheet.write_row(number, 0, cells)
    return output.getvalue()


def uploaded(client: Client, content: bytes) -> str:
    answer = send(client, content)
    assert answer.status_code == 302, page(answer)
    return str(answer["Location"])


def send(client: Client, content: bytes) -> object:
    unit = Unit.objects.get(code="100002").id
    return client.post(URL, {"receiving_unit": unit, "file": SimpleUploadedFile("来件.xlsx", content)})


def test_a_confirmed_row_is_a_live_complaint_with_the_bodys_date_as_second_clock(union: Client) -> None:
    preview = uploaded(union, workbook(row()))
    assert not ComplaintRow.objects.exists()
    assert "已登记来件1件" in page(union.post(preview, follow=True))
    complaint = read_complaint(ComplaintRow.objects.get().state)
    assert (complaint.channel, complaint.stage) == ("transfer", "registered")
    assert complaint.channel_facts["body_kind"] == "government"
    assert {"accept", "reply", "superior"} <= {clock.kind for clock in complaint.clocks}


def test_confirming_twice_or_sending_the_file_again_registers_nothing_twice(union: Client) -> None:
    preview = uploaded(union, workbook(row()))
    union.post(preview)
    union.post(preview)
    again = uploaded(union, workbook(row(文号="示消转〔２０２６〕７号")))
    assert ComplaintRow.objects.get().number in page(union.get(again))
    union.post(again)
    assert ComplaintRow.objects.count() == 1


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that waits for one row only."""
    monkeypatch.setattr(registering, "SECONDS", 0.0)


def jobs() -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name=registering.TASK))


def test_what_a_page_cannot_wait_for_is_left_to_a_job(union: Client, impatient: None) -> None:
    preview = uploaded(union, workbook(row(), row(文号="8号"), row(文号="9号")))
    shown = page(union.post(preview, follow=True))
    assert ComplaintRow.objects.count() == 1
    assert "已完成1件，还有2件" in shown
    assert "再看一次" in shown
    (job,) = jobs()
    tasks.register_slips(**job.args)
    assert ComplaintRow.objects.count() == 3


def test_a_list_that_is_being_registered_offers_no_second_confirmation(union: Client, impatient: None) -> None:
    preview = uploaded(union, workbook(row(), row(文号="8号")))
    union.post(preview)
    assert "登记可登记的行" not in page(union.get(preview))
    union.post(preview)
    assert len(jobs()) == 1
    assert ComplaintRow.objects.count() == 1


def test_a_job_that_is_done_twice_registers_nothing_twice(union: Client, impatient: None) -> None:
    union.post(uploaded(union, workbook(row(), row(文号="8号"))))
    (job,) = jobs()
    for _ in range(2):
        tasks.register_slips(**job.args)
    assert ComplaintRow.objects.count() == 2


def test_a_job_for_a_list_that_is_no_longer_kept_ends(union: Client, impatient: None) -> None:
    union.post(uploaded(union, workbook(row(), row(文号="8号"))))
    (job,) = jobs()
    Upload.objects.all().delete()
    tasks.register_slips(**job.args)
    assert ComplaintRow.objects.count() == 1


def test_a_job_registers_by_what_the_person_may_do_then(union: Client, impatient: None) -> None:
    union.post(uploaded(union, workbook(row(), row(文号="8号"))))
    (job,) = jobs()
    Holding.objects.filter(staff__employee_no=UNION).delete()
    directory.forget()
    tasks.register_slips(**job.args)
    assert ComplaintRow.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"转来单位": ""}, "此项必填"),
        ({"单位类别": "法院"}, "可以填：上级行、政府部门"),
        ({"来文日期": "昨天"}, "请填写日期"),
        ({"要求答复日期": "2026-02-30"}, "请填写日期"),
        ({"投诉人姓名": ""}, "请填写投诉人的姓名"),
        ({"联系电话": ""}, "请至少填写一种"),
        ({"标题": "长" * 201}, "最多200个字"),
        ({"投诉分类": "没有这类"}, "可以填：服务态度"),
    ],
)
def test_a_bad_row_says_why_and_the_good_ones_go_in(union: Client, changes: dict[str, str], says: str) -> None:
    preview = uploaded(union, workbook(row(**changes), row(文号="8号")))
    assert says in page(union.get(preview))
    union.post(preview)
    assert ComplaintRow.objects.count() == 1


def test_the_same_number_twice_in_a_file_goes_in_once(union: Client) -> None:
    preview = uploaded(union, workbook(row(), row()))
    assert "与第2行的文号重复" in page(union.get(preview))
    union.post(preview)
    assert ComplaintRow.objects.count() == 1


def test_rejected_rows_come_back_with_reasons_under_the_headings_and_without_formulas(union: Client) -> None:
    preview = uploaded(union, workbook(row(标题="", 投诉内容="@SUM(1)")))
    content = b"".join(union.get(f"{preview}rejects.xlsx").streaming_content)
    headings, bad = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    told = dict(zip(headings, bad, strict=True))
    assert told["原因"] == "标题：此项必填。"
    assert told["投诉内容"] == "'@SUM(1)"


def test_the_template_is_a_file_that_can_be_sent(union: Client) -> None:
    content = b"".join(union.get(reverse("desk:register_slips_template")).streaming_content)
    assert "示消转〔2026〕7号" in page(union.get(uploaded(union, content)))


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"PK\x03\x04broken", "打不开"), (b"a,b\n1,2", "没有找到含有"), (workbook(), "没有内容"), (b"\0\0\1", "编码")],
)
def test_a_file_that_is_no_list_gets_a_sentence(union: Client, content: bytes, says: str) -> None:
    answer = send(union, content)
    assert answer.status_code == 422
    assert says in page(answer)


def test_the_file_waits_sealed_and_opens_for_who_brought_it_alone(union: Client) -> None:
    preview = uploaded(union, workbook(row()))
    kept = bytes(Upload.objects.get().content)
    assert not kept.startswith(b"PK")
    assert "王小明".encode() not in kept
    assert signed_in("100210").get(preview).status_code == 404


def test_a_known_document_is_refused_in_the_form_too(union: Client) -> None:
    union.post(uploaded(union, workbook(row())))
    form = entry("100002", channel="transfer", fact_body=GOOD[0], fact_document_number=GOOD[2])
    answer = union.post(reverse("desk:register"), form)
    assert answer.status_code == 422
    assert ComplaintRow.objects.get().number in page(answer)


def test_who_takes_no_slips_has_no_such_page(union: Client) -> None:
    assert signed_in(AGENT).get(URL).status_code == 403
