"""Who is told what: the customer in the customer's own words and ways, colleagues without personal data."""

from datetime import timedelta

import msgspec
import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from shouwen.casework.door import handle
from shouwen.casework.follow_ups import TOLD, TOLD_TO_SIGNERS
from shouwen.casework.models import Complainant, JournalEntry
from shouwen.casework.rules import policy_of, standing_policy
from shouwen.casework.tasks import TIMER
from shouwen.casework.vault import Details
from shouwen.core.complaint.answering import Reply
from shouwen.core.complaint.clocks import MarkTime
from shouwen.core.complaint.customer import AddStatement, AskReview, CorrectContact, Withdraw
from shouwen.core.complaint.extending import DecideExtension, RequestExtension
from shouwen.core.complaint.receiving import Classify, Decline
from shouwen.core.complaint.routing import Dispatch, SignFor
from shouwen.core.complaint.supervising import IssueSlip
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.messaging import outbox
from shouwen.messaging.envelope import unseal
from shouwen.messaging.models import DEAD, SENT, OutboxMessage
from shouwen.messaging.tell import TO_CUSTOMER, TO_STAFF, language_of, tell
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.models import Staff
from tests.core.test_supervising import ANSWER
from tests.messaging.cases import (
    CONTACT,
    EMAIL,
    PHONE,
    acknowledged,
    checked,
    outlet_id,
    person,
    registered,
    replied,
    tell_last,
    tracking_code,
    unit_id,
)
from tests.messaging.counterparts import Gateway, MailServer, gateway

ANYBODY = Actor(person=None, system="customer")


def give_office_mail(*numbers: str) -> None:
    for number in numbers:
        Staff.objects.filter(employee_no=number).update(email=f"{number}@bank.example")


def test_every_event_that_casework_tells_about_reaches_somebody() -> None:
    assert {event.__struct_config__.tag for event in (*TOLD, *TOLD_TO_SIGNERS)} == TO_CUSTOMER | set(TO_STAFF)


def test_the_customer_gets_number_code_and_page_by_text_message_and_mail(
    agent: Actor, sms: Gateway, mail: MailServer
) -> None:
    complaint = acknowledged(agent)
    tell_last(complaint)
    assert outbox.send_due() == 2
    assert sms.asked[0].json["to"] == PHONE
    assert mail.recipients == [EMAIL]
    for words in (sms.asked[0].json["text"], mail.mails[0].get_content()):
        assert complaint.number in words
        assert tracking_code(complaint) in words
        assert "/track/" in words


def test_who_gave_no_phone_gets_no_text_message(agent: Actor, sms: Gateway, mail: MailServer) -> None:
    tell_last(acknowledged(agent, Details(email=EMAIL), anonymous=True))
    assert [message.way for message in OutboxMessage.objects.all()] == ["email"]


def test_a_landline_gets_no_text_message(agent: Actor, sms: Gateway) -> None:
    tell_last(acknowledged(agent, Details(name="王小明", phone="010-66590000")))
    assert not OutboxMessage.objects.exists()


def test_told_twice_is_sent_once(agent: Actor, sms: Gateway) -> None:
    complaint = acknowledged(agent)
    tell_last(complaint)
    tell_last(complaint)
    outbox.send_due()
    assert len(sms.asked) == 1


def test_the_timeline_shows_what_the_customer_got_without_the_code(agent: Actor, sms: Gateway) -> None:
    complaint = acknowledged(agent)
    tell_last(complaint)
    outbox.send_due()
    entry = JournalEntry.objects.get(kind="message_sent")
    assert complaint.number in entry.body
    assert '"way":"sms"' in entry.body
    assert "******" in entry.body
    assert tracking_code(complaint) not in entry.body


