"""The diagram of the stages, found by trying: every command is given to a complaint in every situation it can come into.

python -m tests.docs.stages     writes the diagram into docs/architecture.md
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from pathlib import Path

import msgspec

from shouwen import packs
from shouwen.core.complaint import COMMANDS, Command, Complaint, Context, Stage, decide, evolve
from shouwen.core.complaint.answering import AnswerSuperior, CheckReply, DraftReply, Investigate, Measure, Reply
from shouwen.core.complaint.categorising import Categorise
from shouwen.core.complaint.clocks import MarkTime, RedateClocks, ResumeClock, SuspendClock
from shouwen.core.complaint.customer import (
    AddStatement,
    AnswerReview,
    AskReview,
    CorrectContact,
    NoteMessage,
    Withdraw,
)
from shouwen.core.complaint.dispute import RecordDispute
from shouwen.core.complaint.ending import Archive, Close, Reopen
from shouwen.core.complaint.extending import DecideExtension, RequestExtension
from shouwen.core.complaint.group import JoinGroup, LeaveGroup, ReleaseMember, TakeMember
from shouwen.core.complaint.media import LogPress, NameSpokesperson, TellLeaders
from shouwen.core.complaint.merging import HearFromDuplicate, MergeInto, ReleaseDuplicate, TakeDuplicate, Unmerge
from shouwen.core.complaint.receiving import Accept, CarryOver, Classify, Decline, Register
from shouwen.core.complaint.recording import Acknowledge, AddNote, AttachFile, OpenFile, Reveal
from shouwen.core.complaint.recusal import DeclareInterest
from shouwen.core.complaint.repeat import LinkEarlier, UnlinkEarlier
from shouwen.core.complaint.revisiting import LookForRevisit, RecordRevisit
from shouwen.core.complaint.routing import Dispatch, HandOver, PassOn, SendBack, SignFor, TakeBack
from shouwen.core.complaint.signing import SignReply
from shouwen.core.complaint.supervising import AcceptAnswer, AnswerSlip, IssueSlip, ReturnSlip, WithdrawSlip
from shouwen.core.complaint.withdrawing import CheckWithdrawal
from shouwen.core.duties import Duty
from shouwen.core.money import Money
from shouwen.core.people import Actor, Person, Unit, UnitKind
from shouwen.core.policy_terms import SignatureRule
from shouwen.core.refusal import Refusal
from shouwen.core.workdays import WorkingCalendar

PAPER = Path(__file__).resolve().parent.parent.parent / "docs" / "architecture.md"
BLOCK = re.compile(r"```mermaid\nstateDiagram-v2\n.*?```", re.DOTALL)
RECEIVED = datetime(2026, 3, 2, 2, tzinfo=UTC)
POLICY = msgspec.structs.replace(packs.load("boc-2008"), signature=SignatureRule(channels=("hotline",)))
"""The slides' rules, but that the reply is reserved, so that the signature is among the steps."""
PROGRAM = Actor(person=None, system="import")

