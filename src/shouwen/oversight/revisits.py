"""定期回访: make a plan, draw its sample, record what the customer says (mission C2, C3).

A draw takes the closed and archived complaints that ended within the period, were handled by the plan's unit or one below it, are
neither secret nor anonymous, and left a way to be reached. The seed is the program's own and is kept; nobody chooses it, and a
period is drawn once, so that nobody draws until the sample pleases.
"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet

from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow
from shouwen.core.complaint import Complaint, Stage
from shouwen.core.complaint.revisiting import RecordRevisit
from shouwen.core.duties import Duty, scope_key
from shouwen.core.people import Actor, Post, Unit
from shouwen.core.refusal import Refusal
from shouwen.core.sampling import SampleSize, drawn, require_size
from shouwen.core.text import Text
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.oversight.models import Outcome, Period, RevisitDraw, RevisitPlan, RevisitSample

CALLERS = (Duty.CONTACT, Duty.LEADER, Duty.UNION_OFFICER, Duty.HOTLINE_SUPERVISOR)
"""Who may be asked to call."""
PLANNERS = frozenset({Duty.LEADER, Duty.UNION_OFFICER, Duty.HOTLINE_SUPERVISOR})
MONTHS = {Period.MONTH: 1, Period.QUARTER: 3}
SEED_BYTES = 8
OFFERED_PERIODS = 4
ENDED = (Stage.CLOSED.value, Stage.ARCHIVED.value)


class Stretch(msgspec.Struct, frozen=True, order=True):
    """一个周期: `first` to `last`, both with, days of the bank's zone."""

    first: date
    last: date


def reach_of(post: Post) -> int:
    """The unit that a post looks after for revisits, with all below it; a contact's is the own unit."""
    return post.unit_id if post.duty in (Duty.LEADER, Duty.CONTACT) else post.scope_id


def units_of(actor: Actor, duties: Sequence[Duty] | frozenset[Duty]) -> list[Unit]:
    """The units that this person's posts with these duties look after, each after the one above it."""
    reached = {reach_of(post) for post in actor.posts if post.duty in duties}
    return [unit for unit in directory().units() if not reached.isdisjoint(unit.line)] if reached else []


def plans_of(actor: Actor) -> QuerySet[RevisitPlan]:
    """The standing plans of the units that this person looks after."""
    return RevisitPlan.objects.filter(unit__in=[unit.id for unit in units_of(actor, CALLERS)], ended_at=None)


def may_plan(actor: Actor, unit_id: int) -> bool:
    return any(unit.id == unit_id for unit in units_of(actor, PLANNERS))


def make_plan(actor: Actor, unit_id: int, period: Period, size: SampleSize, duty: Duty, now: datetime) -> RevisitPlan:
    """制定回访计划. It takes the place of the unit's former one, whose draws stay."""
    if actor.id is None or not may_plan(actor, unit_id):
        raise _not_yours()
    require_size(size)
    if duty not in CALLERS:
        raise Refusal(
            "revisit-duty",
            Text("该岗位不负责回访，请选择其他岗位。", "This duty does not revisit. Choose another."),
            field="duty",
        )
    with transaction.atomic():
        RevisitPlan.objects.select_for_update().filter(unit=unit_id, ended_at=None).update(ended_at=now)
        return RevisitPlan.objects.create(
            unit=unit_id,
            period=period,
            percent=size.percent,
            count=size.count,
            duty=duty.value,
            made_by=actor.id,
            made_at=now,
        )


def _not_yours() -> Refusal:
    return Refusal(
        "not-your-unit",
        Text(
            "回访计划由本单位负责人或上级工会、热线主管制定和抽样。",
            "The unit's leader, or the union officer or hotline supervisor above it, makes the plan and draws.",
        ),
        field="unit",
    )


