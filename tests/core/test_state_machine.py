"""Random commands by random people: whatever is tried, the complaint stays sound."""

from datetime import timedelta
from decimal import Decimal

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from shouwen.core.complaint import (
    Command,
    Complaint,
    Event,
    Stage,
    read_complaint,
    read_event,
    replay,
    write_complaint,
    write_event,
)
from shouwen.core.complaint.answering import AnswerSuperior, CheckReply, Measure, Reply, ReplyChecked
from shouwen.core.complaint.categorising import Categorise
from shouwen.core.complaint.clocks import MarkTime, RedateClocks, ResumeClock, SuspendClock, TimeMarked
from shouwen.core.complaint.customer import AddStatement, AnswerReview, AskReview, CorrectContact, Withdraw
from shouwen.core.complaint.dispute import RecordDispute
from shouwen.core.complaint.ending import Archive, Close, Reopen
from shouwen.core.complaint.extending import DecideExtension, RequestExtension
from shouwen.core.complaint.group import JoinGroup, LeaveGroup, ReleaseMember, TakeMember
from shouwen.core.complaint.media import LogPress, NameSpokesperson, TellLeaders
from shouwen.core.complaint.merging import HearFromDuplicate, MergeInto, ReleaseDuplicate, TakeDuplicate, Unmerge
from shouwen.core.complaint.receiving import Accept, Classify, Decline
from shouwen.core.complaint.recording import AddNote, AttachFile
from shouwen.core.complaint.recusal import DeclareInterest
from shouwen.core.complaint.repeat import LinkEarlier, UnlinkEarlier
from shouwen.core.complaint.revisiting import LookForRevisit, RecordRevisit
from shouwen.core.complaint.routing import Dispatch, HandOver, PassOn, SendBack, SignFor, TakeBack
from shouwen.core.complaint.signing import SignReply, awaits_signature, is_reserved
from shouwen.core.complaint.state import SlipState
from shouwen.core.complaint.supervising import AcceptAnswer, AnswerSlip, IssueSlip, ReturnSlip, WithdrawSlip
from shouwen.core.complaint.verbs import Beside
from shouwen.core.complaint.withdrawing import CheckWithdrawal
from shouwen.core.duties import Action, Duty, may, may_see
from shouwen.core.granting import may_be_lent
from shouwen.core.money import Money
from shouwen.core.people import Actor
from shouwen.core.refusal import Refusal
from shouwen.core.reply import missing
from tests.core.bank import DRAFT, INVESTIGATE, PEOPLE, POLICY, RECEIVED, STAFF, Told, actor, deputy, registration, told
from tests.core.oracle import walk_with_pauses

