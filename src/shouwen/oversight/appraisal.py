"""考核: draw up a period from the record, close it, hear objections (mission D4, C2).

The union officer draws up a period that is over and closes it; until then it can be drawn up again, afterwards its entries
stand for ever. The leader or contact of the unit objects to a fact, the union officer decides. An objection upheld after the
closing changes the corrected score, never the one that stood.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

import msgspec
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from shouwen.casework.models import ComplaintRow
from shouwen.casework.rules import policy_of, standing_policy
from shouwen.core import masking
from shouwen.core.appraisal import AppraisalRule, Fact, Sheet, appraise, facts_of, is_appraised
from shouwen.core.complaint import Complaint, read_complaint
from shouwen.core.complaint.verbs import require_text
from shouwen.core.duties import Duty
from shouwen.core.people import Actor, Unit
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.oversight.models import AppraisalEntry, AppraisalObjection, AppraisalPeriod, ObjectionState, Period
from shouwen.oversight.revisits import Stretch, periods

APPRAISERS = frozenset({Duty.UNION_OFFICER})
READERS = frozenset({Duty.UNION_OFFICER, Duty.LEADER, Duty.CONTACT, Duty.AUDITOR})
OBJECTORS = frozenset({Duty.LEADER, Duty.CONTACT})
AT_ONCE = 1_000
LONGEST = 2_000


class Line(msgspec.Struct, frozen=True):
    """One row of the period: a unit or a person, the sheet as the record gave it and as corrected since."""

    id: int
    name: str
    sheet: Sheet
    corrected: Sheet

    @property
    def is_corrected(self) -> bool:
        return self.corrected.score != self.sheet.score


def reach(actor: Actor) -> frozenset[int]:
    """The units whose appraisal this person reads: those looked after, with all below them; a contact's is the own unit."""
    looking_after = [post for post in actor.posts if post.duty in READERS - {Duty.CONTACT}]
    roots = {post.unit_id if post.duty is Duty.LEADER else post.scope_id for post in looking_after}
    alone = {post.unit_id for post in actor.posts if post.duty is Duty.CONTACT}
    return frozenset(unit.id for unit in directory().units() if not roots.isdisjoint(unit.line)) | alone


def appraised_units(actor: Actor) -> list[Unit]:
    """The institutions that this person draws up: those that a union officer's posts look after."""
    return [
        unit
        for unit_id in sorted({post.scope_id for post in actor.posts if post.duty in APPRAISERS})
        if (unit := directory().unit(unit_id))
    ]


def readable(actor: Actor) -> QuerySet[AppraisalPeriod]:
    """The periods of which this person may read a part. An open one is the appraiser's alone: nobody argues with a draft."""
    own = [unit.id for unit in appraised_units(actor)]
    above = {unit_id for unit in map(directory().unit, reach(actor)) if unit for unit_id in unit.line}
    return AppraisalPeriod.objects.filter(Q(unit__in=own) | Q(unit__in=above, closed_at__isnull=False))


def offered(unit_id: int, today: date) -> list[Stretch]:
    """The last complete quarters, the newest first, without those that are closed."""
    closed = AppraisalPeriod.objects.filter(unit=unit_id, closed_at__isnull=False).values_list("first", flat=True)
    done = set(closed)
    return [each for each in periods(Period.QUARTER, today) if each.first not in done]


@transaction.atomic
def draw_up(actor: Actor, unit_id: int, first: date, now: datetime) -> AppraisalPeriod:
    """拟定考核. Refused: not this person's institution, a period that is not over or not offered, one that is closed."""
    person = _appraiser(actor, unit_id)
    today = working_calendar().local_date(now)
    stretch = next((each for each in offered(unit_id, today) if each.first == first), None)
    if stretch is None:
        raise _not_offered()
    told = {"last": stretch.last, "policy": standing_policy(stretch.last).key, "drawn_by": person, "drawn_at": now}
    period, _ = AppraisalPeriod.objects.update_or_create(unit=unit_id, first=first, defaults=told)
    if period.closed_at is not None:  # a colleague closed it while this one waited for the row
        raise _not_offered()
    period.entries.all().delete()
    batch: list[AppraisalEntry] = []
    for complaint in _ended(unit_id, stretch):
        batch.append(_entry(period, complaint))
        if len(batch) == AT_ONCE:
            AppraisalEntry.objects.bulk_create(batch)
            batch.clear()
    AppraisalEntry.objects.bulk_create(batch)
    return period


