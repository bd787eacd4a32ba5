"""职能分工: who may do what to which complaint, in one table (mission C1–C7, D2).

Two questions are answered here and nowhere else. `may` is asked by the one door before a command is decided, and by the case
page to show the actions of this person. `audience` and `reader_keys` are two sets of whole numbers: a person may see a
complaint when the sets meet. The complaint row keeps its audience in an array column, so that lists, search and counts ask
the very same question of the database.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from shouwen.core.text import Text

if TYPE_CHECKING:
    from shouwen.core.complaint.state import Complaint
    from shouwen.core.people import Actor, Post


class Duty(StrEnum):
    """岗位职责 that a person may hold at a unit."""

    HOTLINE_AGENT = "hotline_agent"
    HOTLINE_SUPERVISOR = "hotline_supervisor"
    CLERK = "clerk"
    UNION_OFFICER = "union_officer"
    OFFICE_OFFICER = "office_officer"
    DISCIPLINE_OFFICER = "discipline_officer"
    CONTACT = "contact"
    HANDLER = "handler"
    CHECKER = "checker"
    LEADER = "leader"
    FUNCTIONAL_OFFICER = "functional_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> Text:
        return DUTY_TITLES[self]


DUTY_TITLES = {
    Duty.HOTLINE_AGENT: Text("热线坐席", "Hotline agent"),
    Duty.HOTLINE_SUPERVISOR: Text("热线主管", "Hotline supervisor"),
    Duty.CLERK: Text("网点受理人", "Branch clerk"),
    Duty.UNION_OFFICER: Text("工会专员", "Union officer"),
    Duty.OFFICE_OFFICER: Text("办公室专员", "Office officer"),
    Duty.DISCIPLINE_OFFICER: Text("纪检监察专员", "Discipline inspection officer"),
    Duty.CONTACT: Text("联系人", "Contact"),
    Duty.HANDLER: Text("经办人", "Handler"),
    Duty.CHECKER: Text("复核人", "Checker"),
    Duty.LEADER: Text("第一责任人", "First responsible person"),
    Duty.FUNCTIONAL_OFFICER: Text("职能部门专员", "Functional department officer"),
    Duty.AUDITOR: Text("审计人员", "Auditor"),
    Duty.ADMINISTRATOR: Text("系统管理员", "Administrator"),
}


class Action(StrEnum):
    """What a person may want to do. Every command of the core names one."""

    REGISTER = "register"
    SEE = "see"
    ACCEPT = "accept"
    DECLINE = "decline"
    CLASSIFY = "classify"
    DISPATCH = "dispatch"
    SIGN_FOR = "sign_for"
    SEND_BACK = "send_back"
    HAND_OVER = "hand_over"
    INVESTIGATE = "investigate"
    DRAFT = "draft"
    CHECK = "check"
    SIGN_REPLY = "sign_reply"
    REPLY = "reply"
    MEASURE = "measure"
    CLOSE = "close"
    ARCHIVE = "archive"
    REOPEN = "reopen"
    NOTE = "note"
    ATTACH = "attach"
    OPEN_FILE = "open_file"
    REVEAL = "reveal"
    HAND_OUT = "hand_out"
    ADD = "add"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    ASK_REVIEW = "ask_review"
    REVIEW = "review"
    PAUSE = "pause"
    ASK_EXTENSION = "ask_extension"
    DECIDE_EXTENSION = "decide_extension"
    DECLARE_INTEREST = "declare_interest"
    RECUSE = "recuse"
    RECORD_DISPUTE = "record_dispute"
    LINK = "link"
    OVERRIDE = "override"
    MERGE = "merge"
    GROUP = "group"
    CHECK_WITHDRAWAL = "check_withdrawal"
    PRESS = "press"
    SUPERVISE = "supervise"
    ANSWER_SLIP = "answer_slip"
    REVISIT = "revisit"
    PROGRAM = "program"


class Relation(StrEnum):
    """How a person, through a post, stands to a complaint."""

    RESPONSIBLE = "responsible"  # is the responsible person 责任人
    OFFERED = "offered"  # may sign for it: the person it was offered to, or a signatory of that unit
    RECEIVED = "received"  # the post is at the unit that received it
    HANDLING = "handling"  # the post is at the unit that handles it now
    OVERSIGHT = "oversight"  # the post looks after an institution with a unit that has been involved
    SUPERIOR = "superior"  # the post is at an institution above the unit that handles it, or is asked to
    NONE = "none"  # no relation is needed


INTAKE = frozenset(
    {
        Duty.HOTLINE_AGENT,
        Duty.HOTLINE_SUPERVISOR,
        Duty.CLERK,
        Duty.UNION_OFFICER,
        Duty.OFFICE_OFFICER,
        Duty.DISCIPLINE_OFFICER,
    }
)
DISTRIBUTORS = INTAKE | {Duty.LEADER, Duty.CONTACT}
OVERSEERS = frozenset(
    {Duty.HOTLINE_SUPERVISOR, Duty.UNION_OFFICER, Duty.OFFICE_OFFICER, Duty.FUNCTIONAL_OFFICER, Duty.AUDITOR}
)
CASEWORKERS = frozenset(Duty) - {Duty.ADMINISTRATOR, Duty.AUDITOR, Duty.FUNCTIONAL_OFFICER}
CHECKERS = frozenset({Duty.CHECKER, Duty.LEADER, Duty.HOTLINE_SUPERVISOR, Duty.UNION_OFFICER, Duty.DISCIPLINE_OFFICER})
SUPERVISORS = frozenset({Duty.HOTLINE_SUPERVISOR, Duty.UNION_OFFICER})
SLIP_ISSUERS = SUPERVISORS | {Duty.OFFICE_OFFICER}


PARTS: dict[str, frozenset[Action]] = {
    "customer": frozenset(
        {Action.REGISTER, Action.ADD, Action.CORRECT, Action.WITHDRAW, Action.ASK_REVIEW, Action.MEASURE, Action.ATTACH}
    ),
    "mailbox": frozenset({Action.REGISTER, Action.ADD, Action.ATTACH}),
    "hotline": frozenset({Action.REGISTER, Action.ADD, Action.ATTACH}),
    "api": frozenset({Action.REGISTER, Action.ADD, Action.ATTACH}),
}
"""What a part of the program may do that speaks for somebody outside (`Actor.system`). The timer, the import and the demo are the bank's own."""


