"""意见簿整页登记: each sheet a complaint of its own, registered once; what has an error stays on the page."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shouwen.casework.models import ComplaintRow, Draft, JournalEntry
from shouwen.casework.vault import Vault
from shouwen.core.complaint import read_complaint
from shouwen.organisation.models import Unit
from tests.desk.bank import signed_in
from tests.intake.channels.people import AGENT, CLERK, page

URL = reverse("desk:register_book")


@pytest.fixture
def clerk(staffed: None) -> Client:
    return signed_in(CLERK)


def sheet(number: int, **changes: str) -> dict[str, str]:
    row = {"key": str(uuid4()), "kind": "complaint", "statement": f"第{number}位客户等了很久。", "phone": "13812345678"}
    return {f"row{number}-{field}": value for field, value in {**row, **changes}.items()}


def whole(*sheets: dict[str, str], **changes: object) -> dict[str, object]:
    keys = {f"row{number}-key": str(uuid4()) for number in range(1, 13)}
    kinds = {f"row{number}-kind": "complaint" for number in range(1, 13)}
    common = {
        "found_in": "book",
        "page": "12",
        "outlet": "111101",
        "received_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
        "receiving_unit": Unit.objects.get(code="111101").id,
        "do": "register",
    }
    sent: dict[str, object] = {**common, **keys, **kinds}
    for each in sheets:
        sent |= each
    return {**sent, **changes}


def test_each_row_is_a_complaint_of_its_own_with_the_page_it_stood_on(clerk: Client) -> None:
    rows = [sheet(1, written_on="2026-01-05"), sheet(2, kind="opinion"), sheet(5, kind="suggestion", name="王小明")]
    answer = clerk.post(URL, whole(*rows))
    assert answer["Location"] == reverse("desk:register_book_done")
    complaints = [read_complaint(row.state) for row in ComplaintRow.objects.order_by("id")]
    assert [each.kind for each in complaints] == ["complaint", "opinion", "suggestion"]
    assert complaints[0].channel_facts == {"found_in": "book", "page": "12", "written_on": "2026-01-05"}


def test_the_numbers_and_tracking_codes_are_listed_once(clerk: Client) -> None:
    clerk.post(URL, whole(sheet(1), sheet(2)))
    codes = [Vault.open(row.id).tracking for row in ComplaintRow.objects.all()]
    shown = page(clerk.get(reverse("desk:register_book_done")))
    assert all(code in shown for code in codes)
    assert not any(code in page(clerk.get(reverse("desk:register_book_done"))) for code in codes)


def test_rows_with_errors_stay_with_what_was_typed_and_the_good_ones_are_registered_once(clerk: Client) -> None:
    bad = sheet(3, phone="", statement="没有留电话也没有勾选匿名。")
    sent = whole(sheet(1), bad, sheet(4, statement="", name="李四"))
    shown = page(clerk.post(URL, sent))
    assert ComplaintRow.objects.count() == 1
    assert ComplaintRow.objects.get().number in shown
    assert "没有留电话也没有勾选匿名。" in shown
    assert "第1位客户等了很久。</textarea>" not in shown
    clerk.post(URL, sent)
    assert ComplaintRow.objects.count() == 1
    clerk.post(URL, whole({**bad, "row3-anonymous": "on"}))
    assert ComplaintRow.objects.count() == 2
    listed = page(clerk.get(reverse("desk:register_book_done")))
    assert len(set(re.findall(r"TS\d{4}-\d{8}", listed))) == 2


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"row1-written_on": "2999-01-01"}, "书写日期晚于取出"),
        ({"row1-written_on": "昨天"}, "请填写日期"),
        ({"row1-kind": "nonsense"}, "nonsense"),
        ({"row1-statement": "长" * 60_000}, "最多"),
        ({"page": "长" * 50}, "页码"),
        ({"outlet": "没有"}, "没有这个单位"),
        ({"received_at": "2999-01-01T10:00"}, "晚于现在"),
        ({"do": "accept"}, "请先分类"),
        ({"row1-key": ""}, "请填写"),
    ],
)
def test_bad_input_gets_a_sentence_and_registers_nothing(clerk: Client, changes: dict[str, str], says: str) -> None:
    answer = clerk.post(URL, whole(sheet(1, name="欧阳明月"), **changes))
    assert answer.status_code == 422
    assert says in page(answer)
    assert 'value="欧阳明月"' in page(answer)
    assert not ComplaintRow.objects.exists()


def test_an_empty_page_asks_for_a_row(clerk: Client) -> None:
    assert "各行都是空的" in page(clerk.post(URL, whole()))


def test_rows_with_a_class_are_accepted_at_once_where_that_is_asked(clerk: Client) -> None:
    clerk.post(URL, whole(sheet(1, class_="attitude"), do="accept"))
    assert ComplaintRow.objects.get().stage == "accepted"


def test_a_title_is_never_cut_within_a_number(clerk: Client) -> None:
    clerk.post(
        URL, whole(sheet(1, statement="我的电话是一三八一二三四五六七八我要求你们领导马上给我打电话说明情况不要再推"))
    )
    assert "一三八" not in "".join(JournalEntry.objects.values_list("body", flat=True))
    assert ComplaintRow.objects.get().title == "意见簿第12页第1条"


def test_the_page_is_kept_as_a_draft_that_opens_here_and_goes_with_the_registration(clerk: Client) -> None:
    told = clerk.post(reverse("desk:register_draft"), whole(sheet(2, name="欧阳明月"), is_book="1")).json()
    assert "欧阳明月".encode() not in bytes(Draft.objects.get().body)
    assert 'value="欧阳明月"' in page(clerk.get(f"{URL}?draft={told['draft']}"))
    assert told["draft"] not in page(clerk.get(reverse("desk:register")))
    assert "欧阳明月" not in page(signed_in("100201").get(f"{URL}?draft={told['draft']}"))
    clerk.post(URL, whole(sheet(2), draft=told["draft"]))
    assert not Draft.objects.exists()


def test_the_hotline_has_no_opinion_book(clerk: Client) -> None:
    assert signed_in(AGENT).get(URL).status_code == 403
    assert 'href="/register/book/"' not in page(signed_in(AGENT).get(reverse("desk:register")))
    assert 'href="/register/book/"' in page(clerk.get(reverse("desk:register")))
