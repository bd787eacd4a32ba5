"""统计口径: what one complaint says in the statistics (mission E1, E2), each a pure function of the complaint.

A complaint counts on the day of its receipt, for the unit that handles it and for all above that unit as they were then.
"""

from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from shouwen.core.complaint.state import Stage
from shouwen.core.policy_statistics import counted
from shouwen.core.policy_terms import RatioToOne
from shouwen.core.text import Text
from shouwen.core.win_win import Lost, Sides, sides

if TYPE_CHECKING:
    from shouwen.core.complaint.state import Complaint
    from shouwen.core.policy import Policy


class Outcome(StrEnum):
    """办理结果 as it stands: still open, answered to the end, declined, withdrawn."""

    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Text:
        return OUTCOME_TITLES[self]


OUTCOME_TITLES = {
    Outcome.OPEN: Text("办理中", "In hand"),
    Outcome.ANSWERED: Text("办结", "Answered and closed"),
    Outcome.DECLINED: Text("不予受理", "Declined"),
    Outcome.WITHDRAWN: Text("撤诉", "Withdrawn"),
}


class Timing(StrEnum):
    """回复时限: whether the reply went out within its limit, as the reply clock judged it."""

    IN_TIME = "in_time"
    LATE = "late"

    @property
    def label(self) -> Text:
        return TIMING_TITLES[self]


TIMING_TITLES = {
    Timing.IN_TIME: Text("按时回复", "Replied in time"),
    Timing.LATE: Text("超时回复", "Replied late"),
}
VERDICT_TITLES = {
    RatioToOne.ABOVE: Text("不满意", "Dissatisfied"),
    RatioToOne.EQUAL: Text("满意", "Satisfied"),
    RatioToOne.BELOW: Text("非常满意", "Very satisfied"),
    RatioToOne.UNMEASURED: Text("未作答", "No answer"),
}


class Process(StrEnum):
    """过程事实: what an inspection looks at in the record of one complaint, beside what each figure has (mission C2)."""

    EXTENDED = "extended"
    SUPERVISED = "supervised"
    SLIP_RETURNED = "slip_returned"
    SLIP_LATE = "slip_late"
    INCOMPLETE = "incomplete"

    @property
    def label(self) -> Text:
        return PROCESS_TITLES[self]


PROCESS_TITLES = {
    Process.EXTENDED: Text("延期", "Extended"),
    Process.SUPERVISED: Text("督办", "Supervised"),
    Process.SLIP_RETURNED: Text("督办答复被退回", "Slip answer sent back"),
    Process.SLIP_LATE: Text("督办答复逾期", "Slip answered late"),
    Process.INCOMPLETE: Text("办结而无六要素", "Closed without the six elements"),
}
OUTCOMES = {
    Stage.CLOSED: Outcome.ANSWERED,
    Stage.ARCHIVED: Outcome.ANSWERED,
    Stage.DECLINED: Outcome.DECLINED,
    Stage.WITHDRAWN: Outcome.WITHDRAWN,
}


def outcome_of(complaint: "Complaint") -> Outcome:
    """What is archived counts as it ended: a withdrawn complaint was not answered."""
    is_archived = complaint.stage is Stage.ARCHIVED and complaint.ended_as is not None
    return OUTCOMES.get(complaint.ended_as if is_archived else complaint.stage, Outcome.OPEN)  # type: ignore[arg-type]


def timing_of(complaint: "Complaint") -> Timing | None:
    """None as long as there is no reply, and where no clock ran for it."""
    clock = complaint.clock("reply")
    if complaint.replied_at is None or clock is None or clock.stopped is None:
        return None
    return Timing.IN_TIME if clock.kept else Timing.LATE


def verdict_of(complaint: "Complaint") -> RatioToOne | None:
    """满意度: where expectation ÷ perception lies; none as long as the customer was not asked."""
    asked = complaint.satisfaction
    if asked is None:
        return None
    if asked.expectation is None or asked.perception is None:
        return RatioToOne.UNMEASURED
    if asked.expectation == asked.perception:
        return RatioToOne.EQUAL
    return RatioToOne.ABOVE if asked.expectation > asked.perception else RatioToOne.BELOW


def ratio_of(complaint: "Complaint") -> str:
    """心理预期 ÷ 实际感知 in lowest terms, `3/2`; empty without both answers."""
    asked = complaint.satisfaction
    if asked is None or asked.expectation is None or asked.perception is None:
        return ""
    ratio = Fraction(asked.expectation, asked.perception)
    return f"{ratio.numerator}/{ratio.denominator}"


def sides_of(complaint: "Complaint", policy: "Policy") -> Sides | None:
    """双赢: the outcome by the rules under which the complaint was received; none as long as it is open or one of the sides is not known."""
    if outcome_of(complaint) is not Outcome.ANSWERED:
        return None
    if complaint.dispute_outcome:
        recorded = policy.dispute_outcome(complaint.dispute_outcome)
        return sides(customer_wins=recorded.customer_wins, bank_wins=recorded.bank_wins)
    verdict = verdict_of(complaint)
    if complaint.findings is None or verdict in (None, RatioToOne.UNMEASURED):
        return None
    return sides(customer_wins=verdict is not RatioToOne.ABOVE, bank_wins=not _bank_lost(complaint, policy))


def _bank_lost(complaint: "Complaint", policy: "Policy") -> bool:
    rule = policy.win_win
    assert complaint.findings is not None
    liable = Lost.LIABLE in rule.bank_loses_by and policy.liability(complaint.findings.liability).ours
    paid = complaint.dispute.paid if complaint.dispute else None
    return liable or (Lost.PAID in rule.bank_loses_by and paid is not None and paid.amount > 0)


def line_of(complaint: "Complaint") -> tuple[int, ...]:
    """The units from the head office down to the one that handles it, as they were when it came there."""
    lines = (line for line in complaint.involved if line[-1] == complaint.handling_unit)
    return next(lines, (complaint.handling_unit,))


def axes_of(complaint: "Complaint", policy: "Policy") -> tuple[str, ...]:
    """统计归类 as `axis:category`: what is chosen, and on other axes what follows; `policy` is the complaint's own."""
    follows = {each.axis.code: each.category.code for each in counted(complaint, policy) if each.category}
    return tuple(f"{axis}:{category}" for axis, category in sorted((follows | complaint.categories).items()))


def process_of(complaint: "Complaint") -> tuple[Process, ...]:
    """The facts of the process, as they stand. Without the six elements are answers that a former system gave."""
    slips = complaint.supervision
    found = {
        Process.EXTENDED: any(clock.limit.extended for clock in complaint.clocks),
        Process.SUPERVISED: bool(slips),
        Process.SLIP_RETURNED: any(slip.returns for slip in slips),
        Process.SLIP_LATE: any(slip.late for slip in slips),
        Process.INCOMPLETE: outcome_of(complaint) is Outcome.ANSWERED and complaint.draft is None,
    }
    return tuple(fact for fact, holds in found.items() if holds)
