"""上门与信件, from the page to the record: representatives, and a scan that comes with the registration."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shouwen.casework.models import ComplaintRow, JournalEntry
from shouwen.casework.vault import Vault
from tests.casework import clamd
from tests.desk.bank import signed_in
from tests.intake.channels.people import CLERK, UNION, entry, only_complaint, page

URL = reverse("desk:register")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
NAMES = "赵大海\n钱二姐\n孙三"


@pytest.fixture(autouse=True)
def bank(staffed: None) -> None:
    """The demo bank's organisation."""


def visit(**changes: object) -> dict[str, object]:
    return {**entry("111101", channel="visit", fact_visitors="12", fact_representative_names=NAMES), **changes}


def test_representatives_are_counted_by_their_names_and_sealed_whole() -> None:
    answer = signed_in(CLERK).post(URL, visit(statement="我们推选赵大海为代表。"))
    assert answer.status_code == 302
    complaint = only_complaint()
    assert complaint.channel_facts["representatives"] == 3
    kept = "".join(JournalEntry.objects.values_list("body", flat=True)) + str(ComplaintRow.objects.get().state)
    assert not any(name in kept for name in NAMES.split())
    vault = Vault.open(complaint.id)
    assert vault.unseal_text(complaint.channel_facts["representative_names"]) == NAMES
    assert vault.unseal_text(complaint.statement) == "我们推选赵大海为代表。"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"fact_representative_names": "\n".join(f"代表{n}" for n in "甲乙丙丁戊己")}, "最多推选5名代表，现在有6名"),
        ({"fact_visitors": "2"}, "来访只有2人"),
        ({"fact_representatives": "2"}, "姓名有3行"),
        ({"fact_representatives": "六"}, "请填写整数"),
        ({"fact_visitors": "很多"}, "请填写整数"),
        ({"fact_representative_names": "", "fact_representatives": "6"}, "最多推选5名"),
    ],
)
def test_representatives_that_do_not_fit_are_refused_and_all_stays_typed(changes: dict[str, str], says: str) -> None:
    answer = signed_in(CLERK).post(URL, visit(**{"wish": "请道歉", **changes}))
    assert answer.status_code == 422
    assert says in page(answer)
    assert "请道歉" in page(answer)
    assert not ComplaintRow.objects.exists()


def letter(*files: SimpleUploadedFile, **changes: object) -> dict[str, object]:
    return entry("100002", channel="letter", fact_pages="2", files=list(files), **changes)


def test_a_scanned_letter_is_attached_with_the_registration() -> None:
    signed_in(UNION).post(URL, letter(SimpleUploadedFile("来信.png", PNG), SimpleUploadedFile("信封.png", PNG + b"1")))
    assert [file.name for file in only_complaint().attachments] == ["来信.png", "信封.png"]


def test_a_refused_file_does_not_lose_the_registration_and_is_named_with_the_reason() -> None:
    client = signed_in(UNION)
    wrong = SimpleUploadedFile("来信.exe", b"MZ")
    answer = client.post(URL, letter(wrong, SimpleUploadedFile("信封.png", PNG)), follow=True)
    assert "投诉已登记。文件“来信.exe”未收下" in page(answer)
    assert [file.name for file in only_complaint().attachments] == ["信封.png"]


def test_a_double_click_attaches_a_file_once() -> None:
    client = signed_in(UNION)
    sent = letter()
    for _ in range(2):
        assert client.post(URL, {**sent, "files": [SimpleUploadedFile("来信.png", PNG)]}).status_code == 302
    assert len(only_complaint().attachments) == 1


def test_an_infected_scan_is_named_and_the_letter_registered(scanner: clamd.Clamd) -> None:
    infected = SimpleUploadedFile("来信.txt", clamd.MARK)
    answer = signed_in(UNION).post(URL, letter(infected, SimpleUploadedFile("信封.png", PNG)), follow=True)
    assert "文件“来信.txt”未收下" in page(answer)
    assert [file.name for file in only_complaint().attachments] == ["信封.png"]
