"""Tracking: the code alone says little, the second factor says it is the customer, and nobody guesses their way in."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from shouwen.casework import tracking
from shouwen.casework.models import ComplaintRow, JournalEntry
from shouwen.core.complaint import Complaint, Stage
from shouwen.core.complaint.ending import Reopen
from shouwen.organisation.models import Staff
from shouwen.portal import guard
from tests.casework import clamd
from tests.portal import bank
from tests.portal.customer import (
    ANONYMOUS,
    EMAIL,
    NAME,
    PHONE,
    STORY,
    WITH_PASSPHRASE,
    Customer,
    html,
    now_of,
    vault_of,
)

pytestmark = pytest.mark.usefixtures("bank")

OWN_PAGES = ("add", "contact", "withdraw", "survey", "review")
WRONG = "与您提交时留下的不一致"


@pytest.fixture
def customer() -> Customer:
    return Customer()


@pytest.fixture
def filed(customer: Customer) -> tuple[Complaint, str]:
    return customer.file()


# --- the code -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["{}", " {} ", "{lower}", "{plain}", "{blanks}", "{wide}"])
def test_the_code_is_taken_however_it_is_typed(filed: tuple[Complaint, str], typed: str) -> None:
    complaint, code = filed
    plain = code.replace("-", "")
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in plain)
    found = tracking.find(
        typed.format(code, lower=code.lower(), plain=plain, blanks=code.replace("-", "  "), wide=wide)
    )
    assert found
    assert found.id == complaint.id


@pytest.mark.parametrize(
    "typed", ["", "ABC", "O0O0-O0O0-O0O0", "K7QM2XPA9HTR" * 50, "投诉投诉投诉投诉投诉投诉", "' OR 1=1 --"]
)
def test_what_is_no_code_finds_nothing_and_says_so(customer: Customer, typed: str) -> None:
    assert tracking.find(typed) is None
    assert customer.enter(typed).status_code == 200


def test_a_code_that_stands_for_nothing_is_answered_in_words(customer: Customer) -> None:
    page = html(customer.enter("K7QM-2XPA-9HTR"))
    assert "没有查到这个查询码" in page
    assert "K7QM-2XPA-9HTR" in page


def test_the_code_alone_shows_stage_and_dates_and_no_more(filed: tuple[Complaint, str]) -> None:
    complaint, code = filed
    bank.answers(complaint)
    stranger = Customer()
    stranger.enter(code)
    page = html(stranger.get("/track/status/"))
    assert "我们已答复您" in page
    assert complaint.number in page
    told = (NAME, PHONE, "5678", EMAIL, STORY[:10], bank.LETTER[:10], "陈慧", "林晓雯")
    assert [words for words in told if words in page] == []
    assert "/track/letter/" not in page
    assert stranger.get("/track/letter/reply-1/").status_code == 404
    assert [stranger.get(f"/track/{name}/")["Location"] for name in OWN_PAGES] == ["/track/status/"] * 5


def test_guessing_codes_is_held_off(customer: Customer, filed: tuple[Complaint, str]) -> None:
    for _ in range(guard.LOOK_UPS.most):
        customer.enter("K7QM-2XPA-9HTR")
    assert "尝试次数过多" in html(customer.enter(filed[1]))
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert customer.enter(filed[1]).status_code == 302


# --- the second factor ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", ["5678", "５６７８", " 5678 ", PHONE, EMAIL, EMAIL.upper()])
def test_the_second_factor_opens_the_page(customer: Customer, filed: tuple[Complaint, str], factor: str) -> None:
    customer.enter(filed[1])
    assert customer.prove(factor).status_code == 302
    assert customer.get("/track/add/").status_code == 200


@pytest.mark.parametrize("factor", ["5679", "678", "45678", "尾号5678", "", "a5678", "5678@mail.example", NAME])
def test_a_wrong_second_factor_opens_nothing(customer: Customer, filed: tuple[Complaint, str], factor: str) -> None:
    customer.enter(filed[1])
    assert customer.prove(factor).status_code == 200
    assert customer.get("/track/add/").status_code == 302


def test_the_second_factor_is_tried_five_times_for_one_code_from_wherever(filed: tuple[Complaint, str]) -> None:
    for n in range(guard.FACTORS_OF_CODE.most):
        guesser = Customer(REMOTE_ADDR=f"198.51.100.{n}")
        guesser.enter(filed[1])
        assert WRONG in html(guesser.prove("0000"))
    late = Customer(REMOTE_ADDR="203.0.113.9")
    late.enter(filed[1])
    assert "尝试次数过多" in html(late.prove("5678"))


def test_the_second_factor_is_tried_ten_times_a_day(filed: tuple[Complaint, str]) -> None:
    start = timezone.now()
    for n in range(guard.FACTORS_OF_CODE_DAILY.most):
        with time_machine.travel(start + timedelta(minutes=16 * n), tick=False):
            guesser = Customer()
            guesser.enter(filed[1])
            assert WRONG in html(guesser.prove("0000"))
    with time_machine.travel(start + timedelta(hours=5), tick=False):
        late = Customer()
        late.enter(filed[1])
        assert "尝试次数过多" in html(late.prove("5678"))


def test_an_anonymous_customer_proves_by_the_passphrase(customer: Customer) -> None:
    complaint, code = customer.file(WITH_PASSPHRASE)
    bank.answers(complaint)
    customer.enter(code)
    assert bank.LETTER[:10] not in html(customer.get("/track/status/"))
    assert customer.get("/track/letter/reply-1/").status_code == 404
    assert WRONG in html(customer.prove("红色的自行车"))
    assert customer.prove("  蓝色的  自行车 ").status_code == 302
    assert bank.LETTER[:10] in html(customer.get("/track/letter/reply-1/"))
    assert customer.get("/track/review/").status_code == 200


def test_an_anonymous_customer_without_passphrase_reads_the_answer_and_changes_nothing(customer: Customer) -> None:
    complaint, code = customer.file(ANONYMOUS)
    bank.answers(complaint)
    customer.enter(code)
    page = html(customer.get("/track/status/"))
    assert "我们的答复" in page
    assert bank.LETTER[:10] in html(customer.get("/track/letter/reply-1/"))
    assert customer.get("/track/letter/receipt/").status_code == 404
    assert [customer.get(f"/track/{name}/")["Location"] for name in OWN_PAGES] == ["/track/status/"] * 5


def test_the_passphrase_lies_nowhere_in_clear(customer: Customer) -> None:
    from shouwen.portal.models import Passphrase

    complaint, _ = customer.file(WITH_PASSPHRASE)
    assert "自行车" not in Passphrase.objects.get(complaint_id=complaint.id).hashed
    assert not JournalEntry.objects.filter(body__contains="自行车").exists()


# --- the visit ------------------------------------------------------------------------------------------------------


def test_the_visit_ends_after_fifteen_idle_minutes(customer: Customer, filed: tuple[Complaint, str]) -> None:
    start = timezone.now()
    customer.follow(filed[1])
    with time_machine.travel(start + timedelta(minutes=14), tick=False):
        assert customer.get("/track/status/").status_code == 200
    with time_machine.travel(start + timedelta(minutes=28), tick=False):
        assert customer.get("/track/status/").status_code == 200
    with time_machine.travel(start + timedelta(minutes=44), tick=False):
        assert customer.get("/track/status/")["Location"] == "/track/"
        assert "15分钟没有操作" in html(customer.get("/track/"))


def test_leaving_leaves_nothing(customer: Customer, filed: tuple[Complaint, str]) -> None:
    customer.follow(filed[1])
    customer.browser.post("/track/leave/")
    assert customer.get("/track/status/").status_code == 302


def test_another_code_opens_another_page_without_what_was_proved(
    customer: Customer, filed: tuple[Complaint, str]
) -> None:
    other = Customer()
    _, other_code = other.file(ANONYMOUS)
    customer.follow(filed[1])
    customer.enter(other_code)
    assert customer.get("/track/add/").status_code == 302


def test_the_session_names_neither_complaint_nor_code(customer: Customer, filed: tuple[Complaint, str]) -> None:
    complaint, code = filed
    customer.follow(code)
    for session in Session.objects.all():
        kept = str(session.get_decoded())
        assert not [each for each in (complaint.number, code, code.replace("-", "")) if each in kept]


def test_the_session_gets_a_new_key_when_the_customer_proves(customer: Customer, filed: tuple[Complaint, str]) -> None:
    customer.enter(filed[1])
    before = customer.browser.session.session_key
    customer.prove("5678")
    assert customer.browser.session.session_key != before


def test_no_address_of_the_pages_holds_a_code_or_a_number(
    customer: Customer, filed: tuple[Complaint, str], caplog: pytest.LogCaptureFixture
) -> None:
    complaint, code = filed
    caplog.clear()
    customer.follow(code)
    customer.get("/track/status/")
    customer.do("/track/add/", text=f"补充：我的电话是{PHONE}")
    paths = " ".join(re.findall(r"'path': '([^']*)'", caplog.text))
    assert "/track/add/" in paths
    assert "5678" not in paths
    assert not [each for each in (code, code.replace("-", ""), complaint.number) if each in caplog.text]


def test_who_is_signed_in_as_staff_acts_as_the_customer_here(filed: tuple[Complaint, str]) -> None:
    complaint, code = filed
    member = Customer()
    member.browser.force_login(Staff.objects.get(employee_no=bank.AGENT), backend="shouwen.site.accounts.Backend")
    member.follow(code)
    member.do("/track/add/", text="我想起来了。")
    assert JournalEntry.objects.filter(complaint_id=complaint.id).latest("seq").by is None


def test_the_customers_pages_open_nothing_of_the_desk(customer: Customer, filed: tuple[Complaint, str]) -> None:
    customer.follow(filed[1])
    assert customer.get(f"/complaints/{filed[0].number}/")["Location"].startswith("/accounts/login/")


# --- what is shown --------------------------------------------------------------------------------------------------


def test_nothing_internal_is_ever_shown(customer: Customer, filed: tuple[Complaint, str]) -> None:
    complaint, code = filed
    bank.answers(complaint)
    customer.follow(code)
    pages = "".join(
        html(customer.get(address))
        for address in ("/track/status/", "/track/letter/reply-1/", "/track/letter/receipt/")
    )
    inside = (bank.FINDINGS[:8], bank.OPINION[:8], "首问负责意识不强", "批评教育", "全部责任", "请核实。")
    assert [words for words in inside if words in pages] == []


def test_a_complaint_under_secrecy_reads_the_same(customer: Customer, filed: tuple[Complaint, str]) -> None:
    complaint, code = filed
    bank.accepts(complaint, "violation")
    customer.follow(code)
    page = html(customer.get("/track/status/"))
    assert "我们已受理，正在安排办理" in page
    assert [words for words in ("违规", "纪检", "保密") if words in page] == []


def test_the_next_step_is_told_with_its_date(customer: Customer, filed: tuple[Complaint, str]) -> None:
    complaint, code = filed
    customer.follow(code)
    assert "最迟不超过" in html(customer.get("/track/status/"))
    bank.accepts(complaint)
    assert "负责的单位会核实情况" in html(customer.get("/track/status/"))


def test_the_letters_carry_the_customers_own_data(customer: Customer, filed: tuple[Complaint, str]) -> None:
    complaint, code = filed
    bank.answers(complaint, f"您留的电话{PHONE}已更正。{bank.LETTER}")
    customer.follow(code)
    page = html(customer.get("/track/letter/reply-1/"))
    assert NAME in page
    assert PHONE in page
    printed = customer.get("/track/letter/reply-1.pdf")
    assert printed.content.startswith(b"%PDF-")
    assert "no-store" in printed["Cache-Control"]


def test_a_notice_of_decline_is_read_here(customer: Customer, filed: tuple[Complaint, str]) -> None:
    complaint, code = filed
    bank.declines(complaint)
    customer.follow(code)
    assert "不予受理告知书" in html(customer.get("/track/status/"))
    assert "法院已立案" in html(customer.get("/track/letter/decline/"))


def test_a_draft_is_no_letter_yet(customer: Customer, filed: tuple[Complaint, str]) -> None:
    complaint, code = filed
    bank.drafts(complaint)
    customer.follow(code)
    assert customer.get("/track/letter/reply-1/").status_code == 404
    assert bank.LETTER[:10] not in html(customer.get("/track/status/"))


@pytest.mark.parametrize(
    "letter", ["reply-0", "reply-2", "reply-01", "reply-99999", "slip", "slip-1", "x" * 300, "receipt-1"]
)
def test_a_letter_that_was_not_sent_is_not_found(customer: Customer, filed: tuple[Complaint, str], letter: str) -> None:
    bank.answers(filed[0])
    customer.follow(filed[1])
    assert customer.get(f"/track/letter/{letter}/").status_code == 404


# --- what can be done -----------------------------------------------------------------------------------------------


def kinds(complaint: Complaint) -> list[str]:
    return list(JournalEntry.objects.filter(complaint_id=complaint.id).order_by("seq").values_list("kind", flat=True))


def test_of_files_sent_together_none_is_kept_when_one_is_infected(
    customer: Customer, filed: tuple[Complaint, str], scanner: clamd.Clamd
) -> None:
    customer.follow(filed[1])
    files = [SimpleUploadedFile("a.txt", b"x"), SimpleUploadedFile("b.txt", clamd.MARK)]
    page = html(customer.do("/track/add/", text="还有一件事", files=files))
    assert "b.txt" in page
    assert "还有一件事" in page
    assert now_of(filed[0]).attachments == ()


def test_the_customer_adds_words_and_files(customer: Customer, filed: tuple[Complaint, str]) -> None:
    complaint, code = filed
    customer.follow(code)
    receipt = SimpleUploadedFile("小票.txt", "金额 300 元".encode())
    answer = customer.do("/track/add/", text=f"当时还有一位大堂经理，他记了我的电话{PHONE}。", files=receipt)
    assert answer.status_code == 302
    assert "已收到您补充的内容" in html(customer.get("/track/status/"))
    assert [file.name for file in now_of(complaint).attachments] == ["小票.txt"]
    assert now_of(complaint).news_at
    said = JournalEntry.objects.get(complaint_id=complaint.id, kind="statement_added").body
    assert "大堂经理" in said
    assert PHONE not in said


def test_a_file_alone_is_enough_and_nothing_at_all_is_not(customer: Customer, filed: tuple[Complaint, str]) -> None:
    complaint, code = filed
    customer.follow(code)
    assert customer.do("/track/add/", text="").status_code == 200
    assert customer.do("/track/add/", files=SimpleUploadedFile("a.txt", b"x")).status_code == 302
    assert "statement_added" not in kinds(complaint)


def test_a_file_that_cannot_be_taken_leaves_the_words_in_the_form(
    customer: Customer, filed: tuple[Complaint, str]
) -> None:
    complaint, code = filed
    customer.follow(code)
    files = [SimpleUploadedFile("a.txt", b"x"), SimpleUploadedFile("b.exe", b"MZ")]
    page = html(customer.do("/track/add/", text="还有一件事", files=files))
    assert "b.exe" in page
    assert "还有一件事" in page
    assert now_of(complaint).attachments == ()


def test_the_same_form_sent_twice_adds_once(customer: Customer, filed: tuple[Complaint, str]) -> None:
    complaint, code = filed
    customer.follow(code)
    page = customer.get("/track/add/")
    from tests.portal.customer import key

    for _ in range(2):
        assert customer.browser.post("/track/add/", {"key": key(page), "text": "一次就够"}).status_code == 302
    assert kinds(complaint).count("statement_added") == 1


def test_the_key_of_another_customers_form_opens_nothing_of_theirs(filed: tuple[Complaint, str]) -> None:
    from tests.portal.customer import key

    one, other = Customer(), Customer()
    one.follow(filed[1])
    mine, code = other.file()
    other.follow(code)
    borrowed = key(one.get("/track/add/"))
    one.browser.post("/track/add/", {"key": borrowed, "text": "第一件"})
    other.browser.post("/track/add/", {"key": borrowed, "text": "第二件"})
    assert kinds(mine).count("statement_added") == 1
    assert kinds(filed[0]).count("statement_added") == 1


@pytest.mark.parametrize("forged", ["", "1", "x" * 500])
def test_a_form_with_a_forged_key_does_nothing_and_fails_nowhere(
    customer: Customer, filed: tuple[Complaint, str], forged: str
) -> None:
    complaint, code = filed
    customer.follow(code)
    page = customer.browser.post("/track/add/", {"key": forged, "text": "内容还在"})
    assert page.status_code == 200
    assert "内容还在" in html(page)
    assert "statement_added" not in kinds(complaint)


def test_contact_data_are_corrected_and_never_shown(customer: Customer, filed: tuple[Complaint, str]) -> None:
    complaint, code = filed
    customer.follow(code)
    page = html(customer.get("/track/contact/"))
    assert not [words for words in (NAME, PHONE, EMAIL) if words in page]
    assert customer.do("/track/contact/", phone="13900000001").status_code == 302
    assert vault_of(complaint).details.phone == "13900000001"
    assert vault_of(complaint).details.name == NAME


def test_a_correction_of_nothing_is_refused_in_words(customer: Customer, filed: tuple[Complaint, str]) -> None:
    customer.follow(filed[1])
    assert "没有变化" in html(customer.do("/track/contact/"))


def test_taking_back_is_asked_twice(customer: Customer, filed: tuple[Complaint, str]) -> None:
    complaint, code = filed
    customer.follow(code)
    page = html(customer.get("/track/withdraw/"))
    assert "我们停止办理" in page
    asked = customer.do("/track/withdraw/", consent="已经解决了，自愿撤回。")
    assert "您确定要撤回吗" in html(asked)
    assert now_of(complaint).stage is Stage.REGISTERED
    from tests.portal.customer import key

    sent = {"key": key(asked), "consent": "已经解决了，自愿撤回。", "confirmed": "yes"}
    assert customer.browser.post("/track/withdraw/", sent).status_code == 302
    assert now_of(complaint).stage is Stage.WITHDRAWN
    assert "您已撤回" in html(customer.get("/track/status/"))
    assert customer.get("/track/add/").status_code == 302


def test_the_words_of_consent_can_be_changed_before_it_counts(customer: Customer, filed: tuple[Complaint, str]) -> None:
    customer.follow(filed[1])
    page = html(customer.do("/track/withdraw/", consent="算了", again="yes"))
    assert "<textarea" in page
    assert "算了" in page


def test_the_survey_asks_two_questions_of_five_faces_with_words(
    customer: Customer, filed: tuple[Complaint, str]
) -> None:
    complaint, code = filed
    bank.answers(complaint)
    customer.follow(code)
    page = html(customer.get("/track/survey/"))
    assert page.count("<svg") == 10
    assert "您原来期望的处理结果有多好" in page
    assert "很好" in page
    assert customer.do("/track/survey/", expectation="3", perception="4", remark="谢谢").status_code == 302
    measured = now_of(complaint).satisfaction
    assert measured
    assert (measured.expectation, measured.perception, measured.remark) == (3, 4, "谢谢")
    assert "/track/survey/" not in html(customer.get("/track/status/"))


@pytest.mark.parametrize(
    "answers",
    [{}, {"expectation": "3"}, {"expectation": "6", "perception": "1"}, {"expectation": "x", "perception": "y"}],
)
def test_half_an_answer_is_asked_for_again(
    customer: Customer, filed: tuple[Complaint, str], answers: dict[str, Any]
) -> None:
    complaint, code = filed
    bank.answers(complaint)
    customer.follow(code)
    page = html(customer.do("/track/survey/", remark="写好的话", **answers))
    assert "请从五项中选一项" in page
    assert "写好的话" in page
    assert now_of(complaint).satisfaction is None


def test_a_review_is_asked_for_once_at_a_time(customer: Customer, filed: tuple[Complaint, str]) -> None:
    complaint, code = filed
    bank.answers(complaint)
    customer.follow(code)
    page = customer.get("/track/review/")
    assert customer.do("/track/review/", reason="答复没有说明为什么。").status_code == 302
    assert now_of(complaint).review_asked_at
    assert "将由没有参与原答复的人员核查" in html(customer.get("/track/status/"))
    from tests.portal.customer import key

    again = customer.browser.post("/track/review/", {"key": key(page), "reason": "再说一遍"})
    assert "无需重复提交" in html(again)
    assert "再说一遍" in html(again)


def test_what_others_did_meanwhile_is_said_and_nothing_typed_is_lost(
    customer: Customer, filed: tuple[Complaint, str]
) -> None:
    complaint, code = filed
    bank.answers(complaint)
    customer.follow(code)
    from tests.portal.customer import key

    page = customer.get("/track/review/")
    bank.does(complaint, "100110", Reopen(reason="抽查发现问题"))
    answer = customer.browser.post("/track/review/", {"key": key(page), "reason": "我不同意"})
    assert answer.status_code == 200
    assert "我不同意" in html(answer)
    assert 'role="alert"' in html(answer)


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "😀" * 3000, "长" * 10_001, " \n "])
def test_hostile_words_never_fail(customer: Customer, filed: tuple[Complaint, str], words: str) -> None:
    bank.answers(filed[0])
    customer.follow(filed[1])
    for name, field in (("add", "text"), ("withdraw", "consent"), ("review", "reason")):
        answer = customer.do(f"/track/{name}/", **{field: words})
        assert answer.status_code in (200, 302)
        assert "<script>alert" not in html(answer)


def test_a_form_without_the_sites_own_mark_is_refused(filed: tuple[Complaint, str]) -> None:
    outside = Client(enforce_csrf_checks=True)
    assert outside.post("/track/", {"code": filed[1]}).status_code == 403
    assert ComplaintRow.objects.count() == 1
