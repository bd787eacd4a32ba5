"""重复登记: one matter that was registered twice is handled once, without losing a word of either, and can be parted again.

The duplicate keeps its own record, files and contact data; it leaves the work lists and its clocks stand still. Who handles the master
reads all of it (`through`), and its customer's tracking code shows where the master stands.
"""

from typing import ClassVar

import msgspec

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


class MergeInto(Command, tag="merge_into", frozen=True, kw_only=True):
    """合并重复登记: this complaint is the same matter as another (the master `number`), which is handled for both.

    Refused: a master that this person may not see, that has ended, is merged itself or of another secrecy; while something is on
    offer; a complaint that has duplicates, belongs to a group, or that another body sent and waits for an answer to.
    """

    action = Action.MERGE
    stages = BEFORE_REPLY
    pairs = True
    title: ClassVar[Text] = Text("合并重复登记", "Merge into another complaint")

    number: Code
    reason: NoteText

    def names(self, complaint: Complaint | None) -> tuple[str, ...]:
        return (self.number,)

    def consequence(self, complaint: Complaint) -> tuple[str, Command] | None:
        return self.number, TakeDuplicate(number=complaint.number, reason=self.reason, secret=complaint.secret)


class MergedInto(Event, tag="merged_into", frozen=True):
    title: ClassVar[Text] = Text("已并入另一件投诉", "Merged into another complaint")

    number: str
    reason: str


class TakeDuplicate(Command, tag="take_duplicate", frozen=True, kw_only=True):
    """并入重复登记: what the merge does to the master."""

    action = Action.MERGE
    stages = OPEN
    follows = True
    title: ClassVar[Text] = Text("并入重复登记", "Take a duplicate in")

    number: Code
    reason: NoteText
    secret: bool


class DuplicateTaken(Event, tag="duplicate_taken", frozen=True):
    title: ClassVar[Text] = Text("并入一件重复登记", "A duplicate was merged in")

    number: str
    reason: str


@decides(MergeInto)
def decide_merge_into(complaint: Complaint, command: MergeInto, context: Context) -> list[Event]:
    require_text(command.reason, "reason", REASON)
    master = require_beside(complaint, command.number, context)
    _require_alone(complaint, context)
    if master.merged_into:
        raise Refusal(
            "master-merged",
            Text(
                f"{command.number} 本身已并入 {master.merged_into}，请填写 {master.merged_into}。",
                f"{command.number} is merged into {master.merged_into} itself. Enter {master.merged_into}.",
            ),
            field="number",
        )
    if not master.is_open:
        raise Refusal(
            "master-ended",
            Text(
                f"{command.number} 已经“{master.stage.label.zh}”，不能再并入；客户对答复不满意的，请关联为再次投诉。",
                f"{command.number} is “{master.stage.label.en}”. If the customer does not accept its answer, link this one as a repeat.",
            ),
            field="number",
        )
    _require_same_secrecy(complaint.secret, master.secret)
    return [MergedInto(at=context.now, by=context.actor.id, number=command.number, reason=command.reason.strip())]


def _require_alone(complaint: Complaint, context: Context) -> None:
    """Refuse what others hang on: it would have to be undone first."""
    if complaint.offer is not None:
        raise Refusal(
            "offer-open",
            Text(
                "转办或移交尚未签收，请先收回再合并。",
                "A dispatch or hand-over is unsigned. Take it back, then merge.",
            ),
        )
    if complaint.duplicates or complaint.members or complaint.group_of:
        raise Refusal(
            "others-hang-on-it",
            Text(
                "这件投诉并入过其他登记或属于群体投诉，请反过来合并，或先解除。",
                "Other complaints hang on this one. Merge the other way round, or part them first.",
            ),
        )
    if context.policy.channel(complaint.channel).answers_body:
        raise Refusal(
            "answers-a-body",
            Text(
                "这件投诉由其他单位转来，须单独答复该单位。请把另一件并入本件。",
                "Another body sent this complaint and waits for an answer of its own. Merge the other one into this.",
            ),
        )


def _require_same_secrecy(one: bool, other: bool) -> None:
    if one is not other:
        raise Refusal(
            "secrecy-differs",
            Text(
                "一件保密、一件不保密，不能合并。请先由纪检监察部门统一密级。",
                "One of them is secret and the other is not, so they cannot be merged.",
            ),
            field="number",
        )


