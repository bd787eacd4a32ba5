"""改进事项: its words, and how it stands."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec

from shouwen.core.text import Text

TITLE_LENGTH, TEXT_LENGTH = 60, 2_000
Days = Annotated[int, msgspec.Meta(ge=1, le=1_000)]


class Titled(StrEnum):
    @property
    def label(self) -> Text:
        return TITLES[type(self)][self.value]


class Kind(Titled):
    """缺陷或商机 (slide 26)."""

    DEFECT = "defect"
    OPPORTUNITY = "opportunity"


class Field(Titled):
    """改进领域."""

    PRODUCT = "product"
    PROCESS = "process"
    TRAINING = "training"


class Origin(Titled):
    """来源."""

    COMPLAINT = "complaint"
    WARNING = "warning"
    THEME = "theme"
    FREE = "free"


class State(Titled):
    """状态."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"
    JUDGED = "judged"

    @property
    def is_open(self) -> bool:
        return self in (State.PROPOSED, State.ACCEPTED, State.DONE)


class Finding(Titled):
    """评估结论."""

    EFFECTIVE = "effective"
    NOT_EFFECTIVE = "not_effective"
    TOO_EARLY = "too_early"


class Act(Titled):
    """动作 on an item."""

    PROPOSE = "propose"
    ACCEPT = "accept"
    DECLINE = "decline"
    CHANGE = "change"
    NOTE = "note"
    FINISH = "finish"
    JUDGE = "judge"


TITLES: dict[type[Titled], dict[str, Text]] = {
    Kind: {"defect": Text("缺陷", "Defect"), "opportunity": Text("商机", "Opportunity")},
    Field: {
        "product": Text("产品", "Product"),
        "process": Text("流程", "Process"),
        "training": Text("培训", "Training"),
    },
    Origin: {
        "complaint": Text("投诉", "Complaint"),
        "warning": Text("预警", "Warning"),
        "theme": Text("主题", "Theme"),
        "free": Text("其他", "Other"),
    },
    State: {
        "proposed": Text("待采纳", "Proposed"),
        "accepted": Text("整改中", "Accepted"),
        "declined": Text("未采纳", "Declined"),
        "done": Text("待评估", "Done"),
        "judged": Text("已评估", "Judged"),
    },
    Finding: {
        "effective": Text("有效", "Effective"),
        "not_effective": Text("无效", "Not effective"),
        "too_early": Text("为时尚早", "Too early to tell"),
    },
    Act: {
        "propose": Text("提出", "Propose"),
        "accept": Text("采纳", "Accept"),
        "decline": Text("不采纳", "Decline"),
        "change": Text("调整", "Change owner or date"),
        "note": Text("记录进展", "Note progress"),
        "finish": Text("报告完成", "Report as done"),
        "judge": Text("评估成效", "Judge the effect"),
    },
}


class ImprovementRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """改进办法, in calendar days. A proposal is decided within `decide_days`. The owner is warned `warn_days` before the due date; when it is
    over, the leader of the owner's unit hears `leader_days` later and the one above `superior_days` later. The effect is told in windows of up to
    `window_days`, and not before `shortest_days` have passed; with fewer than `fewest` complaints it is flagged.
    """

    decide_days: Days = 10
    warn_days: Days = 7
    leader_days: Days = 3
    superior_days: Days = 10
    window_days: Days = 90
    shortest_days: Days = 28
    fewest: Days = 10
    source: str | None = None


class Measured(msgspec.Struct, frozen=True):
    """衡量口径: the complaints by whose number the effect is told, those of `unit` and below, by one `code` of a `dimension`, or all of them."""

    unit: int
    dimension: str = ""
    code: str = ""


DIMENSIONS = ("class", "cause", "channel")
"""What an item may be measured by, as the roll-up counts it (`core.figures`)."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """改进事项 as it stands. People and units by their ids."""

    number: str
    kind: Kind
    field: Field
    origin: Origin
    reference: str = ""
    title: str
    text: str
    proposed_by: int
    proposed_unit: int
    proposed_on: date
    owner_unit: int
    measured: Measured | None = None
    state: State = State.PROPOSED
    owner: int | None = None
    due_on: date | None = None
    decided_by: int | None = None
    reason: str = ""
    measure: str = ""
    done_by: int | None = None
    done_on: date | None = None
    finding: Finding | None = None
    judged_by: int | None = None
    told: int = 0


def is_overdue(item: Item, today: date) -> bool:
    return item.state is State.ACCEPTED and item.due_on is not None and item.due_on < today