def periods(period: Period, today: date) -> list[Stretch]:
    """The last complete periods, the newest first."""
    months = MONTHS[period]
    end = date(today.year, (today.month - 1) // months * months + 1, 1) - timedelta(1)
    found: list[Stretch] = []
    for _ in range(OFFERED_PERIODS):
        number = end.year * 12 + end.month - months
        found.append(Stretch(date(number // 12, number % 12 + 1, 1), end))
        end = found[-1].first - timedelta(1)
    return found


def frame_of(plan: RevisitPlan, stretch: Stretch) -> QuerySet[ComplaintRow]:
    """抽样框: the complaints that this plan could draw from the stretch."""
    zone = working_calendar().zone
    begin = datetime.combine(stretch.first, time(), zone)
    end = datetime.combine(stretch.last + timedelta(1), time(), zone)
    below = [unit.id for unit in directory().units() if plan.unit in unit.line]
    rows = ComplaintRow.objects.filter(
        audience__contains=[scope_key(plan.unit)],
        unit__in=below,
        stage__in=ENDED,
        secret=False,
        anonymous=False,
        ended_at__gte=begin,
        ended_at__lt=end,
    )
    return rows.extra(where=["(state->'contact_given')::jsonb ?| array['phone', 'email']"])


def draw(actor: Actor, plan: RevisitPlan, first: date, now: datetime) -> RevisitDraw:
    """抽样 for the period that begins on `first`. Refused: not this person's, not complete yet, drawn already, nothing to draw from."""
    if actor.id is None or not may_plan(actor, plan.unit):
        raise _not_yours()
    today = working_calendar().local_date(now)
    stretch = next((each for each in periods(Period(plan.period), today) if each.first == first), None)
    if stretch is None:
        raise Refusal(
            "period-not-offered",
            Text("只能抽取最近已结束的周期，请重新选择。", "Only the last complete periods are drawn. Choose again."),
            field="first",
        )
    numbers = dict(frame_of(plan, stretch).values_list("number", "id"))
    if not numbers:
        raise Refusal(
            "nothing-to-draw",
            Text(
                "该周期没有可回访的已办结投诉，无需抽样。", "No complaint that could be revisited ended in this period."
            ),
            field="first",
        )
    seed = secrets.token_hex(SEED_BYTES)
    chosen = drawn(numbers, seed, SampleSize(plan.percent, plan.count))
    try:
        with transaction.atomic():
            made = RevisitDraw.objects.create(
                plan=plan,
                first=stretch.first,
                last=stretch.last,
                seed=seed,
                frame=len(numbers),
                drawn_by=actor.id,
                drawn_at=now,
            )
            RevisitSample.objects.bulk_create(
                RevisitSample(draw=made, place=place, complaint_id=numbers[number])
                for place, number in enumerate(chosen, 1)
            )
    except IntegrityError as error:
        raise Refusal(
            "drawn-already",
            Text("该周期已抽样，样本不再更改。", "This period is drawn already. Its sample stands."),
            field="first",
        ) from error
    return made


def record(
    actor: Actor, sample: RevisitSample, *, reached: bool, satisfied: bool | None, words: str, now: datetime
) -> Complaint:
    """记录回访结果 on the complaint's journal and in the sample, both or neither."""
    with transaction.atomic():
        held = RevisitSample.objects.select_for_update().get(id=sample.id)
        command = RecordRevisit(sample=f"H{held.draw_id}", reached=reached, satisfied=satisfied, words=words)
        complaint = handle(command, actor=actor, complaint=held.complaint_id, now=now)
        held.outcome = _outcome(complaint)
        held.tries += 1
        held.done_by, held.done_at = actor.id, now
        held.save()
    return complaint


def _outcome(complaint: Complaint) -> Outcome:
    last = complaint.revisits[-1]
    if not last.reached:
        return Outcome.UNREACHED
    return Outcome.SATISFIED if last.satisfied else Outcome.DISSATISFIED


def results(draws: QuerySet[RevisitDraw]) -> QuerySet[RevisitDraw]:
    """The draws with how many were drawn, and how many came to each outcome."""
    counts = {f"n_{outcome.value}": Count("samples", filter=Q(samples__outcome=outcome)) for outcome in Outcome}
    return draws.annotate(drawn=Count("samples"), **counts)
