"""What is true of a complaint at one moment."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from unicodedata import normalize

import msgspec

from shouwen.core.clock import Clock, Pause
from shouwen.core.marks import is_missed, next_moment
from shouwen.core.money import Money
from shouwen.core.reply import SixElements
from shouwen.core.text import Text

Code = Annotated[str, msgspec.Meta(max_length=64)]
"""A code of the policy pack or of the program: never written by a customer."""

FreeText = Annotated[str, msgspec.Meta(max_length=50_000, extra={"free_text": True})]
"""Words that a person wrote. The one door seals the personal data in them before the core sees them."""

NoteText = Annotated[str, msgspec.Meta(max_length=5_000, extra={"free_text": True})]
"""A remark that a person wrote; sealed like `FreeText`."""

ShortText = Annotated[str, msgspec.Meta(max_length=200, extra={"free_text": True})]
"""One line that a person wrote; sealed like `FreeText`."""


class Stage(StrEnum):
    """办理阶段 (design.md, The life of a complaint)."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    SIGNED_FOR = "signed_for"
    INVESTIGATING = "investigating"
    REPLY_DRAFTED = "reply_drafted"
    CHECKED = "checked"
    REPLIED = "replied"
    CLOSED = "closed"
    ARCHIVED = "archived"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Text:
        return STAGE_TITLES[self]

    @property
    def is_open(self) -> bool:
        """An open complaint has exactly one responsible person and is somebody's work (mission A9)."""
        return self not in ENDS


STAGE_TITLES = {
    Stage.REGISTERED: Text("已登记", "Registered"),
    Stage.ACCEPTED: Text("已受理", "Accepted"),
    Stage.DISPATCHED: Text("已转办", "Dispatched"),
    Stage.SIGNED_FOR: Text("已签收", "Signed for"),
    Stage.INVESTIGATING: Text("调查中", "Investigating"),
    Stage.REPLY_DRAFTED: Text("待复核", "Reply drafted"),
    Stage.CHECKED: Text("已复核", "Checked"),
    Stage.REPLIED: Text("已回复", "Replied"),
    Stage.CLOSED: Text("已办结", "Closed"),
    Stage.ARCHIVED: Text("已归档", "Archived"),
    Stage.DECLINED: Text("不予受理", "Declined"),
    Stage.WITHDRAWN: Text("已撤诉", "Withdrawn"),
}

MAIN_LINE = tuple(stage for stage in Stage if stage not in (Stage.DECLINED, Stage.WITHDRAWN))
CLOCKS_AFTER_THE_END = frozenset({"review", "supervision"})
ENDS = frozenset({Stage.CLOSED, Stage.ARCHIVED, Stage.DECLINED, Stage.WITHDRAWN})


class Offer(msgspec.Struct, frozen=True):
    """An unsigned 转办 or 移交: who may sign for it, in what order, and until when. Nobody's responsibility has moved yet."""

    to: int
    unit: int
    by: int
    at: datetime
    line: tuple[int, ...]
    signatories: tuple[int, ...]
    sign_by: Clock
    dispatched: bool
    passed_on: int = 0

    @property
    def waiting(self) -> tuple[int, ...]:
        """Who comes next when the present one does not sign in time. A hand-over to one person has nobody next."""
        if not self.dispatched or self.to not in self.signatories:
            return ()
        return self.signatories[self.signatories.index(self.to) + 1 :]


class Findings(msgspec.Struct, frozen=True, omit_defaults=True):
    """调查结果: what the investigator established, the cause (mission A5) and the liability.

    Where it is not ours (mission B1): the evidence in words, the body that the customer is to turn to, and that it does not count in
    the appraisal.
    """

    facts: str
    cause: str
    liability: str
    by: int
    at: datetime
    evidence: str = ""
    right_body: str = ""
    no_appraisal: bool = False


