"""One complaint, carried through the one door by the people of the demo bank, as far as a letter needs it."""

from datetime import UTC, datetime

from shouwen.casework.door import handle
from shouwen.casework.vault import Details
from shouwen.core.complaint import Command, Complaint
from shouwen.core.complaint.answering import AnswerSuperior, CheckReply, DraftReply, Investigate, Reply
from shouwen.core.complaint.ending import Reopen
from shouwen.core.complaint.receiving import Accept, Decline, Register
from shouwen.core.complaint.routing import Dispatch, SignFor
from shouwen.core.people import Actor, Unit
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.organisation.models import Staff

AGENT, CONTACT, CHECKER, LEADER, UNION = "100101", "11110101", "11110102", "11110110", "100201"
RECEIVED = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
NAME, PHONE, CARD = "欧阳明月", "13812345678", "6222021234567890128"
STATEMENT = f"柜员让我去别的网点换零钱。我的电话是{PHONE}，卡号{CARD}。"
LETTER = f"经核实，您反映的情况属实，我们诚恳道歉。\n卡号{CARD}的业务已为您办理完毕。"


def actor(number: str) -> Actor:
    return directory().actor_for(Staff.objects.get(employee_no=number), on=working_calendar().local_date(RECEIVED))


def unit(code: str) -> Unit:
    found = directory().unit_by_code(code)
    assert found is not None
    return found


def registered(statement: str = STATEMENT, **more: object) -> Complaint:
    command = {
        "channel": "hotline",
        "received_at": RECEIVED,
        "receiving_unit": unit("100001").id,
        "unit_about": unit("111101").id,
        "subject": "柜员拒绝兑换零钱",
        "statement": statement,
        "wish": "希望道歉。",
        "class_": "attitude",
    }
    details = Details(name=NAME, phone=PHONE, card_number=CARD)
    return handle(Register(**command | more), actor=actor(AGENT), details=details, now=RECEIVED)


def done(complaint: Complaint, who: str, *commands: Command) -> Complaint:
    return handle(*commands, actor=actor(who), complaint=complaint.id, now=RECEIVED)


def accepted(**more: object) -> Complaint:
    return done(registered(**more), AGENT, Accept())


def declined() -> Complaint:
    return done(registered(), AGENT, Decline(ground="in_court", reason=f"法院已立案，已电话{PHONE}告知。"))


def dispatched(instruction: str = "请于三日内核实。", **more: object) -> Complaint:
    return done(accepted(**more), AGENT, Dispatch(unit=unit("111101").id, instruction=instruction))


def drafted(letter: str = LETTER) -> Complaint:
    complaint = done(dispatched(), CONTACT, SignFor())
    return answered_in_draft(complaint, letter)


def answered_in_draft(complaint: Complaint, letter: str = LETTER) -> Complaint:
    findings = Investigate(facts="调取录像，情况属实。", cause="service_manner", liability="fully")
    draft = DraftReply(
        facts=f"客户{NAME}反映的情况属实。",
        responsibility="对柜员进行批评教育。",
        lesson="首问负责意识不强。",
        measure="每日备足零钞。",
        satisfaction="satisfied",
        handled_at=RECEIVED,
        handler="陈慧",
        phone="021-55500001",
        letter=letter,
    )
    return done(complaint, CONTACT, findings, draft)


BODY, DOCUMENT = "示范市消费者协会", "示消转〔2026〕7号"


def transferred() -> Complaint:
    """A complaint of the authority, received by the union, answered and checked by the outlet."""
    facts = {"body": BODY, "body_kind": "government", "document_number": DOCUMENT, "document_date": "2026-02-27"}
    command = Register(
        channel="transfer",
        channel_facts={**facts, "reply_by": "2026-03-12"},
        received_at=RECEIVED,
        receiving_unit=unit("100002").id,
        unit_about=unit("111101").id,
        subject="柜员拒绝兑换零钱",
        statement=STATEMENT,
        class_="attitude",
    )
    complaint = handle(command, actor=actor(UNION), details=Details(name=NAME, phone=PHONE), now=RECEIVED)
    complaint = done(complaint, UNION, Accept(), Dispatch(unit=unit("111101").id))
    complaint = answered_in_draft(done(complaint, CONTACT, SignFor()))
    return done(complaint, LEADER, CheckReply(passed=True))


def superior_answered() -> Complaint:
    complaint = done(transferred(), CONTACT, Reply(method="phone"))
    return done(complaint, CONTACT, AnswerSuperior(remark="已书面报送。"))


def replied(letter: str = LETTER) -> Complaint:
    complaint = done(drafted(letter), LEADER, CheckReply(passed=True))
    return done(complaint, CONTACT, Reply(method="phone"))


def reopened_and_drafted() -> Complaint:
    return answered_in_draft(done(replied(), LEADER, Reopen(reason="客户补充了新情况。")), "第二次答复：零钞已备足。")
