"""A small bank in memory: five levels, the departments, and people with duties. The rules ask nothing else of it."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import msgspec

from shouwen import packs
from shouwen.core.complaint import Command, Complaint, Context, Event, decide, evolve
from shouwen.core.complaint.answering import CheckReply, DraftReply, Investigate, Measure, Reply
from shouwen.core.complaint.ending import Archive, Close
from shouwen.core.complaint.receiving import Accept, Register
from shouwen.core.complaint.routing import Dispatch, SignFor
from shouwen.core.complaint.verbs import Beside
from shouwen.core.duties import OVERSEERS, Duty
from shouwen.core.people import Actor, Person, Post, Unit, UnitKind
from tests.core.calendars import CALENDAR, here

POLICY = packs.load("boc-2008")
HEAD, HOTLINE, UNION, DISCIPLINE, BRANCH, OUTLET, ELSEWHERE = range(1, 8)
PLACES = {
    HEAD: (None, UnitKind.HEAD_OFFICE, "总行"),
    HOTLINE: (HEAD, UnitKind.HOTLINE, "客服中心"),
    UNION: (HEAD, UnitKind.UNION, "工会"),
    DISCIPLINE: (HEAD, UnitKind.DISCIPLINE, "纪检监察部"),
    BRANCH: (HEAD, UnitKind.TIER1_BRANCH, "江东省分行"),
    OUTLET: (BRANCH, UnitKind.OUTLET, "人民路分理处"),
    ELSEWHERE: (HEAD, UnitKind.TIER1_BRANCH, "云岭省分行"),
}
STAFF: dict[str, tuple[int, int, tuple[Duty, ...]]] = {
    "agent": (1, HOTLINE, (Duty.HOTLINE_AGENT,)),
    "supervisor": (2, HOTLINE, (Duty.HOTLINE_SUPERVISOR, Duty.LEADER)),
    "union": (3, UNION, (Duty.UNION_OFFICER,)),
    "inspector": (4, DISCIPLINE, (Duty.DISCIPLINE_OFFICER, Duty.HANDLER)),
    "a": (5, OUTLET, (Duty.CONTACT, Duty.HANDLER, Duty.CLERK)),
    "b": (6, OUTLET, (Duty.CONTACT, Duty.HANDLER, Duty.CHECKER)),
    "leader": (7, OUTLET, (Duty.LEADER, Duty.CHECKER)),
    "stranger": (8, ELSEWHERE, (Duty.HANDLER, Duty.CHECKER, Duty.LEADER)),
    "auditor": (9, HEAD, (Duty.AUDITOR,)),
    "administrator": (10, HEAD, (Duty.ADMINISTRATOR,)),
}
CONTACTS = {OUTLET: (5, 6), HOTLINE: (1,), DISCIPLINE: (4,)}
LEADERS = {OUTLET: 7, HOTLINE: 2, ELSEWHERE: 8}
RECEIVED = here(2026, 3, 4, 10, 30)


def _unit(unit_id: int) -> Unit:
    parent, kind, name = PLACES[unit_id]
    line = (*_unit(parent).line, unit_id) if parent else (unit_id,)
    return Unit(unit_id, str(unit_id), name, kind, "".join(f"{each:04d}" for each in line), parent, line)


UNITS = {unit_id: _unit(unit_id) for unit_id in PLACES}
PEOPLE = {number: Person(number, name, unit, "010-66590000") for name, (number, unit, _) in STAFF.items()}


class Bank:
    """`Organisation` in memory. `absent` are the people who are away."""

    def __init__(self, absent: frozenset[int] = frozenset()) -> None:
        self.absent = absent

    def unit(self, unit_id: int) -> Unit | None:
        return UNITS.get(unit_id)

    def person(self, person_id: int) -> Person | None:
        return PEOPLE.get(person_id)

    def signatories(self, unit_id: int, on: date) -> tuple[Person, ...]:
        wanted = [*CONTACTS.get(unit_id, ()), *([LEADERS[unit_id]] if unit_id in LEADERS else [])]
        return tuple(PEOPLE[each] for each in dict.fromkeys(wanted) if each not in self.absent)

    def contacts(self, unit_id: int) -> tuple[Person, ...]:
        return tuple(PEOPLE[each] for each in CONTACTS.get(unit_id, ()))

    def is_absent(self, person_id: int, on: date) -> bool:
        return person_id in self.absent

    def contact_on_duty(self, unit_id: int, on: date) -> Person | None:
        return next(iter(self.signatories(unit_id, on)), None)

    def leader(self, unit_id: int) -> Person | None:
        return PEOPLE.get(LEADERS.get(unit_id, 0))

    def duties_of(self, person_id: int, on: date) -> frozenset[Duty]:
        return frozenset(duty for number, _, duties in STAFF.values() if number == person_id for duty in duties)

    def holders(self, duty: Duty, unit_id: int, on: date) -> tuple[Person, ...]:
        return tuple(PEOPLE[number] for number, unit, duties in STAFF.values() if unit == unit_id and duty in duties)


@cache
def actor(name: str) -> Actor:
    number, unit, duties = STAFF[name]
    posts = tuple(Post(duty, unit, _scope(duty, unit)) for duty in duties)
    return Actor(person=PEOPLE[number], posts=posts)


def deputy(name: str, giver: str, duties: Collection[Duty] = tuple(Duty)) -> Actor:
    """The person with what the giver has lent: all the giver's posts, or those with these duties."""
    own, number = actor(name), STAFF[giver][0]
    lent = tuple(msgspec.structs.replace(post, lent_by=number) for post in actor(giver).posts if post.duty in duties)
    return msgspec.structs.replace(own, posts=(*own.posts, *lent), deputy_of=frozenset({number}))