@evolves(MergedInto)
def evolve_merged_into(complaint: Complaint, event: MergedInto) -> Complaint:
    # What the timer has still to say stays with each clock: should the two part again, they run on.
    clocks = tuple(
        msgspec.structs.replace(clock, stopped=event.at) if clock.stopped is None else clock
        for clock in complaint.clocks
    )
    return changed(complaint, event, merged_into=event.number, merged_at=event.at, clocks=clocks)


@decides(TakeDuplicate)
def decide_take_duplicate(complaint: Complaint, command: TakeDuplicate, context: Context) -> list[Event]:
    _require_same_secrecy(command.secret, complaint.secret)
    return [DuplicateTaken(at=context.now, by=context.actor.id, number=command.number, reason=command.reason.strip())]


@evolves(DuplicateTaken)
def evolve_duplicate_taken(complaint: Complaint, event: DuplicateTaken) -> Complaint:
    return changed(complaint, event, duplicates=(*complaint.duplicates, event.number))


class Unmerge(Command, tag="unmerge", frozen=True, kw_only=True):
    """解除合并: the two are different matters after all. This one is again as it was, its clocks by its own receipt."""

    action = Action.MERGE
    pairs = True
    while_merged = True
    title: ClassVar[Text] = Text("解除合并", "Part from the other complaint")

    reason: NoteText

    def consequence(self, complaint: Complaint) -> tuple[str, Command] | None:
        return complaint.merged_into, ReleaseDuplicate(number=complaint.number, reason=self.reason)


class Unmerged(Event, tag="unmerged", frozen=True):
    title: ClassVar[Text] = Text("已解除合并", "Parted from the other complaint")

    number: str
    reason: str


class ReleaseDuplicate(Command, tag="release_duplicate", frozen=True, kw_only=True):
    """解除合并: what it does to the master, in whatever stage that is."""

    action = Action.MERGE
    follows = True
    title: ClassVar[Text] = Text("解除重复登记", "Release a duplicate")

    number: Code
    reason: NoteText


class DuplicateReleased(Event, tag="duplicate_released", frozen=True):
    title: ClassVar[Text] = Text("解除一件重复登记", "A duplicate was parted again")

    number: str
    reason: str


@decides(Unmerge)
def decide_unmerge(complaint: Complaint, command: Unmerge, context: Context) -> list[Event]:
    require_text(command.reason, "reason", REASON)
    if not complaint.merged_into:
        raise Refusal("not-merged", Text("这件投诉没有并入其他投诉。", "This complaint is not merged into another."))
    require_beside(complaint, complaint.merged_into, context)
    return [Unmerged(at=context.now, by=context.actor.id, number=complaint.merged_into, reason=command.reason.strip())]


@evolves(Unmerged)
def evolve_unmerged(complaint: Complaint, event: Unmerged) -> Complaint:
    clocks = tuple(
        msgspec.structs.replace(clock, stopped=None) if clock.stopped == complaint.merged_at else clock
        for clock in complaint.clocks
    )
    return changed(complaint, event, merged_into="", merged_at=None, clocks=clocks)


@decides(ReleaseDuplicate)
def decide_release_duplicate(complaint: Complaint, command: ReleaseDuplicate, context: Context) -> list[Event]:
    return [
        DuplicateReleased(at=context.now, by=context.actor.id, number=command.number, reason=command.reason.strip())
    ]


@evolves(DuplicateReleased)
def evolve_duplicate_released(complaint: Complaint, event: DuplicateReleased) -> Complaint:
    left = tuple(number for number in complaint.duplicates if number != event.number)
    return changed(complaint, event, duplicates=left)


class HearFromDuplicate(Command, tag="hear_from_duplicate", frozen=True, kw_only=True):
    """重复登记有新情况: the customer said something under the duplicate's number, for whoever handles the master."""

    action = Action.ADD
    follows = True
    title: ClassVar[Text] = Text("重复登记有新情况", "News under a duplicate's number")

    number: Code


class DuplicateHeard(Event, tag="duplicate_heard", frozen=True):
    """By nobody: who wrote it down belongs to the duplicate, not to the master."""

    title: ClassVar[Text] = Text("重复登记有新情况", "News under a duplicate's number")

    number: str


@decides(HearFromDuplicate)
def decide_hear_from_duplicate(complaint: Complaint, command: HearFromDuplicate, context: Context) -> list[Event]:
    return [DuplicateHeard(at=context.now, by=None, number=command.number)]


@evolves(DuplicateHeard)
def evolve_duplicate_heard(complaint: Complaint, event: DuplicateHeard) -> Complaint:
    return changed(complaint, event, news_at=event.at)