TIMER = Actor(person=None, system="timer")
CUSTOMER = Actor(person=None, system="customer")
OTHER = "TS2025-00000009"
ANSWERED = told(9).complaint
assert ANSWERED
BESIDE = {
    OTHER: Beside(msgspec.structs.replace(ANSWERED, number=OTHER, received_at=RECEIVED - timedelta(days=200)), (5, 6))
}
"""Another complaint of the customer, answered by the outlet."""
BEFORE = {
    Stage.REGISTERED: {None},
    Stage.ACCEPTED: {Stage.REGISTERED, Stage.DISPATCHED},
    Stage.DISPATCHED: {Stage.ACCEPTED},
    Stage.SIGNED_FOR: {Stage.DISPATCHED},
    Stage.INVESTIGATING: {
        Stage.SIGNED_FOR,
        Stage.REPLY_DRAFTED,
        Stage.CHECKED,
        Stage.REPLIED,
        Stage.CLOSED,
        Stage.ARCHIVED,
    },
    Stage.REPLY_DRAFTED: {Stage.INVESTIGATING},
    Stage.CHECKED: {Stage.REPLY_DRAFTED},
    Stage.REPLIED: {Stage.CHECKED},
    Stage.CLOSED: {Stage.REPLIED},
    Stage.ARCHIVED: {Stage.CLOSED, Stage.DECLINED, Stage.WITHDRAWN},
    Stage.DECLINED: {Stage.REGISTERED},
    Stage.WITHDRAWN: {stage for stage in Stage if stage.is_open},
}
ANSWER_SLIP = AnswerSlip(
    facts=DRAFT.facts,
    responsibility=DRAFT.responsibility,
    lesson=DRAFT.lesson,
    measure=DRAFT.measure,
    satisfaction=DRAFT.satisfaction,
    handled_at=RECEIVED,
    handler=DRAFT.handler,
    phone=DRAFT.phone,
)
COMMANDS: list[Command] = [
    Accept(),
    Decline(ground="in_court", reason="已进入诉讼程序"),
    Classify(class_="product", reason="核实后更正"),
    Dispatch(unit=6),
    Dispatch(unit=7),
    SignFor(),
    SendBack(reason="不属于本单位"),
    TakeBack(),
    *(HandOver(to=number, reason="轮岗") for number in PEOPLE),
    INVESTIGATE,
    DRAFT,
    CheckReply(passed=True),
    CheckReply(passed=False, opinion="不具体"),
    SignReply(passed=True),
    SignReply(passed=False, opinion="不够诚恳"),
    Reply(method="phone"),
    Measure(expectation=3, perception=2),
    Measure(remark="联系不上"),
    Close(),
    Archive(),
    Reopen(reason="客户不认可"),
    AddNote(text="备注"),
    Categorise(chosen={"business_channel": "counter", "cause": "fees"}),
    Categorise(chosen={"cause": ""}),
    PassOn(),
    AddStatement(text="还有一张回单。", way="portal"),
    CorrectContact(way="portal", fields=("phone",), contact_given=("name", "phone")),
    Withdraw(consent="本人自愿撤诉。", way="portal"),
    AskReview(reason="不认可答复。", way="portal"),
    AnswerReview(opinion="原答复正确。"),
    AnswerSuperior(),
    LookForRevisit(sample="1"),
    RecordRevisit(sample="1", reached=True, satisfied=False, words="仍不满意。"),
    RecordRevisit(sample="2", reached=False, words="三次未接。"),
    MarkTime(),
    RedateClocks(),
    AttachFile(digest="f" * 64, name="材料.pdf", size=1, media_type="application/pdf"),
    SuspendClock(ground="customers_material", reason="等待回单", evidence="f" * 64),
    ResumeClock(reason="材料已到"),
    RequestExtension(extension="needs_others", reason="须鉴定"),
    DecideExtension(granted=True),
    DecideExtension(granted=False, opinion="不同意"),
    RecordDispute(claimed=Money(Decimal(100), "CNY")),
    RecordDispute(claimed=Money(Decimal(100), "CNY"), agreed=Money(Decimal(50), "CNY"), way="settled"),
    Close(dispute_outcome="both_win"),
    LinkEarlier(number=OTHER, reason="同一件事"),
    UnlinkEarlier(number=OTHER, reason="另一件事"),
    CheckWithdrawal(passed=True, opinion="已致电核实"),
    CheckWithdrawal(passed=False, opinion="客户并不愿意"),
    Withdraw(consent="客户来电表示自愿撤诉。", way="phone"),
    TellLeaders("请知悉"),
    NameSpokesperson(person=2),
    LogPress(who="城市在线", spoken_at=RECEIVED, said="正在核实"),
    MergeInto(number=OTHER, reason="同一件事"),
    Unmerge(reason="另一件事"),
    TakeDuplicate(number=OTHER, reason="同一件事", secret=False),
    ReleaseDuplicate(number=OTHER, reason="另一件事"),
    HearFromDuplicate(number=OTHER),
    JoinGroup(number=OTHER, reason="同一件事"),
    LeaveGroup(reason="另一件事"),
    TakeMember(number=OTHER, secret=False),
    ReleaseMember(number=OTHER),
    DeclareInterest(reason="客户是本人亲属"),
    *(DeclareInterest(person=number, reason="有利益关系") for number in (5, 6, 1)),
    IssueSlip(asks="请核实并答复"),
    ANSWER_SLIP,
    ReturnSlip(reason="不具体"),
    AcceptAnswer(),
    WithdrawSlip(reason="误发"),
]
FORWARD: dict[Stage, tuple[str, Command]] = {
    Stage.REGISTERED: ("agent", Accept()),
    Stage.ACCEPTED: ("agent", Dispatch(unit=6)),
    Stage.DISPATCHED: ("a", SignFor()),
    Stage.SIGNED_FOR: ("a", INVESTIGATE),
    Stage.INVESTIGATING: ("a", DRAFT),
    Stage.REPLY_DRAFTED: ("b", CheckReply(passed=True)),
    Stage.CHECKED: ("a", Reply(method="phone")),
    Stage.REPLIED: ("supervisor", Measure(remark="联系不上")),
}


