"""立项: a finding becomes a warning with owner and due date, or joins the open one of its series (mission E3)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.urls import reverse

from shouwen.casework.follow_ups import tell_colleague
from shouwen.casework.models import ComplaintRow
from shouwen.casework.rules import standing_policy
from shouwen.core.duties import Duty, scope_key
from shouwen.core.early_warning import Finding
from shouwen.core.people import Person, Unit
from shouwen.core.watch_rules import Per, Reached
from shouwen.insight.watching.models import RULE_WORDS, EarlyWarning, State, WarningEvidence, WarningStep, WatchRule
from shouwen.insight.watching.series import Key
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

STAND_INS = (Duty.UNION_OFFICER, Duty.HOTLINE_SUPERVISOR)
"""Who owns a warning where the unit has no leader who is there, in this order."""


def record(key: Key, found: Sequence[Finding | Reached], now: datetime, rule: WatchRule | None = None) -> bool:
    """Write what was found of one series on one day; returns whether a warning was raised.

    While one is open, more days are evidence of it. A complaint stands in one warning: after it is closed another is raised only for days after its
    last. Again the same changes nothing. A unit that is gone, or that nobody looks after, raises none.
    """
    last = EarlyWarning.objects.filter(rule=rule, unit=key.unit, dimension=key.dimension, code=key.code).order_by("-id")
    before = last.first()
    if before is not None and not before.is_closed:
        return _add(before, found, rule, now) and False
    fresh = [each for each in found if before is None or each.first > before.last_on]
    if not fresh:
        return False
    made = _raise(key, fresh, now, rule)
    return made is not None


def _raise(key: Key, found: Sequence[Finding | Reached], now: datetime, rule: WatchRule | None) -> EarlyWarning | None:
    unit, today = directory().unit(key.unit), working_calendar().local_date(now)
    if unit is None:
        return None
    first, last = min(each.first for each in found), max(each.day for each in found)
    owner = owner_of(unit, today, left_out=_not(key) | complained_about(unit.id, first, last))
    if owner is None:
        return None
    made = EarlyWarning.objects.create(
        rule=rule,
        unit=unit.id,
        line=list(unit.line),
        dimension=key.dimension,
        code=key.code,
        first_on=first,
        last_on=last,
        owner=owner.id,
        due_on=working_calendar().add_working_days(today, standing_policy(today).early_warning.due_working_days),
        made_at=now,
        said={name: getattr(rule, name) for name in RULE_WORDS} if rule is not None else None,
    )
    _evidence(made, found, rule)
    step(made, "raised", now, person=owner.id)
    tell(made, owner.id, "raised", "请核实原因并按期结案")
    return made


def _not(key: Key) -> frozenset[int]:
    """Who complaints are about does not look into them."""
    return frozenset({int(key.code)}) if key.dimension == Per.EMPLOYEE else frozenset()


def complained_about(unit: int, first: date, last: date) -> frozenset[int]:
    """Whom complaints of a unit and those below in these days are about (回避): they neither own nor work on its warnings. Not by secret ones, for
    who is kept out would know of them."""
    zone = working_calendar().zone
    begin, end = datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)
    rows = ComplaintRow.objects.filter(received_at__gte=begin, received_at__lt=end, employee_about__isnull=False)
    rows = rows.filter(audience__contains=[scope_key(unit)], line__contains=[unit], secret=False)
    return frozenset(each for each in rows.values_list("employee_about", flat=True) if each is not None)


def _add(held: EarlyWarning, found: Sequence[Finding | Reached], rule: WatchRule | None, now: datetime) -> bool:
    last = max(each.day for each in found)
    if not _evidence(held, found, rule):
        return False
    if last > held.last_on:
        EarlyWarning.objects.filter(id=held.id).update(last_on=last)
        step(held, "more", now, text=str(last))
    return True


def _evidence(held: EarlyWarning, found: Sequence[Finding | Reached], rule: WatchRule | None) -> bool:
    known = set(held.evidence.values_list("day", "first"))
    new = [each for each in found if (each.day, each.first) not in known]
    WarningEvidence.objects.bulk_create([_row(held, each, rule) for each in new], ignore_conflicts=True)
    return bool(new)


def _row(held: EarlyWarning, each: Finding | Reached, rule: WatchRule | None) -> WarningEvidence:
    row = WarningEvidence(warning=held, day=each.day, first=each.first, observed=each.observed)
    if isinstance(each, Finding):
        row.expected, row.chance, row.baseline_days = each.expected, each.chance, each.baseline_days
    else:
        row.expected = float(rule.count if rule is not None else 0)
    return row


def owner_of(unit: Unit, on: date, left_out: frozenset[int] = frozenset()) -> Person | None:
    """责任人 by duty: the unit's own leader who is there; else the union officer or hotline supervisor of the nearest institution above that has
    one; else whoever leads further up, there or not."""
    people = directory()

    def fits(person: Person | None) -> bool:
        return person is not None and person.id not in left_out and not people.is_absent(person.id, on)

    own = next((each for each in people.holders(Duty.LEADER, unit.id, on) if fits(each)), None)
    if own is not None:
        return own
    above = unit.line[:-1] or unit.line
    for institution in reversed(above):
        rooms = [each.id for each in people.units() if each.institution_id == institution]
        for duty in STAND_INS:
            found = next((each for room in rooms for each in people.holders(duty, room, on) if fits(each)), None)
            if found is not None:
                return found
    leaders = (people.leader(each) for each in reversed(unit.line))
    return next((each for each in leaders if each is not None and each.id not in left_out), None)


def escalate(now: datetime) -> int:
    """上报: what is past its day and not closed is told to the superior's leader, once; returns how many."""
    today, told = working_calendar().local_date(now), 0
    late = EarlyWarning.objects.exclude(state=State.CLOSED).filter(due_on__lt=today, escalated_at=None)
    for held in late.order_by("id").select_for_update(skip_locked=True):
        superior = _superior(held, today)
        held.escalated_at, held.escalated_to = now, superior.id if superior else None
        held.save(update_fields=["escalated_at", "escalated_to"])
        step(held, "escalated", now, person=held.escalated_to)
        if superior is not None:
            tell(held, superior.id, "escalated", "已超过办理期限，现上报给您")
        told += 1
    return told


def _superior(held: EarlyWarning, today: date) -> Person | None:
    """The leader above the unit who is not the owner; of the head office itself, its union officer or hotline supervisor."""
    people = directory()
    about = complained_about(held.unit, held.first_on, held.last_on)
    left_out = {held.owner, *_not(Key(held.unit, held.dimension, held.code)), *about}
    leaders = (people.leader(each) for each in reversed(held.line[:-1]))
    found = next((each for each in leaders if each is not None and each.id not in left_out), None)
    if found is not None:
        return found
    top = held.line[0]
    rooms = [each.id for each in people.units() if each.institution_id == top]
    others = (each for duty in STAND_INS for room in rooms for each in people.holders(duty, room, today))
    return next((each for each in others if each.id not in left_out), None)


def step(
    held: EarlyWarning, what: str, now: datetime, *, by: int | None = None, person: int | None = None, text: str = ""
) -> None:
    WarningStep.objects.create(warning=held, at=now, what=what, by=by, person=person, text=text)


def tell(held: EarlyWarning, person: int, what: str, reminder: str) -> None:
    """告知 one colleague, once for each step; names neither series nor people."""
    tell_colleague(
        person,
        key=f"warning:{held.id}:{what}:{person}:{held.steps.count()}",
        matter=f"监测预警 {held.number}",
        reminder=reminder,
        path=reverse("desk:warning", args=[held.number]),
    )