COMMANDS_GIVEN: tuple[Command, ...] = (
    Accept(),
    Acknowledge(),
    Classify(class_="product", reason="客户补充了材料。"),
    Decline(ground="in_court", reason="该事项已由人民法院立案审理。"),
    CarryOver(outcome="在原系统中办结。", ended_at=RECEIVED + timedelta(hours=1)),
    Dispatch(unit=2),
    HandOver(to=3, reason="休假。"),
    SignFor(),
    SendBack(reason="不是本单位办理的业务。"),
    TakeBack(),
    PassOn(),
    Investigate(facts="情况属实。", cause="service_manner", liability="fully"),
    DraftReply(
        facts="情况属实。",
        responsibility="对当事人批评教育。",
        lesson="服务培训不够。",
        measure="开展培训。",
        satisfaction="satisfied",
        handled_at=RECEIVED + timedelta(hours=2),
        handler="王一",
        phone="021-55500001",
        letter="尊敬的客户：经核实，情况属实，我们向您道歉。",
    ),
    CheckReply(passed=True),
    CheckReply(passed=False, opinion="请写明期限。"),
    SignReply(passed=True),
    SignReply(passed=False, opinion="请写明期限。"),
    Reply(method="phone"),
    Measure(expectation=3, perception=3),
    Close(),
    Archive(),
    Reopen(reason="客户提供了新的材料。"),
    AddNote(text="已电话联系。"),
    AddStatement(text="还有一张回单。", way="phone"),
    CorrectContact(way="phone", fields=("phone",)),
    Withdraw(consent="本人自愿撤诉。", way="phone"),
    AskReview(reason="不认可答复。", way="phone"),
    AnswerReview(opinion="原答复正确。"),
    AnswerSuperior(),
    RecordDispute(claimed=Money(Decimal(100), "CNY")),
    Close(dispute_outcome="both_win"),
    LinkEarlier(number="TS2026-00000000", reason="同一件事。"),
    CheckWithdrawal(passed=True, opinion="已致电核实。"),
    TellLeaders("请知悉。"),
    NameSpokesperson(person=2),
    LogPress(who="城市在线", spoken_at=RECEIVED, said="正在核实。"),
    MergeInto(number="TS2026-00000000", reason="同一件事。"),
    Unmerge(reason="另一件事。"),
    TakeDuplicate(number="TS2026-00000000", reason="同一件事。", secret=False),
    ReleaseDuplicate(number="TS2026-00000000", reason="另一件事。"),
    HearFromDuplicate(number="TS2026-00000000"),
    JoinGroup(number="TS2026-00000000", reason="同一件事。"),
    LeaveGroup(reason="另一件事。"),
    TakeMember(number="TS2026-00000000", secret=False),
    ReleaseMember(number="TS2026-00000000"),
    UnlinkEarlier(number="TS2026-00000000", reason="另一件事。"),
    DeclareInterest(person=2, reason="客户是亲属。"),
    LookForRevisit(sample="1"),
    IssueSlip(asks="请核实并答复。"),
    AnswerSlip(
        facts="情况属实。",
        responsibility="对当事人批评教育。",
        lesson="服务培训不够。",
        measure="开展培训。",
        satisfaction="satisfied",
        handled_at=RECEIVED + timedelta(hours=2),
        handler="王一",
        phone="021-55500001",
    ),
    ReturnSlip(reason="不具体。"),
    AcceptAnswer(),
    WithdrawSlip(reason="误发。"),
    RecordRevisit(sample="1", reached=True, satisfied=True),
    NoteMessage(what="receipt", way="sms"),
    AttachFile(digest="0" * 64, name="单据.pdf", size=1, media_type="application/pdf"),
    OpenFile(digest="0" * 64),
    Reveal(reason="回复客户。"),
    MarkTime(),
    RedateClocks(),
    SuspendClock(ground="customers_material", reason="等待回单", evidence="0" * 64),
    ResumeClock(),
    RequestExtension(extension="needs_others", reason="须鉴定"),
    DecideExtension(granted=True),
    Categorise(chosen={"cause": "fees"}),
)