def _not_offered() -> Refusal:
    return Refusal(
        "period-not-offered",
        Text(
            "只能拟定最近已结束且尚未结账的季度，请重新选择。",
            "Only the last complete quarters that are not closed can be drawn up. Choose again.",
        ),
        field="first",
    )


def _appraiser(actor: Actor, unit_id: int) -> int:
    if actor.id is None or all(unit.id != unit_id for unit in appraised_units(actor)):
        raise Refusal(
            "not-your-institution",
            Text(
                "考核由本级工会拟定和结账。",
                "The union officer of the institution draws up and closes its appraisal.",
            ),
            field="unit",
        )
    return actor.id


def _ended(unit_id: int, stretch: Stretch) -> Iterator[Complaint]:
    """The appraised complaints of the unit and all below it that ended within the period, along `complaint_ended`."""
    zone = working_calendar().zone
    begin = datetime.combine(stretch.first, time(), zone)
    end = datetime.combine(stretch.last + timedelta(1), time(), zone)
    below = [unit.id for unit in directory().units() if unit_id in unit.line]
    rows = ComplaintRow.objects.filter(unit__in=below, ended_at__gte=begin, ended_at__lt=end, secret=False)
    for state in rows.values_list("state", flat=True).iterator(chunk_size=AT_ONCE):
        complaint = read_complaint(state)
        if is_appraised(complaint):
            yield complaint


def _entry(period: AppraisalPeriod, complaint: Complaint) -> AppraisalEntry:
    facts = facts_of(complaint, policy_of(complaint.policy))
    return AppraisalEntry(
        period=period,
        complaint_id=complaint.id,
        unit=complaint.handling_unit,
        person=complaint.findings.by if complaint.findings else complaint.responsible,
        facts=sorted(fact.value for fact in facts),
    )


@transaction.atomic
def close(actor: Actor, period: AppraisalPeriod, now: datetime) -> AppraisalPeriod:
    """结账: from now on the entries stand. A period that is closed stays as it is."""
    person = _appraiser(actor, period.unit)
    held = AppraisalPeriod.objects.select_for_update().get(id=period.id)
    if held.closed_at is None:
        held.closed_by, held.closed_at, held.digest = person, now, digest_of(held)
        held.save()
    return held


def digest_of(period: AppraisalPeriod) -> bytes:
    """SHA-256 over all entries in the order of their complaints."""
    found = hashlib.sha256()
    columns = ("complaint_id", "unit", "person", "facts")
    for entry in period.entries.order_by("complaint_id").values_list(*columns).iterator(chunk_size=AT_ONCE):
        found.update(msgspec.json.encode(entry))
    return found.digest()


def by_unit(period: AppraisalPeriod, units: frozenset[int]) -> list[Line]:
    """The sheet of each of these units that handled a complaint, the best score first, those with few complaints last."""
    names = {unit.id: unit.name for unit in directory().units()}
    return _lines(period, period.entries.filter(unit__in=units), "unit", names)


def by_person(period: AppraisalPeriod, actor: Actor) -> list[Line]:
    """The sheet of each person of the units that this person leads or appraises; for everybody else the own one alone."""
    led = {post.unit_id for post in actor.posts if post.duty is Duty.LEADER}
    seen = led if period.unit not in {unit.id for unit in appraised_units(actor)} else reach(actor)
    entries = period.entries.filter(Q(unit__in=seen) | Q(person=actor.id)).exclude(person=None)
    people = [directory().person(key) for key in set(entries.values_list("person", flat=True)) if key is not None]
    return _lines(period, entries, "person", {person.id: person.name for person in people if person})


def _lines(period: AppraisalPeriod, entries: QuerySet[AppraisalEntry], key: str, names: dict[int, str]) -> list[Line]:
    rule = policy_of(period.policy).appraisal
    upheld = AppraisalObjection.objects.filter(entry=OuterRef("pk"), state=ObjectionState.UPHELD)
    counted = {}
    for fact in Fact:
        found_on_record = Q(facts__contains=[fact.value])
        counted[f"then_{fact.value}"] = Count("pk", filter=found_on_record)
        counted[f"now_{fact.value}"] = Count("pk", filter=found_on_record & ~Q(Exists(upheld.filter(fact=fact.value))))
    found = entries.order_by().values(key).annotate(complaints=Count("pk"), **counted)
    lines = [_line(row, row[key], names.get(row[key], ""), rule) for row in found]
    return sorted(lines, key=lambda line: (line.sheet.few, -line.corrected.score, line.name))


