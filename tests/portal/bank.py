"""What the bank does with a customer's complaint meanwhile, through the one door."""

from django.utils import timezone

from shouwen.casework.door import handle
from shouwen.core.complaint import Command, Complaint
from shouwen.core.complaint.answering import CheckReply, DraftReply, Investigate, Reply
from shouwen.core.complaint.receiving import Accept, Classify, Decline
from shouwen.core.complaint.routing import Dispatch, SignFor
from shouwen.core.people import Actor
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.organisation.models import Staff

AGENT, CONTACT, CHECKER = "100101", "11110101", "11110102"
LETTER = "经核实，您反映的情况属实，我们诚恳道歉，并已每日备足零钞。"
FINDINGS = "内部认定：柜员三次推诿，扣减绩效。"
OPINION = "复核意见：同意，内部掌握。"


def actor(number: str) -> Actor:
    return directory().actor_for(
        Staff.objects.get(employee_no=number), on=working_calendar().local_date(timezone.now())
    )


def does(complaint: Complaint, who: str, *commands: Command) -> Complaint:
    return handle(*commands, actor=actor(who), complaint=complaint.id)


def accepts(complaint: Complaint, class_: str = "attitude") -> Complaint:
    return does(complaint, AGENT, Classify(class_=class_), Accept())


def declines(complaint: Complaint) -> Complaint:
    return does(complaint, AGENT, Decline(ground="in_court", reason="法院已立案。"))


def drafts(complaint: Complaint, letter: str = LETTER) -> Complaint:
    unit = directory().unit_by_code("111101")
    assert unit
    complaint = does(accepts(complaint), AGENT, Dispatch(unit=unit.id, instruction="请核实。"))
    draft = DraftReply(
        facts="情况属实。",
        responsibility="对柜员进行批评教育。",
        lesson="首问负责意识不强。",
        measure="每日备足零钞。",
        satisfaction="satisfied",
        handled_at=timezone.now(),
        handler="陈慧",
        phone="021-55500001",
        letter=letter,
    )
    findings = Investigate(facts=FINDINGS, cause="service_manner", liability="fully")
    return does(does(complaint, CONTACT, SignFor()), CONTACT, findings, draft)


def answers(complaint: Complaint, letter: str = LETTER) -> Complaint:
    complaint = does(drafts(complaint, letter), CHECKER, CheckReply(passed=True, opinion=OPINION))
    return does(complaint, CONTACT, Reply(method="tracking_code" if complaint.anonymous else "phone"))
