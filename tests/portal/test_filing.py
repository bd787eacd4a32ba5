"""Filing: four steps, nothing lost, nothing twice, nothing in clear."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings

from shouwen.casework import privacy
from shouwen.casework.files import store
from shouwen.casework.files.bucket import StoreAway
from shouwen.casework.models import ComplaintRow, JournalEntry
from shouwen.core.complaint import Stage
from shouwen.messaging.tell import language_of
from shouwen.organisation.directory import directory
from shouwen.portal import guard
from tests.casework import clamd
from tests.portal.customer import (
    ANONYMOUS,
    ANSWERS,
    EMAIL,
    NAME,
    PHONE,
    PLACE,
    STORY,
    Customer,
    html,
    newest,
    token,
    vault_of,
)

pytestmark = pytest.mark.usefixtures("bank")

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"


def photo(name: str = "柜台.png", content: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")


def test_the_promise_stands_before_the_form() -> None:
    page = html(Customer().get("/complain/"))
    assert page.index("3个工作日内") < page.index('name="kind"')
    assert "10个工作日内" in page


def test_what_is_filed_is_registered_for_the_clerk_to_classify() -> None:
    complaint, _ = Customer().file()
    assert (complaint.stage, complaint.channel, complaint.kind, complaint.class_) == (
        Stage.REGISTERED,
        "web",
        "complaint",
        "",
    )
    assert complaint.channel_facts == {"site": "official_site", "language": "zh"}
    assert complaint.registered_by is None
    assert complaint.title == "柜员让我去别的网点换零钱"
    assert vault_of(complaint).details.phone == PHONE


def test_who_filed_on_english_pages_is_written_to_in_english() -> None:
    customer = Customer()
    customer.browser.cookies["shouwen_language"] = "en"
    complaint, _ = customer.file()
    assert language_of(complaint) == "en"


def test_the_hotline_receives_it_and_its_contact_on_duty_is_responsible() -> None:
    complaint, _ = Customer().file()
    hotline, about = directory().unit_by_code("100001"), directory().unit_by_code("111101")
    assert hotline
    assert about
    assert (complaint.receiving_unit, complaint.unit_about) == (hotline.id, about.id)
    on_duty = directory().contact_on_duty(hotline.id, timezone.localdate())
    assert on_duty
    assert complaint.responsible == on_duty.id


@pytest.mark.parametrize(("setting", "code"), [("111100", "111100"), ("outlet", "111101"), ("no such unit", "100001")])
def test_the_bank_may_choose_who_receives_it(settings: Settings, setting: str, code: str) -> None:
    settings.SHOUWEN_WEB_UNIT = setting
    unit = directory().unit_by_code(code)
    assert unit
    assert Customer().file()[0].receiving_unit == unit.id


def test_a_branch_that_we_do_not_know_stays_in_the_customers_words() -> None:
    complaint, _ = Customer().file({**ANSWERS, "place/": {"place": "火车站旁边那家"}})
    assert complaint.unit_about is None
    assert "火车站旁边那家" in complaint.statement


def test_nothing_that_was_typed_lies_in_clear_between_the_steps() -> None:
    customer = Customer()
    customer.answer()
    for session in Session.objects.all():
        kept = str(session.get_decoded())
        assert not [words for words in (NAME, PHONE, EMAIL, STORY, "换零钱") if words in kept]


def test_the_code_is_shown_only_until_it_was_put_away() -> None:
    customer = Customer()
    _, code = customer.file()
    assert code in html(customer.get("/complain/done/"))
    assert code in html(customer.get("/complain/done/code.txt"))
    customer.browser.post("/complain/done/")
    assert customer.get("/complain/done/").status_code == 302
    assert customer.get("/complain/done/code.txt").status_code == 302


def test_the_code_is_gone_after_ten_minutes() -> None:
    customer = Customer()
    customer.file()
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert customer.get("/complain/done/").status_code == 302


def test_the_code_stands_in_no_session_and_no_journal() -> None:
    customer = Customer()
    _, code = customer.file()
    plain = code.replace("-", "")
    assert not [each for each in Session.objects.all() if plain in str(each.get_decoded())]
    assert not [each for each in JournalEntry.objects.all() if plain in each.body]


def test_a_form_that_is_sent_twice_becomes_one_complaint() -> None:
    customer = Customer()
    customer.answer()
    page = customer.get("/complain/check/")
    session = customer.browser.session
    before = dict(session.items())
    assert customer.browser.post("/complain/check/", {"token": token(page)}).status_code == 302
    session = customer.browser.session  # the other press of the button began before the first had ended
    for name, kept in before.items():
        session[name] = kept
    session.save()
    assert customer.browser.post("/complain/check/", {"token": token(page)}).status_code == 302
    assert ComplaintRow.objects.count() == 1
    assert newest().number in html(customer.get("/complain/done/"))


def test_a_step_cannot_be_skipped() -> None:
    customer = Customer()
    assert customer.get("/complain/check/")["Location"] == "/complain/"
    customer.ask("/complain/", kind="complaint")
    assert customer.get("/complain/contact/")["Location"] == "/complain/story/"


def test_a_step_that_is_wrong_keeps_what_was_typed() -> None:
    customer = Customer()
    customer.answer(until="place/")
    page = customer.ask("/complain/contact/", anonymous="no", name=NAME, phone="打我电话", email="")
    assert page.status_code == 200
    assert "打我电话" in html(page)
    assert NAME in html(page)
    assert "打我电话" in html(customer.get("/complain/contact/"))


def test_a_customer_who_gives_no_way_to_answer_is_asked_for_one() -> None:
    customer = Customer()
    customer.answer(until="place/")
    assert "请留下电话或邮箱" in html(customer.ask("/complain/contact/", anonymous="no", name=NAME))


def test_the_language_changes_without_losing_what_is_being_typed() -> None:
    customer = Customer()
    customer.ask("/complain/", kind="opinion")
    answer = customer.ask("/complain/story/", statement="写到一半", to_language="en")
    assert answer["Location"] == "/complain/story/"
    page = html(customer.get("/complain/story/"))
    assert "What happened?" in page
    assert "写到一半" in page


def test_an_anonymous_complaint_holds_nothing_of_the_person() -> None:
    answers = {**ANSWERS, "contact/": {"anonymous": "yes", "name": NAME, "phone": PHONE}}
    complaint, _ = Customer().file(answers)
    assert complaint.anonymous
    assert complaint.contact_given == ()
    assert vault_of(complaint).details.given == ()


def test_files_are_held_sealed_and_go_to_the_complaint(settings: Settings) -> None:
    customer = Customer()
    customer.answer(until="story/")
    customer.ask("/complain/place/", place=PLACE, files=photo())
    held = list((settings.SHOUWEN_FILES / "held").iterdir())
    assert len(held) == 1
    assert b"PNG" not in held[0].read_bytes()
    customer.ask("/complain/contact/", **ANSWERS["contact/"])
    customer.send()
    assert [file.name for file in newest().attachments] == ["柜台.png"]
    assert not list((settings.SHOUWEN_FILES / "held").iterdir())


def test_an_infected_file_is_not_even_held(settings: Settings, scanner: clamd.Clamd) -> None:
    customer = Customer()
    customer.answer(until="story/")
    infected = SimpleUploadedFile("说明.txt", b"text " + clamd.MARK)
    page = html(customer.ask("/complain/place/", place=PLACE, files=infected, stay="yes"))
    assert "说明.txt" in page
    assert clamd.NAME in page
    assert not settings.SHOUWEN_FILES.exists()


def test_no_file_is_held_while_the_scanner_does_not_answer(settings: Settings, scanner: clamd.Clamd) -> None:
    scanner.behaves = "closes"
    customer = Customer()
    customer.answer(until="story/")
    page = html(customer.ask("/complain/place/", place=PLACE, files=photo(), stay="yes"))
    assert "请过几分钟再上传" in page
    assert not settings.SHOUWEN_FILES.exists()


def test_a_held_file_that_is_found_to_be_infected_before_it_is_sent_is_left_out_and_named(
    settings: Settings, scanner: clamd.Clamd
) -> None:
    settings.SHOUWEN_CLAMAV = None
    customer = Customer()
    customer.answer(until="story/")
    customer.ask("/complain/place/", place=PLACE, files=SimpleUploadedFile("说明.txt", b"text " + clamd.MARK))
    customer.ask("/complain/contact/", **ANSWERS["contact/"])
    settings.SHOUWEN_CLAMAV = scanner.address
    customer.send()
    assert newest().attachments == ()
    assert "说明.txt" in html(customer.get("/complain/done/"))


def test_a_complaint_is_taken_while_the_store_of_files_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    customer = Customer()
    customer.answer(until="story/")
    customer.ask("/complain/place/", place=PLACE, files=photo())
    customer.ask("/complain/contact/", **ANSWERS["contact/"])

    def away(place: str) -> None:
        raise StoreAway

    for way in ("read", "remove"):
        monkeypatch.setattr(store, way, away)
    customer.send()
    assert newest().attachments == ()
    assert "柜台.png" in html(customer.get("/complain/done/"))


def test_a_file_can_be_removed_again(settings: Settings) -> None:
    customer = Customer()
    customer.answer(until="story/")
    page = html(customer.ask("/complain/place/", place=PLACE, files=photo(), stay="yes"))
    name = page.split('name="remove" value="')[1].split('"')[0]
    assert "柜台.png" not in html(customer.ask("/complain/place/", remove=name))
    assert not list((settings.SHOUWEN_FILES / "held").iterdir())


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("程序.exe", b"MZ", "不接受这种文件"),
        ("照片.png", b"no picture", "不是“png”格式"),
        ("空.png", b"", "空"),
        ("大.png", PNG + b"\0" * (20 * 1024 * 1024), "20 MB"),
    ],
)
def test_a_file_that_cannot_be_taken_is_named_and_nothing_typed_is_lost(name: str, content: bytes, said: str) -> None:
    customer = Customer()
    customer.answer(until="story/")
    page = html(customer.ask("/complain/place/", place=PLACE, wish="希望道歉", files=photo(name, content)))
    assert said in page
    assert "希望道歉" in page


def test_a_sixth_file_is_refused() -> None:
    customer = Customer()
    customer.answer(until="story/")
    page = html(customer.ask("/complain/place/", files=[photo(f"{n}.png") for n in range(6)]))
    assert "最多添加5个文件" in page


def test_a_body_beyond_all_files_is_refused_before_it_is_read() -> None:
    answer = Customer().browser.generic("POST", "/complain/place/", b"x", CONTENT_LENGTH=str(10**10))
    assert answer.status_code == 413
    assert "太大" in html(answer)


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "{{ 7*7 }}", "‮文", "😀" * 500, "'; DROP--"])
def test_hostile_words_are_taken_as_words(words: str) -> None:
    customer = Customer()
    customer.ask("/complain/", kind="complaint")
    answer = customer.ask("/complain/story/", statement=f"事情经过 {words}")
    assert answer.status_code == 302
    customer.ask("/complain/place/", place=words[:90], wish=words)
    customer.ask("/complain/contact/", anonymous="yes")
    page = html(customer.get("/complain/check/"))
    assert "<script>alert" not in page
    assert customer.send().status_code == 302
    assert newest().statement.startswith("事情经过")


@pytest.mark.parametrize("kind", ["", "bribe", "x" * 5000])
def test_a_kind_that_is_none_is_refused_in_words(kind: str) -> None:
    answer = Customer().ask("/complain/", kind=kind)
    assert answer.status_code in (200, 302)
    assert ComplaintRow.objects.count() == 0


def test_a_text_that_is_too_long_is_still_there_to_be_shortened() -> None:
    customer = Customer()
    customer.ask("/complain/", kind="complaint")
    page = html(customer.ask("/complain/story/", statement="长" * 10_001))
    assert "超过了 10,000 字" in page
    assert "长" * 10_001 in page


def test_a_page_that_was_open_for_too_long_is_sent_once_more_with_all_that_was_typed() -> None:
    customer = Customer()
    customer.ask("/complain/", kind="complaint")
    old = token(customer.get("/complain/story/"))
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=59), tick=False):
        customer.get("/complain/story/")
        customer.ask("/complain/story/", statement=STORY, stay="yes")
    with time_machine.travel(timezone.now() + timedelta(hours=2, minutes=1), tick=False):
        page = customer.browser.post("/complain/story/", {"token": old, "statement": "写了很久"})
        assert "打开的时间太久" in html(page)
        assert "写了很久" in html(page)
        assert (
            customer.browser.post("/complain/story/", {"token": token(page), "statement": "写了很久"}).status_code
            == 302
        )


@pytest.mark.parametrize("forged", ["", "x", "a:b:c"])
def test_a_form_that_we_did_not_make_is_refused(forged: str) -> None:
    page = Customer().browser.post("/complain/", {"token": forged, "kind": "complaint"})
    assert "打开的时间太久" in html(page)


def test_the_form_of_another_customer_does_not_fit() -> None:
    one, other = Customer(), Customer()
    one.answer()
    other.answer()
    page = other.browser.post("/complain/check/", {"token": token(one.get("/complain/check/"))})
    assert "打开的时间太久" in html(page)
    assert ComplaintRow.objects.count() == 0


def test_a_script_that_fills_the_unseen_field_sends_nothing() -> None:
    customer = Customer()
    customer.answer()
    page = customer.send(**{guard.TRAP: "http://spam.example"})
    assert "程序自动完成" in html(page)
    assert ComplaintRow.objects.count() == 0
    assert customer.send().status_code == 302


def test_four_steps_in_no_time_are_refused_and_may_be_sent_a_little_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "LEAST_TIME", timedelta(minutes=1))
    customer = Customer()
    customer.answer()
    assert "程序自动完成" in html(customer.send())
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        assert customer.send().status_code == 302


def test_a_flood_from_one_address_is_held_off_with_a_sentence() -> None:
    for _ in range(guard.FILINGS.most):
        Customer().file(ANONYMOUS)
    customer = Customer()
    customer.answer()
    page = html(customer.send())
    assert "尝试次数过多" in page
    assert STORY[:12] in page
    assert ComplaintRow.objects.count() == guard.FILINGS.most


def test_a_flood_from_one_address_leaves_the_others_alone() -> None:
    for _ in range(guard.FILINGS.most):
        Customer().file(ANONYMOUS)
    Customer(REMOTE_ADDR="198.51.100.7").file(ANONYMOUS)


def test_a_session_that_these_keys_do_not_open_begins_anew() -> None:
    customer = Customer()
    customer.answer()
    session = customer.browser.session
    session["portal.filing"] = "bm90aGluZw=="
    session.save()
    assert customer.get("/complain/check/")["Location"] == "/complain/"


def test_a_filing_of_another_purpose_does_not_open() -> None:
    customer = Customer()
    customer.answer()
    session = customer.browser.session
    session["portal.visit"] = session["portal.filing"]
    session.save()
    assert customer.get("/track/status/")["Location"] == "/track/"


def test_files_that_nobody_sent_go_after_a_day(settings: Settings) -> None:
    from shouwen.casework import files
    from shouwen.portal.filing import held_files

    name = held_files.hold(files.checked("letter.txt", b"something"))
    assert held_files.held(name) == b"something"
    assert held_files.forget_old(timezone.now() + held_files.KEPT + timedelta(minutes=1)) == 1
    assert held_files.held(name) is None


def test_no_browser_keeps_a_page_of_the_customer() -> None:
    answer = Customer().get("/complain/")
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_when_nobody_is_on_duty_the_customer_reads_a_sentence_and_loses_nothing() -> None:
    from shouwen.organisation.models import Contact, Unit

    customer = Customer()
    customer.answer({**ANSWERS, "place/": {}})
    Contact.objects.all().delete()
    Unit.objects.update(leader=None)
    directory_forgotten()
    page = html(customer.send())
    assert "网上暂时无法提交" in page
    assert ComplaintRow.objects.count() == 0


def directory_forgotten() -> Any:
    from shouwen.organisation import directory as organisation

    return organisation.forget()


def test_the_index_of_the_code_is_all_that_the_database_knows_of_it() -> None:
    from shouwen.casework.models import Complainant

    complaint, code = Customer().file()
    row = Complainant.objects.get(id=complaint.id)
    assert bytes(row.tracking_index) == privacy.keyring().blind_index("tracking", code.replace("-", ""))
