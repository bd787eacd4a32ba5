"""群体投诉: many customers with one matter. One master carries the investigation and the draft; each member is answered on its own."""

from typing import ClassVar

from shouwen.core.complaint.receiving import BEFORE_REPLY
from shouwen.core.complaint.state import Code, Complaint, NoteText, Stage
from shouwen.core.complaint.verbs import (
    Command,
    Context,
    Event,
    changed,
    decides,
    evolves,
    require_beside,
    require_text,
)
from shouwen.core.duties import Action
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

REASON = Text("理由", "Reason")
OPEN = frozenset(stage for stage in Stage if stage.is_open)


class JoinGroup(Command, tag="join_group", frozen=True, kw_only=True):
    """加入群体投诉: this complaint is one of a group whose master is `number`.

    It keeps its own responsible person, clocks and answer. Refused: a master that this person may not see, that has ended, is itself
    a member or merged, or of another secrecy.
    """

    action = Action.GROUP
    stages = BEFORE_REPLY
    pairs = True
    title: ClassVar[Text] = Text("加入群体投诉", "Join a group complaint")

    number: Code
    reason: NoteText

    def names(self, complaint: Complaint | None) -> tuple[str, ...]:
        return (self.number,)

    def consequence(self, complaint: Complaint) -> tuple[str, Command] | None:
        return self.number, TakeMember(number=complaint.number, secret=complaint.secret)


class GroupJoined(Event, tag="group_joined", frozen=True):
    title: ClassVar[Text] = Text("加入群体投诉", "Joined a group complaint")

    number: str
    reason: str


class TakeMember(Command, tag="take_member", frozen=True, kw_only=True):
    """群体投诉增加成员: what the joining does to the master."""

    action = Action.GROUP
    stages = OPEN
    follows = True
    title: ClassVar[Text] = Text("群体投诉增加成员", "Take a member into the group")

    number: Code
    secret: bool


class MemberTaken(Event, tag="member_taken", frozen=True):
    title: ClassVar[Text] = Text("群体投诉增加一名成员", "A member joined the group")

    number: str


@decides(JoinGroup)
def decide_join_group(complaint: Complaint, command: JoinGroup, context: Context) -> list[Event]:
    require_text(command.reason, "reason", REASON)
    master = require_beside(complaint, command.number, context)
    if complaint.group_of or complaint.members:
        raise Refusal(
            "grouped-already",
            Text(
                "这件投诉已经属于群体投诉，请先退出再加入另一件。",
                "This complaint belongs to a group already. Leave it first.",
            ),
        )
    if master.group_of or master.merged_into:
        main = master.group_of or master.merged_into
        raise Refusal(
            "not-the-master",
            Text(f"{command.number} 不是主件，请填写主件 {main}。", f"{command.number} is no master. Enter {main}."),
            field="number",
        )
    if not master.is_open:
        raise Refusal(
            "master-ended",
            Text(
                f"{command.number} 已经“{master.stage.label.zh}”，不能再加入成员。",
                f"{command.number} is “{master.stage.label.en}” and takes no more members.",
            ),
            field="number",
        )
    _require_same_secrecy(complaint.secret, master.secret)
    return [GroupJoined(at=context.now, by=context.actor.id, number=command.number, reason=command.reason.strip())]


def _require_same_secrecy(one: bool, other: bool) -> None:
    if one is not other:
        raise Refusal(
            "secrecy-differs",
            Text("一件保密、一件不保密，不能编为一组。", "One of them is secret and the other is not."),
            field="number",
        )


@evolves(GroupJoined)
def evolve_group_joined(complaint: Complaint, event: GroupJoined) -> Complaint:
    return changed(complaint, event, group_of=event.number)


@decides(TakeMember)
def decide_take_member(complaint: Complaint, command: TakeMember, context: Context) -> list[Event]:
    if complaint.group_of:
        raise Refusal("not-the-master", Text("这不是群体投诉的主件。", "This is no master of a group."), field="number")
    _require_same_secrecy(command.secret, complaint.secret)
    return [MemberTaken(at=context.now, by=context.actor.id, number=command.number)]


@evolves(MemberTaken)
def evolve_member_taken(complaint: Complaint, event: MemberTaken) -> Complaint:
    return changed(complaint, event, members=(*complaint.members, event.number))


class LeaveGroup(Command, tag="leave_group", frozen=True, kw_only=True):
    """退出群体投诉: it is a matter of its own after all."""

    action = Action.GROUP
    pairs = True
    title: ClassVar[Text] = Text("退出群体投诉", "Leave the group complaint")

    reason: NoteText

    def consequence(self, complaint: Complaint) -> tuple[str, Command] | None:
        return complaint.group_of, ReleaseMember(number=complaint.number)


class GroupLeft(Event, tag="group_left", frozen=True):
    title: ClassVar[Text] = Text("退出群体投诉", "Left the group complaint")

    number: str
    reason: str


class ReleaseMember(Command, tag="release_member", frozen=True, kw_only=True):
    """群体投诉减少成员: what the leaving does to the master."""

    action = Action.GROUP
    follows = True
    title: ClassVar[Text] = Text("群体投诉减少成员", "Release a member of the group")

    number: Code


class MemberReleased(Event, tag="member_released", frozen=True):
    """By nobody on the master: who took the member out need not see the master."""

    title: ClassVar[Text] = Text("群体投诉减少一名成员", "A member left the group")

    number: str


@decides(LeaveGroup)
def decide_leave_group(complaint: Complaint, command: LeaveGroup, context: Context) -> list[Event]:
    require_text(command.reason, "reason", REASON)
    if not complaint.group_of:
        raise Refusal("no-member", Text("这件投诉不属于群体投诉。", "This complaint belongs to no group."))
    return [GroupLeft(at=context.now, by=context.actor.id, number=complaint.group_of, reason=command.reason.strip())]


@evolves(GroupLeft)
def evolve_group_left(complaint: Complaint, event: GroupLeft) -> Complaint:
    return changed(complaint, event, group_of="")


@decides(ReleaseMember)
def decide_release_member(complaint: Complaint, command: ReleaseMember, context: Context) -> list[Event]:
    return [MemberReleased(at=context.now, by=None, number=command.number)]


@evolves(MemberReleased)
def evolve_member_released(complaint: Complaint, event: MemberReleased) -> Complaint:
    left = tuple(number for number in complaint.members if number != event.number)
    return changed(complaint, event, members=left)


def require_members_answered(complaint: Complaint, context: Context) -> None:
    """每位成员都要答复: the master is not closed while a member waits for an answer."""
    waiting = [
        number
        for number in complaint.members
        if (beside := context.beside.get(number)) is not None
        and beside.complaint.is_open
        and beside.complaint.replied_at is None
    ]
    if waiting:
        raise Refusal(
            "members-unanswered",
            Text(
                f"群体投诉还有 {len(waiting)} 名成员没有答复：{'、'.join(waiting[:5])}。请逐一答复后再办结主件。",
                f"{len(waiting)} members of the group have no answer yet: {', '.join(waiting[:5])}. Answer each, then close the master.",
            ),
        )
