"""考核 (mission D4): what a unit's or a person's complaints of a period say, and the points that follow by the pack's formula.

Only facts of the record count. The points of an item are lost in the share of the complaints that have its fact:
100 full points, 30 for liability, 2 of 10 complaints the bank's own fault: 30 × 2 ÷ 10 = 6 points lost.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import msgspec

from shouwen.core.policy_terms import RatioToOne, Term
from shouwen.core.text import Text

if TYPE_CHECKING:
    from shouwen.core.complaint.state import Complaint
    from shouwen.core.policy import Policy

Points = Annotated[Decimal, msgspec.Meta(ge=0, le=1000)]
HUNDREDTH = Decimal("0.01")


class Fact(StrEnum):
    """考核事实: what the record of one complaint can say against who handled it."""

    LIABLE = "liable"
    LATE = "late"
    DISSATISFIED = "dissatisfied"
    REPEATED = "repeated"
    SENT_BACK = "sent_back"


class AppraisalItem(Term, frozen=True):
    """考核项: a `fact`, and the points lost when every complaint of the period has it."""

    fact: Fact
    points: Points


class AppraisalRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """考核办法: `full` points less what the items cost. With fewer than `fewest` complaints a sheet is shown and not ranked."""

    full: Points = Decimal(100)
    fewest: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 5
    items: tuple[AppraisalItem, ...] = ()
    source: str | None = None

    def item(self, fact: str) -> AppraisalItem | None:
        return next((item for item in self.items if item.fact == fact), None)


class Loss(msgspec.Struct, frozen=True):
    """One item of a sheet: how many of the complaints have its fact, and what that costs."""

    item: AppraisalItem
    cases: int
    points: Decimal


class Sheet(msgspec.Struct, frozen=True):
    """考核结果. `few`: too few complaints to be compared with others."""

    complaints: int
    losses: tuple[Loss, ...]
    score: Decimal
    few: bool


def is_appraised(complaint: "Complaint") -> bool:
    """Whether a complaint counts: it has ended with an answer, on its own.

    Left out: those declined or withdrawn, those merged into another, and secret ones, which discipline inspection judges.
    """
    answered = complaint.ended_at is not None and complaint.replied_at is not None
    return answered and not (complaint.merged_into or complaint.secret)


def facts_of(complaint: "Complaint", policy: "Policy") -> frozenset[Fact]:
    """The facts of an appraised complaint, by the rules under which it was received.

    None where the findings take it out of the appraisal (not our responsibility, mission B1): it counts, and costs nothing.
    """
    if complaint.findings is not None and complaint.findings.no_appraisal:
        return frozenset()
    found = set()
    if complaint.findings is not None and policy.liability(complaint.findings.liability).ours:
        found.add(Fact.LIABLE)
    clock = complaint.clock("reply")
    if clock is not None and clock.stopped is not None and not clock.kept:
        found.add(Fact.LATE)
    if complaint.satisfaction is not None:
        unhappy = policy.satisfaction.verdict_for(RatioToOne.ABOVE).code
        if complaint.satisfaction.verdict == unhappy:
            found.add(Fact.DISSATISFIED)
    if complaint.earlier:
        found.add(Fact.REPEATED)
    if any(slip.returns for slip in complaint.supervision):
        found.add(Fact.SENT_BACK)
    return frozenset(found)


def appraise(rule: AppraisalRule, complaints: int, cases: Mapping[str, int]) -> Sheet:
    """The sheet for so many complaints, `cases` of which have each fact. Each item is rounded to a hundredth, half up."""
    losses = tuple(
        Loss(item, cases.get(item.fact, 0), _share(item.points, cases.get(item.fact, 0), complaints))
        for item in rule.items
    )
    score = max(rule.full - sum((loss.points for loss in losses), Decimal(0)), Decimal(0))
    return Sheet(complaints, losses, score.quantize(HUNDREDTH), complaints < rule.fewest)


def _share(points: Decimal, cases: int, complaints: int) -> Decimal:
    if not complaints:
        return Decimal(0).quantize(HUNDREDTH)
    return (points * cases / complaints).quantize(HUNDREDTH, ROUND_HALF_UP)


def formula(rule: AppraisalRule) -> Text:
    """考核公式 in words, for the foot of every sheet."""
    zh = "、".join(f"{item.title.zh} {item.points.normalize():f} 分" for item in rule.items)
    en = ", ".join(f"{item.title.en} {item.points.normalize():f}" for item in rule.items)
    return Text(
        f"满分 {rule.full.normalize():f} 分；每项扣分 = 该项分值 × 有该事实的投诉件数 ÷ 计入考核的投诉件数。分值：{zh}。"
        f"不足 {rule.fewest} 件的只列示，不参与排名。",
        f"{rule.full.normalize():f} points in full; each item costs its points × complaints with the fact ÷ complaints counted. "
        f"Points: {en}. With fewer than {rule.fewest} complaints a sheet is shown and not ranked.",
    )