def _line(row: dict[str, int], key: int, name: str, rule: AppraisalRule) -> Line:
    then, now = (
        appraise(rule, row["complaints"], {fact.value: row[f"{when}_{fact.value}"] for fact in Fact})
        for when in ("then", "now")
    )
    return Line(key, name, then, now)


def behind(period: AppraisalPeriod, unit_id: int, fact: str) -> QuerySet[AppraisalEntry]:
    """The entries behind a figure: those of the unit with this fact, or all that count when no fact is named."""
    entries = period.entries.filter(unit=unit_id).order_by("complaint_id").prefetch_related("objections")
    return entries.filter(facts__contains=[fact]) if fact else entries


def may_object(actor: Actor, entry: AppraisalEntry) -> bool:
    return any(post.duty in OBJECTORS and post.unit_id == entry.unit for post in actor.posts)


def object_to(actor: Actor, entry: AppraisalEntry, fact: str, reason: str, now: datetime) -> AppraisalObjection:
    """提出异议 to a fact of a closed period. Refused: not of this person's unit, without reason, a fact not found, objected to already."""
    if actor.id is None or not may_object(actor, entry):
        raise Refusal(
            "not-your-appraisal",
            Text("异议由本单位负责人或联系人提出。", "The unit's leader or contact objects."),
        )
    reason = reason.strip()[:LONGEST]
    require_text(reason, "reason", Text("异议理由", "Reason of the objection"))
    if entry.period.closed_at is None or fact not in entry.facts:
        raise Refusal(
            "no-such-fact",
            Text(
                "该投诉在本期没有这项扣分，请重新选择。",
                "This complaint has no such item in this period. Choose again.",
            ),
            field="fact",
        )
    made, is_new = AppraisalObjection.objects.get_or_create(
        entry=entry, fact=fact, defaults={"reason": masking.seal(reason).text, "by": actor.id, "at": now}
    )
    if not is_new:
        raise Refusal(
            "objected-already",
            Text(
                "这一项已提出过异议，请查看处理结果。",
                "An objection to this item was made already. See what was decided.",
            ),
            field="fact",
        )
    return made


@transaction.atomic
def decide(actor: Actor, objection: AppraisalObjection, *, upheld: bool, words: str, now: datetime) -> None:
    """处理异议, with the reason. Refused: not this person's institution, the own objection, decided already, without reason."""
    held = (
        AppraisalObjection.objects.select_for_update(of=("self",)).select_related("entry__period").get(id=objection.id)
    )
    person = _appraiser(actor, held.entry.period.unit)
    words = words.strip()[:LONGEST]
    require_text(words, "words", Text("处理意见", "Reason of the decision"))
    if held.by == person or held.entry.person == person:
        raise Refusal(
            "own-objection",
            Text(
                "不能处理自己提出或与自己有关的异议，请交同事处理。",
                "Nobody decides on an objection of their own. Leave it to a colleague.",
            ),
        )
    if held.state != ObjectionState.OPEN:
        raise Refusal("decided-already", Text("该异议已有处理结果。", "This objection is decided already."))
    held.state = ObjectionState.UPHELD if upheld else ObjectionState.REFUSED
    held.decision, held.decided_by, held.decided_at = masking.seal(words).text, person, now
    held.save()


def objections(period: AppraisalPeriod, units: frozenset[int]) -> QuerySet[AppraisalObjection]:
    """The objections to the entries of these units, those to decide first."""
    return (
        AppraisalObjection.objects.filter(entry__period=period, entry__unit__in=units)
        .select_related("entry")
        .order_by(F("decided_at").asc(nulls_first=True), "id")
    )


def open_objections(periods: Sequence[AppraisalPeriod], units: frozenset[int]) -> dict[int, int]:
    """待处理的异议 of these units by period, in one question; a period without one is left out."""
    rows = AppraisalObjection.objects.filter(
        entry__period__in=periods, entry__unit__in=units, state=ObjectionState.OPEN
    )
    return dict(rows.values_list("entry__period").annotate(Count("id")))