class Grant(msgspec.Struct, frozen=True):
    """One line of the table: these duties, standing in this relation, may do it."""

    duties: frozenset[Duty]
    relation: Relation


RESPONSIBLE_WORKS = Grant(CASEWORKERS, Relation.RESPONSIBLE)

GRANTS: dict[Action, tuple[Grant, ...]] = {
    Action.REGISTER: (Grant(INTAKE, Relation.NONE),),
    Action.ACCEPT: (Grant(INTAKE | {Duty.LEADER}, Relation.RESPONSIBLE), Grant(SUPERVISORS, Relation.OVERSIGHT)),
    Action.DECLINE: (Grant(INTAKE | {Duty.LEADER}, Relation.RESPONSIBLE), Grant(SUPERVISORS, Relation.OVERSIGHT)),
    Action.CLASSIFY: (RESPONSIBLE_WORKS, Grant(SUPERVISORS, Relation.OVERSIGHT)),
    Action.DISPATCH: (Grant(DISTRIBUTORS, Relation.RESPONSIBLE), Grant(SUPERVISORS, Relation.OVERSIGHT)),
    Action.SIGN_FOR: (Grant(CASEWORKERS, Relation.OFFERED),),
    Action.SEND_BACK: (Grant(CASEWORKERS, Relation.OFFERED),),
    Action.HAND_OVER: (RESPONSIBLE_WORKS, Grant(frozenset({Duty.LEADER}), Relation.HANDLING)),
    Action.INVESTIGATE: (RESPONSIBLE_WORKS,),
    Action.DRAFT: (RESPONSIBLE_WORKS,),
    Action.CHECK: (Grant(CHECKERS, Relation.HANDLING), Grant(CHECKERS, Relation.OVERSIGHT)),
    Action.SIGN_REPLY: (
        Grant(frozenset({Duty.LEADER}), Relation.HANDLING),
        Grant(frozenset({Duty.LEADER}), Relation.SUPERIOR),
    ),
    Action.REPLY: (RESPONSIBLE_WORKS,),
    Action.MEASURE: (
        RESPONSIBLE_WORKS,
        Grant(INTAKE, Relation.RECEIVED),
        Grant(SUPERVISORS, Relation.OVERSIGHT),
    ),
    Action.CLOSE: (RESPONSIBLE_WORKS, Grant(SUPERVISORS, Relation.OVERSIGHT)),
    Action.ARCHIVE: (RESPONSIBLE_WORKS, Grant(INTAKE, Relation.RECEIVED), Grant(SUPERVISORS, Relation.OVERSIGHT)),
    Action.REOPEN: (RESPONSIBLE_WORKS, Grant(SUPERVISORS | {Duty.LEADER}, Relation.OVERSIGHT)),
    Action.NOTE: (
        RESPONSIBLE_WORKS,
        Grant(CASEWORKERS, Relation.OFFERED),
        Grant(CASEWORKERS, Relation.HANDLING),
        Grant(INTAKE, Relation.RECEIVED),
        Grant(OVERSEERS, Relation.OVERSIGHT),
    ),
    Action.ATTACH: (
        RESPONSIBLE_WORKS,
        Grant(CASEWORKERS, Relation.HANDLING),
        Grant(INTAKE, Relation.RECEIVED),
    ),
    Action.ADD: (
        RESPONSIBLE_WORKS,
        Grant(CASEWORKERS, Relation.HANDLING),
        Grant(INTAKE, Relation.RECEIVED),
        Grant(SUPERVISORS, Relation.OVERSIGHT),
    ),
    Action.CORRECT: (RESPONSIBLE_WORKS, Grant(INTAKE, Relation.RECEIVED), Grant(SUPERVISORS, Relation.OVERSIGHT)),
    Action.WITHDRAW: (RESPONSIBLE_WORKS, Grant(INTAKE, Relation.RECEIVED), Grant(SUPERVISORS, Relation.OVERSIGHT)),
    Action.ASK_REVIEW: (
        RESPONSIBLE_WORKS,
        Grant(INTAKE, Relation.RECEIVED),
        Grant(SUPERVISORS, Relation.OVERSIGHT),
    ),
    Action.REVIEW: (Grant(SUPERVISORS | {Duty.LEADER}, Relation.OVERSIGHT),),
    Action.PAUSE: (RESPONSIBLE_WORKS, Grant(SUPERVISORS | {Duty.LEADER}, Relation.OVERSIGHT)),
    Action.ASK_EXTENSION: (RESPONSIBLE_WORKS,),
    Action.DECIDE_EXTENSION: (Grant(frozenset({Duty.LEADER}), Relation.OVERSIGHT),),
    Action.DECLARE_INTEREST: (Grant(CASEWORKERS | {Duty.AUDITOR, Duty.FUNCTIONAL_OFFICER}, Relation.NONE),),
    Action.RECORD_DISPUTE: (RESPONSIBLE_WORKS, Grant(SUPERVISORS, Relation.OVERSIGHT)),
    Action.LINK: (RESPONSIBLE_WORKS, Grant(INTAKE, Relation.RECEIVED), Grant(SUPERVISORS, Relation.OVERSIGHT)),
    Action.MERGE: (RESPONSIBLE_WORKS, Grant(INTAKE, Relation.RECEIVED), Grant(SUPERVISORS, Relation.OVERSIGHT)),
    Action.GROUP: (RESPONSIBLE_WORKS, Grant(INTAKE, Relation.RECEIVED), Grant(SUPERVISORS, Relation.OVERSIGHT)),
    Action.CHECK_WITHDRAWAL: (Grant(CHECKERS, Relation.HANDLING), Grant(SUPERVISORS, Relation.OVERSIGHT)),
    Action.PRESS: (
        RESPONSIBLE_WORKS,
        Grant(frozenset({Duty.OFFICE_OFFICER}), Relation.RECEIVED),
        Grant(frozenset({Duty.OFFICE_OFFICER}), Relation.OVERSIGHT),
    ),
    Action.OVERRIDE: (Grant(SUPERVISORS, Relation.OVERSIGHT),),
    Action.RECUSE: (
        Grant(frozenset({Duty.LEADER}), Relation.HANDLING),
        Grant(SUPERVISORS | {Duty.LEADER}, Relation.OVERSIGHT),
    ),
    Action.SUPERVISE: (Grant(SLIP_ISSUERS, Relation.OVERSIGHT), Grant(frozenset({Duty.LEADER}), Relation.SUPERIOR)),
    Action.ANSWER_SLIP: (RESPONSIBLE_WORKS,),
    Action.OPEN_FILE: (
        RESPONSIBLE_WORKS,
        Grant(CASEWORKERS, Relation.OFFERED),
        Grant(CASEWORKERS, Relation.HANDLING),
        Grant(INTAKE, Relation.RECEIVED),
        Grant(SUPERVISORS | {Duty.DISCIPLINE_OFFICER, Duty.AUDITOR}, Relation.OVERSIGHT),
    ),
    Action.REVISIT: (
        Grant(frozenset({Duty.CONTACT, Duty.LEADER}), Relation.HANDLING),
        Grant(SUPERVISORS | {Duty.LEADER}, Relation.OVERSIGHT),
    ),
    Action.HAND_OUT: (RESPONSIBLE_WORKS, Grant(INTAKE, Relation.RECEIVED)),
    Action.REVEAL: (
        RESPONSIBLE_WORKS,
        Grant(INTAKE, Relation.RECEIVED),
        Grant(SUPERVISORS | {Duty.DISCIPLINE_OFFICER, Duty.AUDITOR}, Relation.OVERSIGHT),
    ),
}


