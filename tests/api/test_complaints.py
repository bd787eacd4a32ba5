"""接口: what a call centre's system may do, and that it is done once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from shouwen.casework.models import Complainant, ComplaintRow, JournalEntry
from shouwen.casework.vault import Vault
from tests.api.conftest import BRANCH, HEAD_OFFICE, HOTLINE, OTHER_BRANCH, Caller, Calling, complaint, make_bank
from tests.casework import clamd

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def file(content: bytes = PNG, name: str = "截图.png") -> BytesIO:
    kept = BytesIO(content)
    kept.name = name
    return kept


def test_a_complaint_is_registered_with_number_code_and_due_dates(hotline: Caller) -> None:
    answer = hotline.post("/complaints", complaint())
    told = answer.json()
    row = ComplaintRow.objects.get()
    assert answer.status_code == 201
    assert told["number"] == row.number
    assert told["tracking_code"] == Vault.open(row.id).tracking
    assert {clock["kind"] for clock in told["clocks"]} == {"accept", "reply"}
    assert told["class"] == "attitude"


def test_the_callers_personal_data_go_into_the_sealed_record_and_never_come_back(hotline: Caller) -> None:
    answer = hotline.post("/complaints", complaint())
    read = hotline.get(f"/complaints/{answer.json()['number']}")
    row = ComplaintRow.objects.get()
    assert Vault.open(row.id).details.phone == "13812345678"
    for text in (answer.content.decode(), read.content.decode(), row.state, str(JournalEntry.objects.get().body)):
        assert "13812345678" not in text
        assert "王小明" not in text


def test_the_same_key_again_is_the_same_complaint_and_the_code_is_not_told_again(hotline: Caller) -> None:
    body, key = complaint(), str(uuid4())
    first, again = hotline.post("/complaints", body, key), hotline.post("/complaints", body, key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["number"] == again.json()["number"]
    assert again.json()["tracking_code"] is None
    assert ComplaintRow.objects.count() == 1


def test_the_same_key_with_other_content_is_a_conflict(hotline: Caller) -> None:
    key = str(uuid4())
    hotline.post("/complaints", complaint(), key)
    answer = hotline.post("/complaints", complaint(subject="另一件事"), key)
    assert answer.status_code == 409
    assert answer.json()["rule"] == "key-used-otherwise"
    assert ComplaintRow.objects.count() == 1


def test_the_key_of_another_system_is_another_key(calling: Calling) -> None:
    body, key = complaint(), str(uuid4())
    numbers = {caller.post("/complaints", body, key).json()["number"] for caller in (calling(), calling())}
    assert len(numbers) == 2


def test_a_key_is_needed(hotline: Caller) -> None:
    answer = hotline.client.post(
        "/api/v1/complaints", complaint(), content_type="application/json", headers=hotline.headers
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert not ComplaintRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_with_one_key_make_one_complaint(committed_db: None) -> None:
    make_bank()
    hotline, body, key = Caller(HOTLINE, ("complaints:write",)), complaint(), str(uuid4())

    def send(_: int) -> tuple[int, str]:
        answer = hotline.post("/complaints", body, key)
        connection.close()
        return answer.status_code, answer.json()["number"]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert sorted(status for status, _ in answers) == [200] * 7 + [201]
    assert len({number for _, number in answers}) == 1
    assert ComplaintRow.objects.count() == Complainant.objects.count() == 1


MISTAKES: list[tuple[dict[str, Any], str, str]] = [
    ({"channel": "telepathy"}, "channel-unknown", "channel"),
    ({"facts": {"colour": "red"}}, "fact-unknown", "facts.colour"),
    ({"kind": "praise"}, "kind-unknown", "kind"),
    ({"class": "nonsense"}, "class-unknown", "class"),
    ({"contact": {"name": "王小明"}}, "contact-missing", "contact.phone"),
    ({"subject": "　"}, "text-missing", "subject"),
    ({"received_at": "2999-01-01T00:00:00Z"}, "received-in-future", "received_at"),
    ({"received_at": "2026-03-01T10:00:00"}, "form-moment", "received_at"),
    ({"received_at": 1772000000}, "form-moment", "received_at"),
    ({"unit_about": "nowhere"}, "unit-unknown", "unit_about"),
    ({"receiving_unit": BRANCH}, "unit-not-yours", "receiving_unit"),
    ({"employee_about": "0"}, "employee-unknown", "employee_about"),
    ({"earlier": ["TS2026-99999999"]}, "earlier-unknown", "earlier"),
    ({"colour": "red"}, "form-extra-forbidden", "colour"),
    ({"contact": {"nickname": "x"}}, "form-extra-forbidden", "contact.nickname"),
    ({"anonymous": "yes"}, "form-bool-type", "anonymous"),
    ({"statement": "长" * 50_001}, "form-string-too-long", "statement"),
]


def test_what_cannot_be_taken_is_said_at_its_field_in_both_languages(hotline: Caller) -> None:
    for changes, rule, field in MISTAKES:
        answer = hotline.post("/complaints", complaint(**changes))
        problem = answer.json()
        assert answer.status_code == problem["status"] == 422, rule
        assert answer["Content-Type"] == "application/problem+json"
        assert (problem["errors"][0]["rule"], problem["errors"][0]["field"]) == (rule, field)
        assert problem["message"]["zh"]
        assert problem["message"]["en"]
    assert not ComplaintRow.objects.exists()


def test_a_problem_is_told_in_the_language_that_is_asked_for(hotline: Caller) -> None:
    number = "/complaints/TS2026-99999999"
    assert "核对编号" in hotline.get(number).json()["detail"]
    assert "Check it" in hotline.get(number, **{"Accept-Language": "en"}).json()["detail"]


NO_JSON = [
    b"",
    b"{",
    b"[]",
    b'"x"',
    b'{"subject": NaN}',
    b'{"subject":"a","subject":"b"}',
    b'{"subject":"\\ud800"}',
    b"\xff\xfe",
]


def test_what_is_no_json_is_refused_and_nothing_breaks(hotline: Caller) -> None:
    for body in NO_JSON:
        assert hotline.post("/complaints", body).status_code in (400, 415, 422), body
    assert not ComplaintRow.objects.exists()


def test_another_kind_of_content_and_too_much_of_it_are_refused(hotline: Caller) -> None:
    headers = {**hotline.headers, "Idempotency-Key": "k" * 20}
    assert hotline.client.post("/api/v1/complaints", b"x", content_type="text/xml", headers=headers).status_code == 415
    assert hotline.post("/complaints", b'"' + b"x" * 3_000_000 + b'"').status_code == 413


@pytest.mark.parametrize("path", ["/", "/nowhere", "/complaints/", "/complaints/TS2026-00000001/nowhere"])
def test_an_address_that_is_not_there_is_a_problem_not_a_page(hotline: Caller, path: str) -> None:
    answer = hotline.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_wrong_method_says_which_are_right(hotline: Caller) -> None:
    answer = hotline.client.put("/api/v1/complaints", headers=hotline.headers)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert answer.json()["rule"] == "method"


def test_stage_and_dates_are_read_and_nothing_that_the_customer_said(hotline: Caller) -> None:
    number = hotline.post("/complaints", complaint()).json()["number"]
    told = hotline.get(f"/complaints/{number}").json()
    assert told["stage"] == "registered"
    assert told["stage_title"] == {"zh": "已登记", "en": "Registered"}
    assert not {"subject", "statement", "title", "contact"} & set(told)


def test_complaints_of_other_units_are_not_found(calling: Calling) -> None:
    number = calling(BRANCH).post("/complaints", complaint()).json()["number"]
    other = calling(OTHER_BRANCH)
    assert other.get(f"/complaints/{number}").status_code == 404
    assert other.post(f"/complaints/{number}/statements", {"text": "补充"}).status_code == 404
    assert other.send_file(number, file()).status_code == 404
    assert JournalEntry.objects.count() == 1


def test_the_unit_above_finds_them(calling: Calling) -> None:
    number = calling(BRANCH).post("/complaints", complaint()).json()["number"]
    assert calling(HEAD_OFFICE).get(f"/complaints/{number}").status_code == 200


def test_a_complaint_under_secrecy_is_not_found(hotline: Caller) -> None:
    number = hotline.post("/complaints", complaint(**{"class": "financial_crime"})).json()["number"]
    assert ComplaintRow.objects.get().secret
    assert hotline.get(f"/complaints/{number}").status_code == 404


def test_what_the_customer_adds_is_on_the_record_once(hotline: Caller) -> None:
    number, key = hotline.post("/complaints", complaint()).json()["number"], str(uuid4())
    for _ in range(2):
        assert hotline.post(f"/complaints/{number}/statements", {"text": "电话13900001111"}, key).status_code == 201
    added = JournalEntry.objects.get(kind="statement_added")
    assert "13900001111" not in added.body
    assert ComplaintRow.objects.get().news_at is not None


def test_a_key_used_on_one_complaint_does_nothing_to_another(hotline: Caller) -> None:
    key = str(uuid4())
    numbers = [hotline.post("/complaints", complaint()).json()["number"] for _ in range(2)]
    told = [hotline.post(f"/complaints/{number}/statements", {"text": "补充"}, key).json() for number in numbers]
    assert [each["number"] for each in told] == numbers
    assert JournalEntry.objects.filter(kind="statement_added").count() == 2


def test_a_file_is_kept_sealed_and_once(hotline: Caller) -> None:
    number, key = hotline.post("/complaints", complaint()).json()["number"], str(uuid4())
    answers = [hotline.send_file(number, file(), key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["media_type"] == "image/png"
    assert JournalEntry.objects.filter(kind="file_attached").count() == 1


@pytest.mark.parametrize(
    ("sent", "rule"),
    [(file(b"MZ", "a.exe"), "file-kind"), (file(b"x", "a.png"), "file-content"), (file(b"", "a.txt"), "file-empty")],
)
def test_a_file_that_is_not_what_it_says_is_refused(hotline: Caller, sent: BytesIO, rule: str) -> None:
    sent.seek(0)
    number = hotline.post("/complaints", complaint()).json()["number"]
    answer = hotline.send_file(number, sent)
    assert (answer.status_code, answer.json()["rule"]) == (422, rule)


@pytest.mark.parametrize(
    ("behaves", "status", "rule"), [("scans", 422, "file-infected"), ("closes", 503, "scanner-away")]
)
def test_a_file_that_is_not_called_clean_is_a_problem(
    hotline: Caller, scanner: clamd.Clamd, behaves: str, status: int, rule: str
) -> None:
    number = hotline.post("/complaints", complaint()).json()["number"]
    scanner.behaves = behaves
    answer = hotline.send_file(number, file(clamd.MARK, "a.txt"))
    assert (answer.status_code, answer.json()["rule"]) == (status, rule)


def test_broken_multipart_is_a_problem(hotline: Caller) -> None:
    number = hotline.post("/complaints", complaint()).json()["number"]
    headers = {**hotline.headers, "Idempotency-Key": str(uuid4())}
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        answer = hotline.client.post(
            f"/api/v1/complaints/{number}/files", b"nonsense", content_type=kind, headers=headers
        )
        assert answer.status_code in (400, 422)
        assert answer["Content-Type"] == "application/problem+json"


def test_each_of_many_has_its_own_result(hotline: Caller) -> None:
    items = [
        {"key": "key-number-1", **complaint()},
        {"key": "key-number-2", **complaint(kind="praise")},
        {"key": "key-number-3", "colour": "red"},
        7,
    ]
    answer = hotline.post("/complaints/bulk", {"items": items})
    results = answer.json()["results"]
    assert answer.status_code == 207
    assert [result["status"] for result in results] == [201, 422, 422, 422]
    assert results[0]["complaint"]["tracking_code"]
    assert results[1]["problem"]["rule"] == "kind-unknown"
    assert ComplaintRow.objects.count() == 1
    again = hotline.post("/complaints/bulk", {"items": items[:1]}).json()["results"][0]
    assert (again["status"], again["complaint"]["number"]) == (200, results[0]["complaint"]["number"])


@pytest.mark.parametrize("count", [0, 101])
def test_nothing_and_more_than_a_hundred_are_refused_as_a_whole(hotline: Caller, count: int) -> None:
    items = [{"key": f"key-number-{number}", **complaint()} for number in range(count)]
    assert hotline.post("/complaints/bulk", {"items": items}).status_code == 422
    assert not ComplaintRow.objects.exists()


def test_the_policy_tells_what_a_registration_needs(hotline: Caller) -> None:
    told = hotline.get("/policy").json()
    channel = next(each for each in told["channels"] if each["code"] == "hotline")
    assert {fact["code"] for fact in channel["facts"]} == {"call_id", "recording", "language"}
    assert {"code": "attitude", "days": 3} in [{"code": each["code"], "days": each["days"]} for each in told["classes"]]


def test_units_are_told_with_those_that_the_token_speaks_for(calling: Calling) -> None:
    told = {unit["code"]: unit for unit in calling(BRANCH).get("/units").json()["units"]}
    assert told[BRANCH]["own"]
    assert not told[OTHER_BRANCH]["own"]


def test_what_came_long_ago_is_taken_with_the_time_it_came(hotline: Caller) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    told = hotline.post("/complaints", complaint(received_at=f"{yesterday:%Y-%m-%dT%H:%M:%S}+00:00")).json()
    assert told["received_at"].startswith(f"{yesterday:%Y-%m-%dT%H:%M}")
