"""客户忠诚度 (mission E2, slide 7): what became of a complaint by speed and solution, and how many of its customers come back.

The slides count who does not come back: 91 of a hundred who were dissatisfied and did not complain, 81 whose complaint was not solved,
46 where it was solved, 18 where it was solved fast. What "solved" and "fast" mean on a record is the bank's to say, in the pack's
`loyalty_rule`.
"""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec

from shouwen.core.complaint.state import Stage
from shouwen.core.policy_terms import LoyaltyRule, RatioToOne, Unsolved
from shouwen.core.proportions import Interval
from shouwen.core.text import Text

if TYPE_CHECKING:
    from shouwen.core.complaint.state import Complaint
    from shouwen.core.policy import Policy

HUNDRED = 100
CENT = Decimal("0.01")


class Solution(StrEnum):
    """处理效果 of an ended complaint: fast or not, solved or not; a declined one has no speed."""

    FAST_SOLVED = "fast_solved"
    SLOW_SOLVED = "slow_solved"
    FAST_UNSOLVED = "fast_unsolved"
    SLOW_UNSOLVED = "slow_unsolved"
    DECLINED = "declined"

    @property
    def label(self) -> Text:
        return SOLUTION_TITLES[self]

    @property
    def solved(self) -> bool:
        return self in (Solution.FAST_SOLVED, Solution.SLOW_SOLVED)


SOLUTION_TITLES = {
    Solution.FAST_SOLVED: Text("迅速解决", "Solved fast"),
    Solution.SLOW_SOLVED: Text("解决，但不迅速", "Solved, not fast"),
    Solution.FAST_UNSOLVED: Text("迅速答复，未解决", "Answered fast, not solved"),
    Solution.SLOW_UNSOLVED: Text("答复不迅速，未解决", "Neither fast nor solved"),
    Solution.DECLINED: Text("不予受理，未解决", "Declined, not solved"),
}
ENDED = frozenset({Stage.CLOSED, Stage.ARCHIVED, Stage.DECLINED})
"""An archived complaint was answered where the customer was asked about the answer, for without that it is not closed."""
SPEEDS = {
    "fast": ((Solution.FAST_SOLVED, Solution.FAST_UNSOLVED), Text("迅速", "Fast")),
    "slow": ((Solution.SLOW_SOLVED, Solution.SLOW_UNSOLVED), Text("不迅速", "Not fast")),
}
"""办理速度, whatever was solved."""
NOT_COMPLAINED, UNSOLVED, SOLVED, SOLVED_FAST = "not_complained", "unsolved", "solved", "solved_fast"
"""The codes of the slides' four outcomes in a pack's `loyalty`."""


def solution_of(complaint: "Complaint", policy: "Policy") -> Solution | None:
    """处理效果 by the rules under which the complaint was received; none as long as it is open, and of one withdrawn or ended in a former system.

    What was handled anew after its end is never fast.
    """
    rule = policy.loyalty_rule
    if complaint.stage not in ENDED:
        return None
    if complaint.replied_at is None or complaint.satisfaction is None:
        declined = bool(complaint.decline_ground) and Unsolved.DECLINED in rule.unsolved_by
        return Solution.DECLINED if declined else None
    solved = not any(_says(complaint, policy, fact) for fact in rule.unsolved_by)
    if _is_fast(complaint, rule):
        return Solution.FAST_SOLVED if solved else Solution.FAST_UNSOLVED
    return Solution.SLOW_SOLVED if solved else Solution.SLOW_UNSOLVED


def _says(complaint: "Complaint", policy: "Policy", fact: Unsolved) -> bool:
    if fact is Unsolved.REVIEW:
        return complaint.review_asked_at is not None or bool(complaint.reviewers)
    if fact is Unsolved.REVISIT:
        reached = [revisit for revisit in complaint.revisits if revisit.reached]
        return bool(reached) and reached[-1].satisfied is False
    if fact is Unsolved.DISPUTE and complaint.dispute_outcome:
        return not policy.dispute_outcome(complaint.dispute_outcome).customer_wins
    return False


def _is_fast(complaint: "Complaint", rule: LoyaltyRule) -> bool:
    clock = complaint.clock("reply")
    if complaint.reopened or clock is None or clock.stopped is None:
        return False
    if rule.fast == "limit" or clock.target is None:
        return bool(clock.kept)
    return clock.stopped <= clock.target.at


def outcome_for(solution: Solution, verdict: RatioToOne | None) -> str:
    """Which of the slides' outcomes: a dissatisfied customer's problem is not solved, whatever the record says of it (slides 2 and 7)."""
    if not solution.solved or verdict is RatioToOne.ABOVE:
        return UNSOLVED
    return SOLVED_FAST if solution is Solution.FAST_SOLVED else SOLVED


class Expected(msgspec.Struct, frozen=True):
    """预计 of so many customers, by the share that comes back: how many stay and go. Exact; rounded where it is shown."""

    stay: Fraction
    go: Fraction


def expected(customers: int, come_back: Fraction) -> Expected:
    stay = customers * come_back
    return Expected(stay, customers - stay)


def percent(rate: Decimal) -> Fraction:
    """A pack's percentage as an exact share of 1."""
    return Fraction(rate) / HUNDRED


def at_risk(value: Decimal, come_back: Fraction) -> Decimal:
    """风险价值: what of a value is expected to go, to the cent, half up."""
    exact = Fraction(value) * (1 - come_back) * HUNDRED
    return Decimal(int(exact + Fraction(1, 2))) / HUNDRED


def those_who_go(customers: int, come_back: Interval) -> Interval:
    """How many go at either end of an interval for the share that comes back."""
    return Interval(customers * (1 - come_back.high), customers * (1 - come_back.low))
