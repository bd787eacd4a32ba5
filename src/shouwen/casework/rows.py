"""How a complaint stands in its row: the columns that lists, counts and clocks ask for, computed from the complaint alone."""

from typing import Any

from shouwen.casework.models import ComplaintRow, column_names
from shouwen.casework.rules import chosen_policy, policy_of
from shouwen.core import figures
from shouwen.core.complaint import Complaint, Stage, write_complaint
from shouwen.core.complaint.signing import awaits_signature
from shouwen.core.duties import audience
from shouwen.core.loyalty import ENDED, solution_of
from shouwen.core.words import date_words, vector

TITLE_LENGTH = 250
REFERENCE_LENGTH = 250


def columns_of(complaint: Complaint) -> dict[str, Any]:
    """All columns of the row but `head`, which is the journal's."""
    offer = complaint.offer
    to_sign = is_to_sign(complaint)
    return {
        "id": complaint.id,
        "number": complaint.number,
        "version": complaint.version,
        "stage": complaint.stage.value,
        "is_open": complaint.is_open,
        "kind": complaint.kind,
        "channel": complaint.channel,
        "class_code": complaint.class_,
        "title": complaint.title[:TITLE_LENGTH],
        "receiving_unit": complaint.receiving_unit,
        "unit": offer.unit if offer else complaint.handling_unit,
        "unit_about": complaint.unit_about,
        "employee_about": complaint.employee_about,
        "responsible": complaint.responsible,
        "mover": None if to_sign else _mover(complaint),
        "received_at": complaint.received_at,
        "due_at": complaint.due_at if complaint.is_open else None,
        "sign_due_at": offer.sign_by.limit.at if offer and offer.waiting else None,
        "ended_at": complaint.ended_at,
        "secret": complaint.secret,
        "anonymous": complaint.anonymous,
        "repeat": bool(complaint.earlier),
        "news_at": complaint.news_at,
        "review_asked_at": complaint.review_asked_at,
        "reference": complaint.reference[:REFERENCE_LENGTH] or None,
        "returned": complaint.sent_back,
        "timer_at": complaint.timer_at,
        "provisional": complaint.is_provisional,
        "paused": complaint.pause is not None,
        "alarm": complaint.alarm,
        "escalated_to": sorted(complaint.escalated_to) or None,
        "extension_asked_at": asked.at if (asked := complaint.extension_pending) else None,
        "recused": sorted(complaint.recused),
        "earlier": list(complaint.earlier),
        "merged_into": complaint.merged_into or None,
        "grouped": bool(complaint.group_of or complaint.members),
        "withdrawal_asked": complaint.withdrawal_asked is not None,
        "disputed": complaint.dispute is not None,
        "supervised": complaint.slip is not None,
        "slip_due_at": complaint.slip_due_at,
        "signature_awaited": to_sign,
        "received_on": complaint.received_at.astimezone(chosen_policy().zone).date(),
        "line": list(figures.line_of(complaint)),
        "cause": complaint.findings.cause if complaint.findings else "",
        "liability": complaint.findings.liability if complaint.findings else "",
        "outcome": figures.outcome_of(complaint).value,
        "timing": timing.value if (timing := figures.timing_of(complaint)) else "",
        "verdict": verdict.value if (verdict := figures.verdict_of(complaint)) else "",
        "replied_at": complaint.replied_at,
        "ratio": figures.ratio_of(complaint),
        "solution": _solution(complaint),
        "sides": _sides(complaint),
        "axes": list(figures.axes_of(complaint, policy_of(complaint.policy))),
        "process": [fact.value for fact in figures.process_of(complaint)],
        "audience": sorted(audience(complaint)),
        "state": write_complaint(complaint).decode(),
    }


def _sides(complaint: Complaint) -> str:
    if complaint.stage not in ENDED:
        return ""
    return figures.sides_of(complaint, policy_of(complaint.policy)) or ""


def _solution(complaint: Complaint) -> str:
    if complaint.stage not in ENDED:  # the pack need not be looked up
        return ""
    solution = solution_of(complaint, policy_of(complaint.policy))
    return solution.value if solution else ""


def is_to_sign(complaint: Complaint) -> bool:
    """待签批, unless somebody else must sign for it first, or it is merged into another."""
    if complaint.stage is not Stage.CHECKED:  # the pack need not be looked up
        return False
    return complaint.is_open and complaint.offer is None and awaits_signature(complaint, policy_of(complaint.policy))


def _mover(complaint: Complaint) -> int | None:
    if complaint.offer:
        return complaint.offer.to
    return None if complaint.stage is Stage.REPLY_DRAFTED else complaint.responsible


COLUMNS = tuple(name for name in column_names(ComplaintRow) if name != "head")


def search_columns_of(complaint: Complaint) -> dict[str, Any]:
    """What the complaint is found by: number, title, statement and wish (sealed texts, so no personal data), its day and month, and who may."""
    found_by = vector(complaint.number, complaint.title, complaint.statement, complaint.wish)
    return {
        "complaint_id": complaint.id,
        "audience": sorted(audience(complaint)),
        "words": f"{found_by} {date_words(complaint.received_at)}",
    }