def test_neither_address_nor_code_nor_name_stands_in_the_outbox_in_clear(
    agent: Actor, sms: Gateway, mail: MailServer
) -> None:
    complaint = acknowledged(agent)
    tell_last(complaint)
    for moment in ("before sending", "after sending"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT row_to_json(m)::text, encode(sealed, 'escape') FROM messaging_outboxmessage m")
            stored = str(cursor.fetchall())
        for secret in (PHONE, EMAIL, "王小明", tracking_code(complaint)):
            assert secret not in stored, moment
        outbox.send_due()


def test_without_any_way_the_message_stays_visible_as_not_sent(agent: Actor) -> None:
    tell_last(acknowledged(agent))
    message = OutboxMessage.objects.get()
    assert message.state == DEAD
    assert "没有配置" in message.error_zh


def test_on_trial_a_message_goes_to_the_screen_and_counts_as_sent(agent: Actor, settings: Settings) -> None:
    settings.SHOUWEN_MESSAGES_ON_SCREEN = True
    settings.SHOUWEN_QUIET_HOURS = (settings.SHOUWEN_QUIET_HOURS[0],) * 2
    complaint = acknowledged(agent)
    tell_last(complaint)
    assert outbox.send_due() == 2
    assert any(tracking_code(complaint) in words.text for _, words in outbox.shown_on_screen(10))
    assert '"way":"screen"' in JournalEntry.objects.filter(kind="message_sent")[0].body


@pytest.mark.parametrize("method", ["sms", "email"])
def test_an_answer_by_message_is_the_letter_itself(agent: Actor, sms: Gateway, mail: MailServer, method: str) -> None:
    tell_last(replied(agent, method))
    outbox.send_due()
    assert (len(sms.asked), len(mail.mails)) == ((1, 0) if method == "sms" else (0, 1))
    words = sms.asked[0].json["text"] if method == "sms" else mail.mails[0].get_content()
    assert "已增开窗口" in words
    assert "已增开窗口" not in JournalEntry.objects.get(kind="message_sent").body


def test_another_answer_is_announced_and_read_on_the_customers_page(agent: Actor, sms: Gateway) -> None:
    tell_last(replied(agent, "phone"))
    outbox.send_due()
    assert "/track/" in sms.asked[0].json["text"]
    assert "已增开窗口" not in sms.asked[0].json["text"]


def test_a_decline_says_the_ground_and_the_way_on(agent: Actor, mail: MailServer) -> None:
    complaint = registered(agent)
    declined = handle(
        Decline(ground=policy_of(complaint.policy).decline_grounds[0].code, reason="账户不在本行，请致电对方。"),
        actor=agent,
        complaint=complaint.id,
    )
    tell_last(declined)
    outbox.send_due()
    words = mail.mails[0].get_content()
    assert "账户不在本行" in words
    assert "{" not in words


def test_a_correction_is_told_to_the_earlier_address_too(agent: Actor, sms: Gateway) -> None:
    complaint = acknowledged(agent)
    tell_last(complaint)
    outbox.send_due()
    new = Details(phone="13900001111")
    corrected = handle(CorrectContact(way="portal"), actor=ANYBODY, complaint=complaint.id, details=new)
    entry = JournalEntry.objects.get(complaint_id=corrected.id, kind="contact_corrected")
    for _ in range(2):
        tell(corrected.id, [entry.seq], timezone.now())
    outbox.send_due()
    assert sorted(asked.json["to"] for asked in sms.asked[1:]) == [PHONE, "13900001111"]
    assert "联系电话" in sms.asked[1].json["text"]


def test_a_withdrawal_is_confirmed(agent: Actor, sms: Gateway) -> None:
    complaint = registered(agent)
    tell_last(handle(Withdraw(consent="同意撤回。", way="portal"), actor=ANYBODY, complaint=complaint.id))
    outbox.send_due()
    assert "已撤回" in sms.asked[0].json["text"]


def test_english_is_written_to_whom_the_way_in_noted_it(agent: Actor) -> None:
    complaint = registered(agent)
    assert language_of(complaint) == "zh"
    assert language_of(msgspec.structs.replace(complaint, channel_facts={"language": "en-GB"})) == "en"


def test_the_erased_customer_is_told_nothing(agent: Actor, sms: Gateway) -> None:
    complaint = acknowledged(agent)
    Complainant.objects.filter(id=complaint.id).update(wrapped_key=None, sealed=None, finds=None)
    tell_last(complaint)
    assert not OutboxMessage.objects.exists()


def test_a_message_that_waits_while_the_customer_is_erased_is_cancelled(agent: Actor, sms: Gateway) -> None:
    complaint = acknowledged(agent)
    tell_last(complaint)
    Complainant.objects.filter(id=complaint.id).update(wrapped_key=None, sealed=None, finds=None)
    assert outbox.send_due() == 0
    assert OutboxMessage.objects.get().state == "cancelled"
    assert sms.asked == []


INSPECTION, INSPECTOR = "100004", "100401"


def dispatched_to_a_colleague_with_mail(agent: Actor, to: str = "111101", who: str = CONTACT, **changes: object) -> str:
    give_office_mail(who)
    complaint = acknowledged(agent, Details(name="王小明", phone="010-66590000"), **changes)
    tell_last(handle(Dispatch(unit=unit_id(to)), actor=agent, complaint=complaint.id))
    outbox.send_due()
    return complaint.number


def test_a_colleague_is_told_number_and_page_and_nothing_personal(agent: Actor, mail: MailServer) -> None:
    number = dispatched_to_a_colleague_with_mail(agent)
    assert mail.recipients == [f"{CONTACT}@bank.example"]
    words = f"{mail.mails[0]['subject']} {mail.mails[0].get_content()}"
    assert f"/complaints/{number}/" in words
    for personal in ("王小明", "柜台排队", "66590000"):
        assert personal not in words


def test_of_a_secret_complaint_a_colleague_learns_the_number_alone_and_a_group_nothing(
    agent: Actor, mail: MailServer, settings: Settings
) -> None:
    with gateway() as robot:
        settings.SHOUWEN_WECOM_URL = robot.url
        secret = next(class_.code for class_ in standing_policy().classes if class_.secrecy)
        number = dispatched_to_a_colleague_with_mail(agent, INSPECTION, INSPECTOR, class_=secret)
        assert robot.asked == []
    words = mail.mails[0].get_content()
    assert number in words
    assert "http" not in words
    assert "人民路" not in words


def test_the_group_is_told_by_its_robot(agent: Actor, settings: Settings) -> None:
    with gateway() as robot:
        settings.SHOUWEN_WECOM_URL = robot.url
        number = dispatched_to_a_colleague_with_mail(agent)
        assert number in robot.asked[0].json["text"]["content"]


def test_what_the_customer_adds_is_told_to_the_responsible_person(agent: Actor, mail: MailServer) -> None:
    give_office_mail("100101")
    complaint = acknowledged(agent, Details(name="王小明", phone="010-66590000"))
    added = handle(AddStatement(text="还有一张回单。", way="portal"), actor=ANYBODY, complaint=complaint.id)
    tell_last(added)
    outbox.send_due()
    assert mail.recipients == ["100101@bank.example"]
    assert "回单" not in mail.mails[0].get_content()


def test_the_unit_is_told_of_its_slip_and_the_issuer_of_the_answer(agent: Actor, mail: MailServer) -> None:
    give_office_mail(CONTACT, "100110")
    complaint = replied(agent)
    tell_last(handle(IssueSlip(asks="请书面答复。"), actor=person("100110"), complaint=complaint.id))
    outbox.send_due()
    assert f"{CONTACT}@bank.example" in mail.recipients
    tell_last(handle(ANSWER, actor=person(CONTACT), complaint=complaint.id))
    outbox.send_due()
    assert "100110@bank.example" in mail.recipients


def test_nobody_is_told_of_the_own_act(agent: Actor, mail: MailServer) -> None:
    give_office_mail("100101")
    complaint = acknowledged(agent, Details(name="王小明", phone="010-66590000"))
    tell_last(handle(AddStatement(text="还有一张回单。", way="phone"), actor=agent, complaint=complaint.id))
    assert not OutboxMessage.objects.exists()


def test_the_employee_complained_about_is_never_told(agent: Actor, mail: MailServer) -> None:
    give_office_mail(CONTACT)
    complaint = acknowledged(agent, Details(name="王小明", phone="010-66590000"), employee_about=person(CONTACT).id)
    dispatched = handle(Dispatch(unit=outlet_id()), actor=agent, complaint=complaint.id)
    tell_last(dispatched)
    told = [envelope_of(message) for message in OutboxMessage.objects.filter(way="email")]
    assert f"{CONTACT}@bank.example" not in told


def envelope_of(message: OutboxMessage) -> str:
    return unseal(message).address


def test_a_review_asked_for_is_told_to_customer_responsible_person_and_leader(
    agent: Actor, sms: Gateway, mail: MailServer
) -> None:
    Staff.objects.update(email="staff@bank.example")
    complaint = replied(agent, details=Details(name="王小明", phone=PHONE))
    tell_last(handle(AskReview(reason="不认可", way="portal"), actor=ANYBODY, complaint=complaint.id))
    outbox.send_due()
    assert len(sms.asked) == 1
    assert len(mail.mails) == 2


def test_a_reply_that_is_refused_tells_nobody(agent: Actor, sms: Gateway) -> None:
    complaint = checked(agent)
    with pytest.raises(Refusal):
        handle(Reply(method="pigeon"), actor=person(CONTACT), complaint=complaint.id)
    assert not OutboxMessage.objects.filter(state=SENT).exists()


def told_to_systems(agent: Actor, settings: Settings, **changes: object) -> dict[str, object]:
    """What a webhook gets about an acknowledgement."""
    with gateway() as system:
        settings.SHOUWEN_WEBHOOK_URLS, settings.SHOUWEN_WEBHOOK_SECRET = (system.url,), "0123456789abcdef"
        settings.SHOUWEN_WEBHOOK_PRIVATE = True
        tell_last(acknowledged(agent, **changes))
        outbox.send_due()
        return dict(system.asked[0].json)


def test_other_systems_learn_which_complaint_and_what_kind_of_event(agent: Actor, settings: Settings) -> None:
    notice = told_to_systems(agent, settings)
    assert set(notice) == {"number", "version", "at", "event", "stage"}
    assert notice["event"] == "acknowledged"


def test_of_a_secret_complaint_other_systems_learn_only_that_something_happened(
    agent: Actor, settings: Settings
) -> None:
    secret = next(class_.code for class_ in standing_policy().classes if class_.secrecy)
    assert set(told_to_systems(agent, settings, class_=secret)) == {"number", "version", "at"}


def test_whom_a_missed_limit_is_told_to_gets_mail_that_says_so(agent: Actor, mail: MailServer) -> None:
    give_office_mail(CONTACT)
    complaint = acknowledged(agent)
    handle(Dispatch(unit=outlet_id()), actor=agent, complaint=complaint.id)
    handle(SignFor(), actor=person(CONTACT), complaint=complaint.id)
    late = timezone.now() + timedelta(days=60)
    handle(MarkTime(), actor=TIMER, complaint=complaint.id, now=late)
    seqs = JournalEntry.objects.filter(kind="time_marked").values_list("seq", flat=True)
    tell(complaint.id, list(seqs), late)
    words = [unseal(message).subject for message in OutboxMessage.objects.filter(code="staff_time_marked")]
    assert f"投诉 {complaint.number}：已超过时限" in words


def test_the_customer_hears_of_an_extension_with_the_new_date(agent: Actor, sms: Gateway) -> None:
    complaint = acknowledged(agent)
    handle(Classify(class_="product"), actor=agent, complaint=complaint.id)
    ask = RequestExtension(extension="needs_others", reason="须鉴定")
    handle(ask, actor=agent, complaint=complaint.id)
    head = Staff.objects.get(employee_no="000002")
    done = handle(DecideExtension(granted=True), actor=person(head.employee_no), complaint=complaint.id)
    tell(complaint.id, [done.version], timezone.now())
    outbox.send_due()
    limit = done.clock("reply")
    assert limit
    day = f"{limit.limit.at.astimezone(working_calendar().zone):%Y-%m-%d}"
    assert any(day in asked.json["text"] for asked in sms.asked)
