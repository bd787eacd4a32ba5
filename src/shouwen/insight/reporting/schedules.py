"""定期报送: what is drawn up when a period is over, and for whom; by default the hotline's statistics for the union of its level."""

from datetime import date, datetime
from itertools import islice

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from shouwen.core.duties import Duty
from shouwen.core.people import Actor, Person, Unit, UnitKind
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.insight import statistics
from shouwen.insight.periods import EARLIEST
from shouwen.insight.reporting.models import Rhythm, ScheduledReport
from shouwen.insight.reporting.report import Kind
from shouwen.insight.reporting.rhythms import closed
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory

SCHEDULERS = frozenset({Duty.HOTLINE_SUPERVISOR, Duty.UNION_OFFICER})
RECIPIENTS = (Duty.UNION_OFFICER, Duty.OFFICE_OFFICER, Duty.FUNCTIONAL_OFFICER, Duty.LEADER, Duty.AUDITOR)
MOST_PAST = 60
"""Periods that are over when a report is ordered: five years of months. Source: bank-default."""
USUAL_RHYTHM, USUAL_DUTY = Rhythm.MONTH, Duty.UNION_OFFICER
"""What the form begins with. Source: mission C1 for the union; bank-default for the month."""


def units(actor: Actor) -> list[Unit]:
    """The units whose reports this person orders: those that the hotline supervisor or union officer looks after."""
    tops = {post.scope_id for post in actor.posts if post.duty in SCHEDULERS}
    return [unit for unit in directory().open_units() if not tops.isdisjoint(unit.line)]


def readable(actor: Actor) -> QuerySet[ScheduledReport]:
    """The schedules on units of which this person reads statistics."""
    tops = {unit.id for unit in statistics.roots(actor)}
    within = [unit.id for unit in directory().units() if not tops.isdisjoint(unit.line)]
    return ScheduledReport.objects.filter(unit__in=within)


def is_recipient(actor: Actor, schedule: ScheduledReport) -> bool:
    """Whether one of this person's posts is that for which the paper is drawn up."""
    return any(post.duty == schedule.duty and post.scope_id == schedule.to_unit for post in actor.posts)


def recipients(schedule: ScheduledReport, on: date) -> tuple[Person, ...]:
    """Who holds the duty in the institution and its departments on that day and is there; everybody who holds it, if nobody is."""
    people, duty = directory(), Duty(schedule.duty)
    rooms = [unit.id for unit in people.units() if unit.institution_id == schedule.to_unit]
    held = {person.id: person for room in rooms for person in people.holders(duty, room, on)}
    present = tuple(person for person in held.values() if not people.is_absent(person.id, on))
    return present or tuple(held.values())


def order(
    actor: Actor, kind: str, unit: Unit | None, rhythm: str, duty: str, since: date, now: datetime
) -> ScheduledReport:
    """设定定期报送. Refused: a unit out of reach, no such kind, rhythm or duty, nobody who holds it, a day that has not come or is very
    old, more than `MOST_PAST` periods that are over, and what is ordered already."""
    today = working_calendar().local_date(now)
    _require_mine(actor, unit)
    assert unit is not None
    if kind not in set(Kind) or rhythm not in Rhythm.values or duty not in RECIPIENTS:
        raise Refusal(
            "schedule-unknown",
            Text("请从列表中选择报表、周期和接收岗位。", "Choose report, rhythm and recipient from the lists."),
        )
    if not EARLIEST <= since <= today:
        raise Refusal(
            "since-unlikely",
            Text("起始日期应在今天或以前，请核对。", "The first day must be today or before. Check it."),
            field="since",
        )
    if len(list(islice(closed(rhythm, since, today), MOST_PAST + 1))) > MOST_PAST:
        raise Refusal(
            "since-too-long-ago",
            Text(
                f"一次最多补制 {MOST_PAST} 期，请把起始日期改近，或选择较长的周期。",
                f"At most {MOST_PAST} periods that are over are drawn up. Choose a later first day, or a longer rhythm.",
            ),
            field="since",
        )
    made = ScheduledReport(
        kind=kind,
        unit=unit.id,
        rhythm=rhythm,
        duty=duty,
        to_unit=unit.institution_id,
        since=since,
        made_by=actor.id,
        made_at=now,
    )
    if not recipients(made, today):
        raise Refusal(
            "no-recipient",
            Text(
                "该机构目前没有这个岗位的人员，请选择其他接收岗位，或请管理员先任命。",
                "Nobody holds this duty in that institution. Choose another, or ask the administrator to appoint somebody.",
            ),
            field="duty",
        )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise Refusal(
            "ordered-already",
            Text(
                "这个机构已有相同周期的同一报表，请先停止原来的设定。",
                "This report is drawn up for this unit in this rhythm already. End that schedule first.",
            ),
            field="kind",
        ) from error
    return made


def order_usual(now: datetime) -> int:
    """默认报送: a hotline's statistics for the union of its level, where nothing was ever decided about them. Returns how many."""
    today, people, made = working_calendar().local_date(now), directory(), 0
    decided = set(ScheduledReport.objects.filter(kind=Kind.STATISTICS).values_list("unit", flat=True))
    hotlines = [unit for unit in people.open_units() if unit.kind is UnitKind.HOTLINE]
    for institution in {unit.institution_id for unit in hotlines} - decided:
        usual = ScheduledReport(
            kind=Kind.STATISTICS,
            unit=institution,
            rhythm=USUAL_RHYTHM,
            duty=USUAL_DUTY,
            to_unit=institution,
            since=today,
            made_at=now,
        )
        if recipients(usual, today):
            ScheduledReport.objects.bulk_create([usual], ignore_conflicts=True)
            made += 1
    return made


def end(actor: Actor, schedule: ScheduledReport, now: datetime) -> None:
    """停止报送. What is archived stays. One that has ended stays as it is. Refused: a unit out of reach."""
    _require_mine(actor, directory().unit(schedule.unit))
    ScheduledReport.objects.filter(id=schedule.id, ended_at=None).update(ended_by=actor.id, ended_at=now)


def _require_mine(actor: Actor, unit: Unit | None) -> None:
    if unit is None or actor.id is None or unit not in units(actor):
        raise Refusal(
            "unit-not-yours",
            Text(
                "定期报送由热线主管或工会专员为本机构及下级设定，请重新选择机构。",
                "The hotline supervisor or union officer orders reports on the own institution and those below. Choose another unit.",
            ),
            field="unit",
        )