DECIDING = frozenset(
    {
        Action.DECLINE,
        Action.SIGN_FOR,
        Action.INVESTIGATE,
        Action.DRAFT,
        Action.CHECK,
        Action.SIGN_REPLY,
        Action.REPLY,
        Action.CLOSE,
        Action.REOPEN,
        Action.REVIEW,
    }
)
"""What those who handled the first complaint may not do with one that repeats it (mission B4)."""


def is_barred(actor: "Actor", action: Action, complaint: "Complaint") -> bool:
    """回避: whether this person handled a complaint that this one repeats, and so may not decide it. Passing it on stays possible."""
    return action in DECIDING and actor.id in complaint.first_handlers


def entrusted(actor: "Actor", action: Action, complaint: "Complaint") -> "Actor":
    """授权代理: the person without what was lent by somebody kept out of this complaint. Nobody can lend what they do not have."""
    if not actor.deputy_of:
        return actor
    barred = complaint.first_handlers if action in DECIDING else frozenset()
    return actor.without({*complaint.recused, complaint.employee_about or 0, *barred})


def may(actor: "Actor", action: Action, complaint: "Complaint | None" = None) -> bool:
    """Whether this person may do this to this complaint now.

    The employee complained about, and who declared an interest, may do nothing to it: what one may not see one may not touch.
    Who handled the first complaint decides nothing about one that repeats it. The program itself acts through
    commands of its own (`Action.PROGRAM`), which no person may send.
    """
    if actor.system:
        return actor.system not in PARTS or action in PARTS[actor.system]
    if action is Action.PROGRAM or actor.person is None:
        return False
    if complaint is not None:
        if not may_see(actor, complaint) or is_barred(actor, action, complaint):
            return False
        actor = entrusted(actor, action, complaint)
    if action is Action.SEE:
        return True
    return any(
        post.duty in grant.duties and _stands(actor, post, grant.relation, complaint)
        for grant in GRANTS[action]
        for post in actor.posts
    )