class Life(RuleBasedStateMachine):
    """One complaint among everybody's hands."""

    @initialize(
        received_before=st.integers(0, 3000),
        class_=st.sampled_from(["attitude", "product", "work_error", ""]),
        channel=st.sampled_from(["hotline", "media"]),
        lent=st.lists(st.tuples(st.sampled_from(["a", "b", "agent"]), st.sampled_from([*STAFF])), max_size=3),
    )
    def register(self, received_before: int, class_: str, channel: str, lent: list[tuple[str, str]]) -> None:
        self.now = RECEIVED
        self.case = Told()
        self.lent: set[tuple[str, str, Duty]] = set()
        self.checked_as: frozenset[int] = frozenset()
        for giver, to in lent:
            self.lend(giver, to)
        received_at = RECEIVED - timedelta(hours=received_before)
        facts = {"outlet": "城市在线"} if channel == "media" else {}
        register = registration(class_=class_, received_at=received_at, channel=channel, channel_facts=facts)
        self.case.do("agent", register, now=self.now)
        self.stage: Stage | None = None
        self.note_stage()

    @rule(who=st.sampled_from([*STAFF, TIMER, CUSTOMER]), command=st.sampled_from(COMMANDS), later=st.integers(1, 4000))
    def somebody_tries_something(self, who: str | Actor, command: Command, later: int) -> None:
        self.try_(who, command, later)

    @rule(later=st.integers(1, 600))
    def the_work_goes_on(self, later: int) -> None:
        who, command = self.next_move()
        self.try_(who, command, later)

    def next_move(self) -> tuple[str, Command]:
        assert self.case.complaint
        if awaits_signature(self.case.complaint, POLICY):
            return "leader", SignReply(passed=True)
        return FORWARD.get(self.case.complaint.stage, ("supervisor", Close()))

    @rule(giver=st.sampled_from([*STAFF]), to=st.sampled_from([*STAFF]))
    def somebody_lends_all_that_may_be_lent(self, giver: str, to: str) -> None:
        self.lend(giver, to)

    def lend(self, giver: str, to: str) -> None:
        if giver != to:
            fit = {duty for duty in STAFF[giver][2] if may_be_lent(duty, frozenset(STAFF[to][2]))}
            self.lent |= {(giver, to, duty) for duty in fit}

    @rule(giver=st.sampled_from([*STAFF]))
    def somebody_takes_back_what_was_lent(self, giver: str) -> None:
        self.lent = {each for each in self.lent if each[0] != giver}

    @rule(to=st.sampled_from([*STAFF]), later=st.integers(1, 600))
    def a_deputy_goes_on_with_the_work(self, to: str, later: int) -> None:
        who, command = self.next_move()
        self.lend(who, to)
        self.try_(to, command, later)

    def today(self, name: str) -> Actor:
        """The person with the own posts and those lent at this moment."""
        who = actor(name)
        for giver in sorted({giver for giver, to, _ in self.lent if to == name}):
            duties = {duty for each, to, duty in self.lent if (each, to) == (giver, name)}
            more = deputy(name, giver, duties)
            lent = [post for post in more.posts if post.lent_by is not None]
            who = msgspec.structs.replace(who, posts=(*who.posts, *lent), deputy_of=who.deputy_of | more.deputy_of)
        return who

    def try_(self, who: str | Actor, command: Command, later: int) -> None:
        self.now += timedelta(minutes=later)
        before = self.case.complaint
        someone = self.today(who) if isinstance(who, str) else who
        try:
            happened = self.case.do(someone, command, now=self.now, beside=BESIDE)
        except Refusal:
            assert self.case.complaint is before
        else:
            self.note_on_whose_behalf(before, someone, happened)
        self.note_stage()

    def note_on_whose_behalf(self, before: Complaint | None, who: Actor, happened: list[Event]) -> None:
        """Nobody acts for who lent nothing, nor for who is kept out of the complaint."""
        kept_out = {*before.recused, before.employee_about or 0} if before else set()
        for event in happened:
            if event.on_behalf_of is not msgspec.UNSET:
                assert event.on_behalf_of in who.deputy_of - kept_out
            if isinstance(event, ReplyChecked):
                self.checked_as = who.stands_for

    def note_stage(self) -> None:
        """No stage is skipped."""
        assert self.case.complaint
        stage = self.case.complaint.stage
        assert stage is self.stage or self.stage in BEFORE[stage], (self.stage, stage)
        self.stage = stage

    @invariant()
    def an_open_complaint_has_exactly_one_responsible_person(self) -> None:
        complaint = self.case.complaint
        assert complaint
        assert not complaint.is_open or complaint.responsible in PEOPLE

    @invariant()
    def who_declared_an_interest_neither_holds_nor_sees_it(self) -> None:
        complaint = self.case.complaint
        assert complaint
        assert complaint.responsible not in complaint.recused
        assert complaint.offer is None or {complaint.offer.to, *complaint.offer.signatories}.isdisjoint(
            complaint.recused
        )
        assert not any(may_see(self.today(name), complaint) for name in STAFF if STAFF[name][0] in complaint.recused)

    @invariant()
    def a_deputy_sees_no_more_than_the_own_posts_and_those_of_givers_who_may_see_it(self) -> None:
        complaint = self.case.complaint
        assert complaint
        for name in {to for _, to, _ in self.lent}:
            givers = {giver for giver, to, _ in self.lent if to == name and STAFF[giver][0] not in complaint.recused}
            if may_see(self.today(name), complaint):
                assert any(may_see(actor(each), complaint) for each in {name, *givers})

    @invariant()
    def who_handled_the_first_has_no_part_in_an_answer_given_after_the_link(self) -> None:
        complaint = self.case.complaint
        assert complaint
        assert complaint.offer is None or {complaint.offer.to, *complaint.offer.signatories}.isdisjoint(
            complaint.first_handlers
        )
        barred = {name for name in STAFF if STAFF[name][0] in complaint.first_handlers}
        assert not any(may(self.today(name), Action.CHECK, complaint) for name in barred)

    @invariant()
    def replay_makes_the_same_complaint(self) -> None:
        complaint = self.case.complaint
        assert complaint
        assert complaint.version == len(self.case.events)
        assert replay(read_event(write_event(event)) for event in self.case.events) == complaint
        assert read_complaint(write_complaint(complaint)) == complaint

    @invariant()
    def there_is_no_reply_without_six_elements_checked_by_another(self) -> None:
        complaint = self.case.complaint
        assert complaint
        if complaint.stage in (Stage.CHECKED, Stage.REPLIED):
            assert complaint.draft
            assert complaint.findings
            assert missing(complaint.draft.elements, POLICY, liability=complaint.findings.liability) == ()
            assert complaint.checked_by not in (None, complaint.draft.by)
            assert self.checked_as.isdisjoint(complaint.draft.writers)

    @invariant()
    def no_reserved_reply_goes_out_unsigned(self) -> None:
        complaint = self.case.complaint
        assert complaint
        if complaint.stage in (Stage.REPLIED, Stage.CLOSED) and is_reserved(complaint, POLICY):
            assert complaint.signed_by is not None

    @invariant()
    def an_ended_complaint_has_no_running_reply_clock_and_nothing_on_offer(self) -> None:
        complaint = self.case.complaint
        assert complaint
        if not complaint.is_open:
            assert complaint.offer is None
            assert all(clock.stopped for clock in complaint.clocks if clock.kind == "reply")

    @invariant()
    def the_time_limit_is_that_of_a_second_calculation(self) -> None:
        complaint = self.case.complaint
        assert complaint
        clock = complaint.clock("reply")
        if clock is not None:
            days = POLICY.limit_for(complaint.class_).days + sum(each.days for each in clock.limit.extended)
            pauses = [(pause.since, pause.until) for pause in clock.pauses if pause.until]
            expected, _ = walk_with_pauses(clock.started, days, pauses, working=True)
            assert clock.limit.at == expected

    @rule()
    def the_timer_looks(self) -> None:
        self.try_(TIMER, MarkTime(), 1)

    @invariant()
    def nothing_is_said_twice_nor_before_its_moment(self) -> None:
        marked = [event for event in self.case.events if isinstance(event, TimeMarked)]
        assert all(event.mark.at <= event.at for event in marked)
        once = [(event.kind, event.started, event.mark.what, event.mark.to, event.mark.at) for event in marked]
        assert len(set(once)) == len(once)

    @invariant()
    def a_paused_clock_is_not_due(self) -> None:
        complaint = self.case.complaint
        assert complaint
        paused = [clock.limit.at for clock in complaint.clocks if clock.pause]
        running = [clock.limit.at for clock in complaint.running_clocks]
        assert complaint.due_at == min(running, default=None)
        assert not paused or complaint.pause

    @rule(step=st.sampled_from(["issue", "answer", "return", "accept", "take back"]), later=st.integers(1, 4000))
    def the_superior_supervises(self, step: str, later: int) -> None:
        complaint = self.case.complaint
        assert complaint
        answerer = next((name for name, (number, *_) in STAFF.items() if number == complaint.responsible), "a")
        tried: dict[str, tuple[str, Command]] = {
            "issue": ("union", IssueSlip(asks="请核实并答复")),
            "answer": (answerer, ANSWER_SLIP),
            "return": ("union", ReturnSlip(reason="不具体")),
            "accept": ("union", AcceptAnswer()),
            "take back": ("supervisor", WithdrawSlip(reason="误发")),
        }
        self.try_(*tried[step], later)

    @invariant()
    def one_slip_is_open_at_most_and_its_clock_runs_as_long_as_an_answer_is_waited_for(self) -> None:
        complaint = self.case.complaint
        assert complaint
        waits = [slip for slip in complaint.supervision if slip.is_unanswered]
        running = [clock for clock in complaint.clocks if clock.kind == "supervision" and clock.stopped is None]
        assert sum(slip.is_open for slip in complaint.supervision) <= 1
        assert len(waits) == len(running)
        assert not (complaint.stage is Stage.CLOSED and waits and waits[0].state is SlipState.ISSUED)

    @invariant()
    def no_answer_to_a_slip_misses_an_element(self) -> None:
        complaint = self.case.complaint
        assert complaint
        for slip in complaint.supervision:
            assert slip.elements is None or missing(slip.elements, POLICY) == ()


Life.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestLife = Life.TestCase