def _scope(duty: Duty, unit_id: int) -> int:
    looks_wider = duty in OVERSEERS or duty is Duty.DISCIPLINE_OFFICER
    return UNITS[unit_id].institution_id if looks_wider else unit_id


def context(
    who: str | Actor,
    now: datetime = RECEIVED,
    absent: frozenset[int] = frozenset(),
    beside: Mapping[str, Beside] | None = None,
) -> Context:
    someone = actor(who) if isinstance(who, str) else who
    return Context(
        now=now, actor=someone, policy=POLICY, calendar=CALENDAR, organisation=Bank(absent), beside=beside or {}
    )


def registration(**changes: Any) -> Register:
    command = Register(
        id=1,
        number="TS2026-00000001",
        complainant=1,
        contact_given=("name", "phone"),
        channel="hotline",
        received_at=RECEIVED,
        receiving_unit=HOTLINE,
        subject="柜台排队",
        statement="排队两小时无人疏导。",
        class_="attitude",
        unit_about=OUTLET,
    )
    return msgspec.structs.replace(command, **changes)


DRAFT = DraftReply(
    facts="经调阅录像核实，当日上午仅开一个窗口，情况属实。",
    responsibility="对值班主任批评教育，扣减当月绩效。",
    lesson="高峰时段人手不足，解释不够耐心。",
    measure="增设一个弹性窗口，组织服务礼仪培训。",
    satisfaction="satisfied",
    handled_at=RECEIVED,
    handler="蒋俊峰",
    phone="010-66590000",
    letter="尊敬的客户：您反映的问题我们已经核实，向您诚恳道歉，并已增开窗口。",
)
INVESTIGATE = Investigate(facts="经调阅录像核实，情况属实。", cause="service_manner", liability="fully")
MAIN_LINE: tuple[tuple[str, Command], ...] = (
    ("agent", registration()),
    ("agent", Accept()),
    ("agent", Dispatch(unit=OUTLET)),
    ("a", SignFor()),
    ("a", INVESTIGATE),
    ("a", DRAFT),
    ("b", CheckReply(passed=True)),
    ("a", Reply(method="phone")),
    ("supervisor", Measure(expectation=3, perception=4)),
    ("supervisor", Close()),
    ("union", Archive()),
)


class Told(msgspec.Struct):
    """A complaint and all that has happened to it."""

    complaint: Complaint | None = None
    events: list[Event] = []

    def do(self, who: str | Actor, command: Command, now: datetime | None = None, **more: Any) -> list[Event]:
        """Decide and evolve. Each command comes a minute after the one before, unless `now` says when."""
        now = now or RECEIVED + timedelta(minutes=len(self.events) + 1)
        happened = decide(self.complaint, command, context(who, now, **more))
        for event in happened:
            self.complaint = evolve(self.complaint, event)
        self.events.extend(happened)
        return happened


def told(until: int) -> Told:
    """A complaint that has come `until` commands far on the main line."""
    case = Told()
    for who, command in MAIN_LINE[:until]:
        case.do(who, command)
    return case


def came_to(command: type[Command]) -> Told:
    """A complaint just before this command of the main line."""
    return told(next(place for place, (_, each) in enumerate(MAIN_LINE) if isinstance(each, command)))