class Draft(msgspec.Struct, frozen=True):
    """回复稿: the six elements for the slip (mission A8) and the letter to the customer."""

    elements: SixElements
    letter: str
    by: int
    at: datetime
    on_behalf_of: int | None = None

    @property
    def writers(self) -> frozenset[int]:
        """Who wrote it and, of a deputy, for whom: none of them checks it."""
        return frozenset({self.by} if self.on_behalf_of is None else {self.by, self.on_behalf_of})


class Satisfaction(msgspec.Struct, frozen=True):
    """满意度: expectation and perception on the pack's scale (mission E1), or why there is none."""

    expectation: int | None
    perception: int | None
    verdict: str
    remark: str
    at: datetime


class ExtensionAsked(msgspec.Struct, frozen=True):
    """待批延期: the extension `code` of the pack, asked for on the clock `kind` that began at `started`, and not decided yet."""

    kind: str
    started: datetime
    code: str
    by: int | None
    at: datetime


class SlipState(StrEnum):
    """督办单状态. Issued and returned wait for the unit, answered waits for the issuer's side; the others are over."""

    ISSUED = "issued"
    ANSWERED = "answered"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Text:
        return SLIP_STATE_TITLES[self]


SLIP_STATE_TITLES = {
    SlipState.ISSUED: Text("待答复", "Waits for the answer"),
    SlipState.ANSWERED: Text("已答复，待审核", "Answered, to be looked at"),
    SlipState.RETURNED: Text("答复被退回，待重新答复", "Sent back, to be answered again"),
    SlipState.ACCEPTED: Text("答复已认可", "Answer accepted"),
    SlipState.WITHDRAWN: Text("已撤销", "Taken back"),
}