class TwoUnits:
    """The head office and an outlet, with a contact and a leader each."""

    def unit(self, unit_id: int) -> Unit | None:
        head = Unit(1, "1", "总行", UnitKind.HEAD_OFFICE, "0001", None, (1,))
        outlet = Unit(2, "2", "网点", UnitKind.OUTLET, "00010001", 1, (1, 2))
        return {1: head, 2: outlet}.get(unit_id)

    def person(self, person_id: int) -> Person | None:
        return Person(person_id, f"员工{person_id}", 1 + person_id // 3, "021-55500001")

    def signatories(self, unit_id: int, on: date) -> tuple[Person, ...]:
        people = (self.person(unit_id * 2 - 1), self.person(unit_id * 2))
        return tuple(person for person in people if person)

    def contacts(self, unit_id: int) -> tuple[Person, ...]:
        return self.signatories(unit_id, RECEIVED.date())

    def is_absent(self, person_id: int, on: date) -> bool:
        return False

    def contact_on_duty(self, unit_id: int, on: date) -> Person | None:
        return self.signatories(unit_id, on)[0]

    def leader(self, unit_id: int) -> Person | None:
        return self.signatories(unit_id, RECEIVED.date())[-1]

    def duties_of(self, person_id: int, on: date) -> frozenset[Duty]:
        return frozenset({Duty.HANDLER})

    def holders(self, duty: Duty, unit_id: int, on: date) -> tuple[Person, ...]:
        return self.signatories(unit_id, on)


CALENDAR = WorkingCalendar({}, POLICY.zone)
CONTEXT = Context(
    now=RECEIVED + timedelta(days=90), actor=PROGRAM, policy=POLICY, calendar=CALENDAR, organisation=TwoUnits()
)
REGISTER = Register(
    id=1,
    number="TS2026-00000001",
    complainant=1,
    contact_given=("name", "phone"),
    channel="hotline",
    received_at=RECEIVED,
    receiving_unit=1,
    subject="排队时间过长",
    statement="排队一个多小时。",
    class_="attitude",
)


def taken(complaint: Complaint | None, command: Command) -> tuple[str, Complaint] | None:
    """What happened and the complaint after it; None when the command is refused."""
    try:
        events = decide(complaint, command, CONTEXT)
    except Refusal:
        return None
    return events[0].title.zh, reduce(evolve, events, complaint)


def steps() -> Iterator[tuple[Complaint, str, Complaint]]:
    """Every step from every situation, each situation once: before, what happened, after."""
    registered = taken(None, REGISTER)
    assert registered is not None
    waiting, seen = [registered[1]], {situation(registered[1])}
    while waiting:
        before = waiting.pop(0)
        for command in COMMANDS_GIVEN:
            step = taken(before, command)
            if step is None:
                continue
            happened, after = step
            yield before, happened, after
            if situation(after) not in seen:
                seen.add(situation(after))
                waiting.append(after)


def situation(complaint: Complaint) -> tuple[object, ...]:
    """What decides which commands are possible."""
    offered = complaint.offer and (complaint.offer.dispatched, bool(complaint.offer.waiting))
    known = (
        complaint.findings,
        complaint.draft,
        complaint.satisfaction,
        complaint.replied_at,
        complaint.review_asked_at,
        complaint.dispute,
        complaint.slip is not None and complaint.slip.is_unanswered,
        complaint.slip,
        complaint.signed_at,
    )
    return complaint.stage, offered, *map(bool, known)


def diagram() -> str:
    """A Mermaid state diagram of every step that changes the stage."""
    found: dict[tuple[Stage, Stage], list[str]] = {}
    for before, happened, after in steps():
        names = found.setdefault((before.stage, after.stage), [])
        if before.stage is not after.stage and happened not in names:
            names.append(happened)
    order = list(Stage)
    changes = sorted(
        ((pair, names) for pair, names in found.items() if names),
        key=lambda change: (order.index(change[0][0]), order.index(change[0][1])),
    )
    lines = ["stateDiagram-v2"]
    lines += [f"    {stage.value} : {stage.label.zh} {stage.label.en}" for stage in Stage]
    lines.append(f"    [*] --> {Stage.REGISTERED.value} : {Register.title.zh}")
    lines += [f"    {one.value} --> {other.value} : {'、'.join(names)}" for (one, other), names in changes]
    lines.append(f"    {Stage.ARCHIVED.value} --> [*]")
    return "```mermaid\n" + "\n".join(lines) + "\n```"


def commands_left_out() -> set[type[Command]]:
    return set(COMMANDS) - {Register, *map(type, COMMANDS_GIVEN)}


if __name__ == "__main__":
    drawn = diagram()
    PAPER.write_text(BLOCK.sub(lambda _: drawn, PAPER.read_text()))
    print(drawn)
