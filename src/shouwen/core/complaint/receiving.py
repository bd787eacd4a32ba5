"""登记、受理、不予受理、分类: from the first word to a complaint that somebody works on."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

import msgspec

from shouwen.core.channel import Channel, FactValue
from shouwen.core.complaint.state import Code, Complaint, FreeText, HandledBefore, ShortText, Stage
from shouwen.core.complaint.verbs import Command, Context, Event, changed, decides, evolves, require_text
from shouwen.core.duties import Action, Duty
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.core.timelimits import Clock, Pause, given_clock, stop_clock

EARLIEST_RECEIPT = datetime(1990, 1, 1, tzinfo=UTC)
BEFORE_REPLY = frozenset(
    {
        Stage.REGISTERED,
        Stage.ACCEPTED,
        Stage.DISPATCHED,
        Stage.SIGNED_FOR,
        Stage.INVESTIGATING,
        Stage.REPLY_DRAFTED,
        Stage.CHECKED,
    }
)


class Register(Command, tag="register", frozen=True, kw_only=True):
    """登记: write down what a customer said (mission A1, A2).

    `id`, `number`, `complainant` and `contact_given` are filled in by the one door, which keeps the personal data apart.
    Refused: a receipt in the future, an unknown channel, kind, class or unit, a fact that the channel needs left out,
    neither title nor statement, no way to reach a customer who is not anonymous. With `contact_elsewhere` (imports only) the
    former system keeps who complained.
    """

    action = Action.REGISTER
    title: ClassVar[Text] = Text("登记", "Register")

    id: int = 0
    number: Code = ""
    complainant: int = 0
    contact_given: tuple[Code, ...] = ()
    anonymous: bool = False
    channel: Code
    channel_facts: dict[Code, Any] = msgspec.field(default_factory=dict)
    kind: Code = "complaint"
    received_at: datetime
    receiving_unit: int
    subject: ShortText
    statement: FreeText
    wish: FreeText = ""
    class_: Code = ""
    unit_about: int | None = None
    employee_about: int | None = None
    earlier: tuple[Code, ...] = ()
    responsible: int | None = None
    source: Code = ""
    contact_elsewhere: bool = False

    def names(self, complaint: Complaint | None) -> tuple[str, ...]:
        return self.earlier


class Registered(Event, tag="registered", frozen=True):
    """已登记. The words in it are sealed: placeholders stand where personal data stood."""

    title: ClassVar[Text] = Text("登记", "Registered")

    id: int
    number: str
    policy: str
    channel: str
    channel_facts: dict[str, Any]
    kind: str
    received_at: datetime
    complainant: int
    anonymous: bool
    contact_given: tuple[str, ...]
    subject: str
    statement: str
    wish: str
    class_: str
    secret: bool
    unit_about: int | None
    employee_about: int | None
    earlier: tuple[str, ...]
    receiving_unit: int
    line: tuple[int, ...]
    responsible: int
    accept_by: Clock
    reply_by: Clock | None
    source: str
    others: tuple[Clock, ...] = ()
    handled_before: tuple[HandledBefore, ...] = ()


@decides(Register)
def decide_register(complaint: None, command: Register, context: Context) -> list[Event]:
    channel = context.policy.channel(command.channel)
    context.policy.kind(command.kind)
    _require_possible_receipt(command.received_at, context.now)
    require_text(command.subject, "subject", Text("标题", "Title"))
    require_text(command.statement, "statement", Text("投诉内容", "What the customer said"))
    facts = channel.checked_facts(command.channel_facts, zone=context.policy.zone)
    if not (command.contact_elsewhere and context.actor.system):
        channel.require_contact(command.contact_given, anonymous=command.anonymous)
    unit = context.unit(command.receiving_unit, "receiving_unit")
    if command.unit_about is not None:
        context.unit(command.unit_about, "unit_about")
    if not context.actor.system and context.actor.duties.isdisjoint(channel.accepting):
        raise Refusal(
            "channel-not-yours",
            Text(
                f"您的岗位不登记“{channel.title.zh}”渠道的投诉，请选择其他受理渠道。",
                f"Your duty does not register complaints from “{channel.title.en}”. Choose another channel.",
            ),
            field="channel",
        )
    class_ = context.policy.class_(command.class_) if command.class_ else None
    return [
        Registered(
            at=context.now,
            by=context.actor.id,
            id=command.id,
            number=command.number,
            policy=context.policy.key,
            channel=command.channel,
            channel_facts=facts,
            kind=command.kind,
            received_at=command.received_at,
            complainant=command.complainant,
            anonymous=command.anonymous,
            contact_given=command.contact_given,
            subject=command.subject.strip(),
            statement=command.statement.strip(),
            wish=command.wish.strip(),
            class_=command.class_,
            secret=bool(class_ and class_.secrecy),
            unit_about=command.unit_about,
            employee_about=command.employee_about,
            earlier=command.earlier,
            receiving_unit=unit.id,
            line=unit.line,
            responsible=_first_asked(command, context),
            accept_by=context.clock("accept", "accept", command.received_at),
            reply_by=_reply_clock(command.class_, command.received_at, context) if command.class_ else None,
            source=command.source,
            handled_before=tuple(
                HandledBefore(number, beside.worked, beside.complaint.handling_unit if beside.worked else None)
                for number in command.earlier
                if (beside := context.beside.get(number)) is not None
            ),
            others=_clocks_named_by_facts(channel, facts, command.received_at, context),
        )
    ]


def _clocks_named_by_facts(
    channel: Channel, facts: Mapping[str, FactValue], received_at: datetime, context: Context
) -> tuple[Clock, ...]:
    """Clocks for moments that somebody else has set: the transferring body's date, the journalist's deadline."""
    zone, hours = context.calendar.zone, context.policy.business_hours
    return tuple(
        context.with_marks(given_clock(fact.clock, fact.title, str(facts[fact.code]), received_at, zone, hours))
        for fact in channel.facts
        if fact.clock and fact.code in facts
    )


def _require_possible_receipt(received_at: datetime, now: datetime) -> None:
    if received_at > now:
        raise Refusal(
            "received-in-future",
            Text(
                "接到投诉的时间晚于现在，请改为实际接到的时间。",
                "The time of receipt is in the future. Enter when it was really received.",
            ),
            field="received_at",
        )
    if received_at < EARLIEST_RECEIPT:
        raise Refusal(
            "received-too-long-ago",
            Text("接到投诉的时间早于1990年，请检查年份。", "The time of receipt is before 1990. Check the year."),
            field="received_at",
        )


def _first_asked(command: Register, context: Context) -> int:
    """首问责任: who registers is responsible; what the program registers goes to the contact on duty of the unit.

    Nobody is responsible for a complaint about themselves: the next contact or the leader of the unit is.
    """
    about = command.employee_about
    if context.actor.id is not None and context.actor.id != about:
        return context.actor.id
    named = command.responsible
    if named is not None and named != about and context.organisation.person(named) is not None:
        return named
    people = context.organisation.signatories(command.receiving_unit, context.today)
    contact = next((person for person in people if person.id != about), None)
    if contact is None and context.actor.id is not None:
        raise Refusal(
            "about-yourself",
            Text(
                "投诉的是您本人，本单位又没有其他联系人或第一责任人可以负责。请将情况转告上级单位，由其登记。",
                "The complaint is about you, and your unit has no other contact or leader to be responsible. Tell the unit "
                "above, which registers it.",
            ),
            field="employee_about",
        )
    if contact is None:
        raise Refusal(
            "nobody-responsible",
            Text(
                "受理单位没有登记联系人和第一责任人，投诉无人负责。请先在“机构人员”中指定联系人。",
                "The receiving unit has neither contact nor leader, so nobody would be responsible. Name a contact first.",
            ),
            field="receiving_unit",
        )
    return contact.id


def _reply_clock(class_code: str, received_at: datetime, context: Context, pauses: tuple[Pause, ...] = ()) -> Clock:
    limit = context.policy.limit_for(class_code)
    return context.clock("reply", limit.code, received_at, pauses)


@evolves(Registered)
def evolve_registered(complaint: None, event: Registered) -> Complaint:
    people = [event.responsible] if event.by in (None, event.responsible) else [event.by, event.responsible]
    return Complaint(
        id=event.id,
        number=event.number,
        version=1,
        stage=Stage.REGISTERED,
        policy=event.policy,
        channel=event.channel,
        channel_facts=event.channel_facts,
        kind=event.kind,
        received_at=event.received_at,
        registered_at=event.at,
        registered_by=event.by,
        complainant=event.complainant,
        anonymous=event.anonymous,
        contact_given=event.contact_given,
        title=event.subject,
        statement=event.statement,
        wish=event.wish,
        class_=event.class_,
        secret=event.secret,
        unit_about=event.unit_about,
        employee_about=event.employee_about,
        earlier=event.earlier,
        receiving_unit=event.receiving_unit,
        handling_unit=event.receiving_unit,
        responsible=event.responsible,
        involved=(event.line,),
        participants=tuple(people),
        clocks=tuple(clock for clock in (event.accept_by, event.reply_by, *event.others) if clock),
        source=event.source,
        handled_before=event.handled_before,
    )


class Accept(Command, tag="accept", frozen=True):
    """受理: the bank takes the complaint on (mission A3). Refused while it has no class."""

    action = Action.ACCEPT
    stages = frozenset({Stage.REGISTERED})
    title: ClassVar[Text] = Text("受理", "Accept")


class Accepted(Event, tag="accepted", frozen=True):
    title: ClassVar[Text] = Text("受理", "Accepted")


@decides(Accept)
def decide_accept(complaint: Complaint, command: Accept, context: Context) -> list[Event]:
    if not complaint.class_:
        raise Refusal(
            "class-missing",
            Text(
                "受理前请先分类，时限由分类决定。",
                "Classify the complaint before you accept it: the class sets the time limit.",
            ),
            field="class_",
        )
    return [Accepted(at=context.now, by=context.actor.id)]


@evolves(Accepted)
def evolve_accepted(complaint: Complaint, event: Accepted) -> Complaint:
    return changed(complaint, event, stage=Stage.ACCEPTED, clocks=stop_clock(complaint.clocks, "accept", event.at))


class Decline(Command, tag="decline", frozen=True):
    """不予受理: with a ground from the pack, a written reason, and the way to go on (mission A2)."""

    action = Action.DECLINE
    stages = frozenset({Stage.REGISTERED})
    title: ClassVar[Text] = Text("不予受理", "Decline")

    ground: Code
    reason: FreeText


class Declined(Event, tag="declined", frozen=True):
    title: ClassVar[Text] = Text("不予受理", "Declined")

    ground: str
    reason: str


@decides(Decline)
def decide_decline(complaint: Complaint, command: Decline, context: Context) -> list[Event]:
    context.policy.decline_ground(command.ground)
    require_text(command.reason, "reason", Text("不予受理的理由", "Reason for declining"))
    return [Declined(at=context.now, by=context.actor.id, ground=command.ground, reason=command.reason.strip())]


@evolves(Declined)
def evolve_declined(complaint: Complaint, event: Declined) -> Complaint:
    clocks = complaint.clocks
    for clock in complaint.clocks:
        if clock.kind != "supervision":  # the superior waits for the answer all the same, until it takes the slip back
            clocks = stop_clock(clocks, clock.kind, event.at)
    return changed(
        complaint,
        event,
        stage=Stage.DECLINED,
        decline_ground=event.ground,
        ended_at=event.at,
        clocks=clocks,
        offer=None,
        sent_back=False,
    )


class Classify(Command, tag="classify", frozen=True):
    """分类: give the class, and with it the time limit, which always counts from receipt, less the days of a pause (mission A4, A7).

    Once somebody works on it, a change needs a reason. Only discipline inspection, once responsible, lifts secrecy.
    """

    action = Action.CLASSIFY
    stages = BEFORE_REPLY
    title: ClassVar[Text] = Text("分类", "Classify")

    class_: Code
    reason: FreeText = ""


class Classified(Event, tag="classified", frozen=True):
    title: ClassVar[Text] = Text("分类", "Classified")

    class_: str
    secret: bool
    reason: str
    reply_by: Clock


@decides(Classify)
def decide_classify(complaint: Complaint, command: Classify, context: Context) -> list[Event]:
    class_ = context.policy.class_(command.class_)
    if command.class_ == complaint.class_:
        raise Refusal(
            "class-unchanged",
            Text(
                f"投诉已经是“{class_.title.zh}”类，无需更改。",
                f"The complaint already has the class “{class_.title.en}”.",
            ),
            field="class_",
        )
    former = complaint.clock("reply")
    if complaint.secret and not class_.secrecy:
        _require_inspector(complaint, context)
    if complaint.secret is not class_.secrecy and (complaint.duplicates or complaint.members or complaint.group_of):
        raise Refusal(
            "bound-to-others",
            Text(
                "这件投诉与其他投诉合并或编组，不能改变密级。请先解除合并或退出群体，再更改分类。",
                "This complaint is bound to others by a merge or a group, so its secrecy cannot change. Part them first.",
            ),
            field="class_",
        )
    if complaint.stage not in (Stage.REGISTERED, Stage.ACCEPTED):
        require_text(command.reason, "reason", Text("更改分类的理由", "Reason for the new class"))
    return [
        Classified(
            at=context.now,
            by=context.actor.id,
            class_=command.class_,
            secret=class_.secrecy,
            reason=command.reason.strip(),
            reply_by=_reply_clock(command.class_, complaint.received_at, context, former.pauses if former else ()),
        )
    ]


def _require_inspector(complaint: Complaint, context: Context) -> None:
    """解密: what has been said in confidence is opened to others by the discipline inspection officer who is responsible, nobody else."""
    if Duty.DISCIPLINE_OFFICER in context.actor.duties and complaint.responsible == context.actor.id:
        return
    raise Refusal(
        "secrecy-stays",
        Text(
            "保密类投诉只能由负责办理的纪检监察专员改为非保密类。请先转办纪检监察部门，由其核实后更改。",
            "Only the discipline inspection officer who is responsible may give a secret complaint a class that is not secret. "
            "Dispatch it to discipline inspection first.",
        ),
        field="class_",
    )


@evolves(Classified)
def evolve_classified(complaint: Complaint, event: Classified) -> Complaint:
    others = tuple(clock for clock in complaint.clocks if clock.kind != "reply")
    return changed(
        complaint,
        event,
        class_=event.class_,
        secret=event.secret,
        clocks=(*others, event.reply_by),
        extension_asked=None,  # it was asked for under the limit of the former class
    )


class CarryOver(Command, tag="carry_over", frozen=True):
    """历史数据迁入: the complaint was ended in a former system; only the import may say so.

    `ended_at` is empty where that system did not keep it: then nothing is said about limits that were kept or missed.
    """

    action = Action.PROGRAM
    stages = frozenset({Stage.REGISTERED})
    title: ClassVar[Text] = Text("历史数据迁入", "Carry over")

    outcome: FreeText
    ended_at: datetime | None = None


class CarriedOver(Event, tag="carried_over", frozen=True):
    title: ClassVar[Text] = Text("历史数据迁入", "Carried over from a former system")

    outcome: str
    ended_at: datetime | None


@decides(CarryOver)
def decide_carry_over(complaint: Complaint, command: CarryOver, context: Context) -> list[Event]:
    ended_at = command.ended_at
    if ended_at is not None and not complaint.received_at <= ended_at <= context.now:
        raise Refusal(
            "ended-before-received",
            Text(
                "办结时间早于接到投诉的时间或晚于现在，请检查两个日期。",
                "The end lies before the receipt or in the future. Check the two dates.",
            ),
            field="ended_at",
        )
    return [CarriedOver(at=context.now, by=None, outcome=command.outcome.strip(), ended_at=ended_at)]


@evolves(CarriedOver)
def evolve_carried_over(complaint: Complaint, event: CarriedOver) -> Complaint:
    clocks: tuple[Clock, ...] = ()
    if event.ended_at is not None:
        clocks = stop_clock(stop_clock(complaint.clocks, "accept", event.ended_at), "reply", event.ended_at)
    return changed(complaint, event, stage=Stage.CLOSED, ended_at=event.ended_at, clocks=clocks)