class SupervisionSlip(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """督办单 (mission A8, C1): what the superior asks of the unit, and what came of it. Moments are UTC.

    `unit` is whom it was addressed to, `issuers` the unit ids from the head office down to the issuer's institution; `due_at`
    the limit of the present round, and `late` whether the answer came after it. `elements` is the unit's last answer; `remark`
    what was said last of returning, accepting or taking back.
    """

    number: str
    unit: int
    issuers: tuple[int, ...] = ()
    asks: str
    by: int | None
    at: datetime
    due_at: datetime
    state: SlipState = SlipState.ISSUED
    elements: SixElements | None = None
    answered_by: int | None = None
    answered_at: datetime | None = None
    late: bool = False
    remark: str = ""
    decided_by: int | None = None
    decided_at: datetime | None = None
    returns: int = 0

    @property
    def is_open(self) -> bool:
        return self.state not in (SlipState.ACCEPTED, SlipState.WITHDRAWN)

    @property
    def is_unanswered(self) -> bool:
        return self.state in (SlipState.ISSUED, SlipState.RETURNED)


class Revisit(msgspec.Struct, frozen=True):
    """回访: one try of a draw (`sample`) to hear the customer again; `satisfied` is none of one who was not reached."""

    sample: str
    reached: bool
    satisfied: bool | None
    by: int | None
    at: datetime


class Attachment(msgspec.Struct, frozen=True):
    """附件. `digest` is the SHA-256 of the file in clear, in hexadecimal; `size` in bytes."""

    digest: str
    name: str
    size: int
    media_type: str
    by: int | None
    at: datetime


class Dispute(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """经济纠纷 as it stands now (mission B3), all amounts in one currency. `way` says how it is settled or where it lies (`dispute.Way`)."""

    claimed: Money
    offered: Money | None = None
    agreed: Money | None = None
    paid: Money | None = None
    legal_opinion: str = ""
    way: str = ""
    body: str = ""
    reference: str = ""


class WithdrawalWish(msgspec.Struct, frozen=True):
    """撤诉意愿 that staff wrote down and somebody else has not checked yet (mission B5)."""

    consent: str
    way: str
    by: int
    at: datetime


class HandledBefore(msgspec.Struct, frozen=True):
    """前次办理 of an earlier complaint, as it was when the two were linked (mission B4): its number, who worked on the answer, and the unit.

    These people decide nothing here any more, and the unit is not where it goes again (pack, `repeat`).
    """

    number: str
    people: tuple[int, ...]
    unit: int | None = None


def reference_of(facts: dict[str, Any]) -> str:
    """The document number of a body, in one form however it was typed."""
    body, number = (str(facts.get(fact, "")).strip() for fact in ("body", "document_number"))
    return "|".join("".join(normalize("NFKC", part).split()).casefold() for part in (body, number)) if number else ""


class Complaint(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """投诉. Everything here follows from the journal; `evolve` is the only maker.

    `complainant` names the record that holds the encrypted personal data. `involved` has, for each unit that received or
    handled the complaint, the unit ids from the head office down to it as they were then: a unit that moves later does not
    change history. `recused` (回避) are people who declared an interest, `reviewers` those who upheld the answer in a review. `news_at` is when the customer last did something that the responsible person has not acted on yet. `sent_back` (退回): a unit, a
    colleague or the checker returned it, and it has not been passed on or written again since. `categories`: axis → category that somebody chose for an authority's return.
    """

    id: int
    number: str
    version: int = 0
    stage: Stage
    policy: str
    channel: str
    channel_facts: dict[str, Any] = msgspec.field(default_factory=dict)
    kind: str
    received_at: datetime
    registered_at: datetime
    registered_by: int | None
    complainant: int
    anonymous: bool = False
    contact_given: tuple[str, ...] = ()
    title: str
    statement: str
    wish: str = ""
    employee_about: int | None = None
    unit_about: int | None = None
    class_: str = ""
    secret: bool = False
    earlier: tuple[str, ...] = ()
    receiving_unit: int
    handling_unit: int
    responsible: int | None
    involved: tuple[tuple[int, ...], ...]
    participants: tuple[int, ...] = ()
    offer: Offer | None = None
    clocks: tuple[Clock, ...] = ()
    slips: int = 0
    findings: Findings | None = None
    draft: Draft | None = None
    checked_by: int | None = None
    checked_at: datetime | None = None
    replied_at: datetime | None = None
    reply_method: str = ""
    replies: int = 0
    satisfaction: Satisfaction | None = None
    attachments: tuple[Attachment, ...] = ()
    decline_ground: str = ""
    reopened: int = 0
    ended_at: datetime | None = None
    source: str = ""
    news_at: datetime | None = None
    withdrawal_noted_at: datetime | None = None
    review_asked_at: datetime | None = None
    superior_replied_at: datetime | None = None
    sent_back: bool = False
    extension_asked: ExtensionAsked | None = None
    recused: tuple[int, ...] = ()
    handled_before: tuple[HandledBefore, ...] = ()
    level_exception: str = ""
    reviewers: tuple[int, ...] = ()
    dispute: Dispute | None = None
    dispute_outcome: str = ""
    merged_into: str = ""
    merged_at: datetime | None = None
    duplicates: tuple[str, ...] = ()
    group_of: str = ""
    members: tuple[str, ...] = ()
    withdrawal_asked: WithdrawalWish | None = None
    spokesperson: int | None = None
    leaders_told_at: datetime | None = None
    revisits: tuple[Revisit, ...] = ()
    supervision: tuple[SupervisionSlip, ...] = ()
    categories: dict[str, str] = msgspec.field(default_factory=dict)
    ended_as: Stage | None = None
    signed_by: int | None = None
    signed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is somebody's work: not ended, and not merged into another that is handled for it."""
        return self.stage.is_open and not self.merged_into

    def attachment(self, digest: str) -> Attachment | None:
        return next((attachment for attachment in self.attachments if attachment.digest == digest), None)

    def clock(self, kind: str) -> Clock | None:
        """The clock of this kind (accept, reply), running or stopped."""
        return next((clock for clock in self.clocks if clock.kind == kind), None)

    @property
    def first_handlers(self) -> frozenset[int]:
        """原经办人: who worked on the answer to an earlier complaint that this one repeats (mission B4)."""
        return frozenset(person for before in self.handled_before for person in before.people)

    @property
    def kept_out(self) -> frozenset[int]:
        """回避: who cannot take this complaint on, whatever their duty."""
        about = () if self.employee_about is None else (self.employee_about,)
        return frozenset((*about, *self.recused)) | self.first_handlers

    @property
    def reference(self) -> str:
        """文号 of the body that sent it, unique for that body: how an incoming slip is known again. Empty where there is none."""
        return reference_of(self.channel_facts)

    @property
    def running_clocks(self) -> tuple[Clock, ...]:
        """The clocks that count: neither stopped nor paused."""
        running = tuple(clock for clock in self.clocks if clock.is_counting)
        return (*running, self.offer.sign_by) if self.offer else running

    @property
    def due_at(self) -> datetime | None:
        """The next limit that falls due, in UTC; none when nothing is running."""
        return min((clock.limit.at for clock in self.running_clocks), default=None)

    @property
    def timed_clocks(self) -> tuple[Clock, ...]:
        """The clocks that the timer looks after, paused ones too. An ended complaint has only those that begin after the end.

        What is missed while somebody else may still sign is passed on instead (逐级递交).
        """
        after_end = () if self.is_open else CLOCKS_AFTER_THE_END
        clocks = [clock for clock in self.clocks if clock.stopped is None and (self.is_open or clock.kind in after_end)]
        if self.offer and (self.offer.sign_by.marks or not self.offer.waiting):
            clocks.append(self.offer.sign_by)
        return tuple(clocks)

    @property
    def timer_at(self) -> datetime | None:
        """When the timer has to look at the complaint next, in UTC."""
        return min((at for at in map(next_moment, self.timed_clocks) if at), default=None)

    @property
    def is_provisional(self) -> bool:
        """暂定: whether a limit that may still be kept counts days of a year that is not announced."""
        return any(
            clock.limit.provisional and clock.is_counting and not is_missed(clock) for clock in self.timed_clocks
        )

    @property
    def pause(self) -> Pause | None:
        """中止计时: why a clock stands still now."""
        return next((clock.pause for clock in self.clocks if clock.pause), None)

    @property
    def extension_pending(self) -> ExtensionAsked | None:
        """待批延期, as long as the clock that it is for still counts."""
        asked = self.extension_asked
        if asked is None or not self.is_open:
            return None
        clocks = (clock for clock in self.clocks if (clock.kind, clock.started) == (asked.kind, asked.started))
        return asked if any(clock.stopped is None for clock in clocks) else None

    @property
    def slip(self) -> SupervisionSlip | None:
        """未结的督办单: there is one at most."""
        return next((slip for slip in self.supervision if slip.is_open), None)

    @property
    def slip_due_at(self) -> datetime | None:
        """When the unit has to answer the slip, in UTC; none when no answer is waited for."""
        if self.slip is None or not self.slip.is_unanswered:
            return None
        clock = self.clock("supervision")
        return clock.limit.at if clock else self.slip.due_at

    @property
    def escalated_to(self) -> tuple[int, ...]:
        """升级: whom the timer has told beside the responsible person, about clocks that run still."""
        told = (mark.person for clock in self.timed_clocks for mark in clock.marks if mark.done)
        whose = (self.responsible, self.offer.to if self.offer else None)
        return tuple(dict.fromkeys(person for person in told if person is not None and person not in whose))

    @property
    def alarm(self) -> str:
        """The gravest thing that the timer has said about a clock that runs still: warned, missed, escalated, or nothing."""
        said = {mark.what for clock in self.timed_clocks if clock.is_counting for mark in clock.marks if mark.done}
        return next((what for what in ("escalated", "missed", "warned") if what in said), "")