def _stands(actor: "Actor", post: "Post", relation: Relation, complaint: "Complaint | None") -> bool:
    if relation is Relation.NONE:
        return True
    if complaint is None:
        return False
    match relation:
        case Relation.RESPONSIBLE:
            if post.lent_by is not None:
                return complaint.responsible == post.lent_by and complaint.handling_unit == post.unit_id
            return complaint.responsible == actor.id
        case Relation.OFFERED if post.lent_by is not None:
            return False  # contact B or the leader signs for who is away
        case Relation.OFFERED:
            offer = complaint.offer
            return offer is not None and (offer.to == actor.id or actor.id in offer.signatories)
        case Relation.RECEIVED:
            return complaint.receiving_unit == post.unit_id
        case Relation.HANDLING:
            return complaint.handling_unit == post.unit_id
        case Relation.SUPERIOR:
            return post.unit_id in _above(complaint)
        case _:
            return _looks_after(post, complaint)


def _above(complaint: "Complaint") -> tuple[int, ...]:
    """The institutions above the unit whose move it is."""
    if complaint.offer is not None and complaint.offer.dispatched:
        return complaint.offer.line[:-1]
    return next((line[:-1] for line in complaint.involved if line[-1] == complaint.handling_unit), ())


def _looks_after(post: "Post", complaint: "Complaint") -> bool:
    return any(reach_of(post) in line for line in complaint.involved)


