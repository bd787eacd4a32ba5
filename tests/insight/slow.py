"""A slow count of the statistics, from the journals alone, by other means than the program's."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta, timezone
from math import gcd
from typing import Any

from shouwen.casework.models import JournalEntry
from shouwen.core.complaint import Complaint, read_event, replay
from shouwen.insight.figures import MEASURES, Counts, Period

BEIJING = timezone(timedelta(hours=8))
Lines = dict[tuple[str, str], Counts]


def complaints() -> Iterator[Complaint]:
    for complaint_id in JournalEntry.objects.order_by().values_list("complaint_id", flat=True).distinct():
        bodies = JournalEntry.objects.filter(complaint_id=complaint_id).order_by("seq").values_list("body", flat=True)
        complaint = replay([read_event(body) for body in bodies])
        assert complaint is not None
        yield complaint


def day_of(complaint: Complaint) -> date:
    return complaint.received_at.astimezone(BEIJING).date()


def measures(complaint: Complaint) -> dict[str, int]:
    """What one complaint adds to each measure, told anew in plain words."""
    stage, asked, clock = complaint.stage.value, complaint.satisfaction, complaint.clock("reply")
    told = dict.fromkeys(MEASURES, 0) | {"received": 1}
    ends = {"closed": "answered", "declined": "declined", "withdrawn": "withdrawn"}
    told[ends.get(_ended_as(complaint) if stage == "archived" else stage, "open")] = 1
    if complaint.replied_at is not None:
        told["replied"] = 1
        told["reply_seconds"] = (complaint.replied_at - complaint.received_at) // timedelta(seconds=1)
        if clock is not None and clock.stopped is not None:
            told["in_time" if clock.kept else "late"] = 1
    if asked is not None:
        told[_verdict(asked.expectation, asked.perception)] = 1
    return told


def _ended_as(complaint: Complaint) -> str:
    """How it ended before it was archived: the last event that ended it."""
    ended = {"closed": "closed", "carried_over": "closed", "declined": "declined", "withdrawn": "withdrawn"}
    return [ended[event["event"]] for event in events(complaint) if event["event"] in ended][-1]


def _verdict(expectation: int | None, perception: int | None) -> str:
    if not expectation or not perception:
        return "unmeasured"
    ratio = expectation / perception
    return "dissatisfied" if ratio > 1 else "satisfied" if ratio == 1 else "delighted"


def ratio(complaint: Complaint) -> str:
    asked = complaint.satisfaction
    if asked is None or not asked.expectation or not asked.perception:
        return ""
    shared = gcd(asked.expectation, asked.perception)
    return f"{asked.expectation // shared}/{asked.perception // shared}"


def solution(complaint: Complaint) -> str:
    """By the pack boc-2008: fast is within the target, or within the limit where there is none; said anew in plain words."""
    end = _end(complaint)
    if end != "closed":
        return "declined" if end == "declined" else ""
    clock = complaint.clock("reply")
    in_time = clock is not None and clock.stopped is not None and bool(clock.kept)
    on_target = in_time and (clock.target is None or clock.stopped <= clock.target.at)
    fast = on_target and complaint.reopened == 0
    called = [revisit.satisfied for revisit in complaint.revisits if revisit.reached]
    lost = complaint.dispute_outcome in ("bank_wins", "both_lose")
    unsolved = complaint.review_asked_at or complaint.reviewers or called[-1:] == [False] or lost
    return f"{'fast' if fast else 'slow'}_{'unsolved' if unsolved else 'solved'}"


def _end(complaint: Complaint) -> str:
    """The kind of the entry that ended it last."""
    kinds = JournalEntry.objects.filter(complaint_id=complaint.id).order_by("seq").values_list("kind", flat=True)
    ends = [kind for kind in kinds if kind in ("declined", "withdrawn", "closed", "reopened")]
    return ends[-1] if ends else ""


def codes(complaint: Complaint, unit: int) -> dict[str, str]:
    line = next(line for line in complaint.involved if line[-1] == complaint.handling_unit)
    below = line[line.index(unit) + 1 :]
    told = measures(complaint)
    verdict = {"dissatisfied": "above", "satisfied": "equal", "delighted": "below", "unmeasured": "unmeasured"}
    return {
        "all": "",
        "unit": str(below[0] if below else unit),
        "class": complaint.class_,
        "cause": complaint.findings.cause if complaint.findings else "",
        "channel": complaint.channel,
        "anonymous": "yes" if complaint.anonymous else "no",
        "outcome": next(name for name in ("open", "answered", "declined", "withdrawn") if told[name]),
        "liability": complaint.findings.liability if complaint.findings else "",
        "verdict": next((code for name, code in verdict.items() if told[name]), ""),
        "ratio": ratio(complaint),
        "solution": solution(complaint),
        "sides": sides(complaint),
    }


BANKS_FAULT = {"partly", "fully"}


def sides(complaint: Complaint) -> str:
    """双赢 by the pack boc-2008, said anew in plain words."""
    if _end(complaint) != "closed":
        return ""
    if complaint.dispute_outcome:
        return complaint.dispute_outcome
    told = measures(complaint)
    happy, unhappy = told["satisfied"] + told["delighted"], told["dissatisfied"]
    if not (happy or unhappy) or complaint.findings is None:
        return ""
    paid = complaint.dispute is not None and complaint.dispute.paid is not None and complaint.dispute.paid.amount > 0
    bank = complaint.findings.liability not in BANKS_FAULT and not paid
    return {(1, True): "both_win", (1, False): "customer_wins", (0, True): "bank_wins", (0, False): "both_lose"}[
        happy, bank
    ]


AXES = {"business_channel", "business_type", "cause"}
SAY_SERVICE = {"attitude", "service_manner"}
"""Class and cause of `boc-2008` that count as service on the axis of causes."""


def events(complaint: Complaint) -> list[Any]:
    bodies = JournalEntry.objects.filter(complaint_id=complaint.id).order_by("seq").values_list("body", flat=True)
    return [json.loads(body) for body in bodies]


def categories(complaint: Complaint) -> dict[str, str]:
    """统计归类: what was chosen last on each axis, else service where class or cause says so."""
    chosen: dict[str, str] = {}
    for event in events(complaint):
        if event["event"] == "categorised":
            chosen |= event["chosen"]
    said = {complaint.class_, complaint.findings.cause if complaint.findings else ""}
    told = {"cause": "service"} if said & SAY_SERVICE else {}
    return told | {axis: code for axis, code in chosen.items() if axis in AXES and code}


def process(complaint: Complaint) -> set[str]:
    """过程: by the kinds of events alone."""
    kinds = {event["event"] for event in events(complaint)}
    facts = {"supervised": "slip_issued", "slip_returned": "slip_returned", "extended": "extension_granted"}
    told = {fact for fact, kind in facts.items() if kind in kinds}
    if any(slip.late for slip in complaint.supervision):
        told.add("slip_late")
    if measures(complaint)["answered"] and "reply_drafted" not in kinds:
        told.add("incomplete")
    return told


def keys(complaint: Complaint, unit: int) -> list[tuple[str, str]]:
    """Every dimension with every code under which the complaint counts for the unit."""
    told = codes(complaint, unit)
    axes = [("axis", f"{axis}:{code}") for axis, code in categories(complaint).items()]
    return [*told.items(), *axes, *(("process", f"{told['unit']}:{fact}") for fact in process(complaint))]


def counted(complaint: Complaint, unit: int, period: Period, hidden_from: int | None = None) -> bool:
    if complaint.secret or complaint.merged_into or not period.first <= day_of(complaint) <= period.last:
        return False
    if hidden_from is not None and (complaint.employee_about == hidden_from or hidden_from in complaint.recused):
        return False
    return any(line[-1] == complaint.handling_unit and unit in line for line in complaint.involved)


def count(unit: int, period: Period, hidden_from: int | None = None) -> Lines:
    """All figures of the unit and what is below it."""
    sums: dict[tuple[str, str], Counter[str]] = {}
    for complaint in complaints():
        if counted(complaint, unit, period, hidden_from):
            for key in keys(complaint, unit):
                sums.setdefault(key, Counter()).update(measures(complaint))
    return {key: Counts(**counts) for key, counts in sums.items()}