def reach_of(post: "Post") -> int:
    """The unit that the post looks after, with all below it: a leader the own unit, others their institution."""
    return post.unit_id if post.duty is Duty.LEADER else post.scope_id


def levels_of_issuing(actor: "Actor", line: Iterable[int]) -> tuple[int, ...]:
    """督办层级: those units of the line that this person looks after and may supervise for, the highest first."""
    reached = {reach_of(post) for post in actor.posts if post.duty in SLIP_ISSUERS or post.duty is Duty.LEADER}
    return tuple(unit for unit in line if unit in reached)


def may_see(actor: "Actor", complaint: "Complaint") -> bool:
    """Whether the person belongs to the complaint's audience. The employee complained about never does (design.md, Privacy), nor
    does who declared an interest (回避)."""
    if actor.system:
        return True
    if actor.id is None or actor.id == complaint.employee_about or actor.id in complaint.recused:
        return False
    return not audience(complaint).isdisjoint(reader_keys(entrusted(actor, Action.SEE, complaint)))


# The keys of an audience: each whole number names a person, a unit, an institution with all below it, or the
# discipline inspection of an institution. Four kinds share one number space, so that one array column holds them.
def person_key(person_id: int) -> int:
    return person_id * 4


def unit_key(unit_id: int) -> int:
    return unit_id * 4 + 1


def scope_key(unit_id: int) -> int:
    return unit_id * 4 + 2


def discipline_key(unit_id: int) -> int:
    return unit_id * 4 + 3


def audience(complaint: "Complaint") -> frozenset[int]:
    """Who may see the complaint, as keys.

    Everyone who has been part of it or to whom it was escalated, and discipline inspection where it is secret; else the units it has been with and those
    who look after their institutions.
    """
    offered = (complaint.offer.to, *complaint.offer.signatories) if complaint.offer else ()
    people = (*complaint.participants, *offered, *complaint.escalated_to)
    keys = {person_key(person) for person in people if person not in complaint.recused}
    for line in complaint.involved:
        if complaint.secret:
            keys.update(discipline_key(unit) for unit in line)
        else:
            keys.add(unit_key(line[-1]))
            keys.update(scope_key(unit) for unit in line)
    return frozenset(keys)


def reader_keys(actor: "Actor") -> frozenset[int]:
    """The keys that this person holds. An administrator as such holds none: set-up is not casework."""
    if actor.person is None:
        return frozenset()
    return frozenset({person_key(actor.person.id), *_post_keys(actor.posts)})


def lent_keys(actor: "Actor", giver: int) -> frozenset[int]:
    """The keys of the posts that one giver has lent this person."""
    return frozenset(_post_keys(post for post in actor.posts if post.lent_by == giver))


def _post_keys(posts: "Iterable[Post]") -> Iterable[int]:
    for post in posts:
        if post.duty in OVERSEERS:
            yield scope_key(post.scope_id)
        elif post.duty is Duty.LEADER:
            yield scope_key(post.unit_id)
        elif post.duty is Duty.DISCIPLINE_OFFICER:
            yield discipline_key(post.scope_id)
            yield unit_key(post.unit_id)
        elif post.duty is not Duty.ADMINISTRATOR:
            yield unit_key(post.unit_id)
