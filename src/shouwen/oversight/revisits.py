"""定期回访: make a plan, draw its sample, record what the customer says (mission C2, C3).

A draw takes the closed and archived complaints that ended within the period, were handled by the plan's unit or one below it, are
neither secret nor anonymous nor merged into another, and left a way to be reached. The seed is the program's own and is kept; nobody
chooses it, and a unit's days are drawn once, by whatever plan, so that nobody draws until the sample pleases.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from shouwen.casework.door import handle
from shouwen.casework.models import ComplaintRow, JournalEntry
from shouwen.casework.queries import visible_to
from shouwen.casework.vault import Details, Vault
from shouwen.core.complaint import Complaint, Stage
from shouwen.core.complaint.ending import Reopened
from shouwen.core.complaint.revisiting import LookForRevisit, RecordRevisit
from shouwen.core.duties import Duty, scope_key
from shouwen.core.people import Actor, Post, Unit
from shouwen.core.refusal import Refusal
from shouwen.core.sampling import SampleSize, drawn, require_size
from shouwen.core.text import Text
from shouwen.organisation.calendar import working_calendar
from shouwen.organisation.directory import directory
from shouwen.oversight.models import TO_DO, Outcome, Period, RevisitDraw, RevisitPlan, RevisitSample

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


def draws_of(actor: Actor) -> QuerySet[RevisitDraw]:
    """The draws of the units that this person looks after, those of ended plans too."""
    return RevisitDraw.objects.filter(plan__unit__in=[unit.id for unit in units_of(actor, CALLERS)])


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
    plan = RevisitPlan(
        unit=unit_id,
        period=period,
        percent=size.percent,
        count=size.count,
        duty=duty.value,
        made_by=actor.id,
        made_at=now,
    )
    try:
        with transaction.atomic():
            standing = RevisitPlan.objects.select_for_update().filter(unit=unit_id, ended_at=None)
            standing.update(ended_at=now, ended_by=actor.id)
            plan.save()
    except IntegrityError as error:
        raise Refusal(
            "plan-made-meanwhile",
            Text(
                "刚刚有人为该单位制定了计划，请先查看，再决定是否替换。",
                "Somebody has just made a plan for this unit. Look at it first, then decide whether to replace it.",
            ),
            field="unit",
        ) from error
    return plan


def end_plan(actor: Actor, plan: RevisitPlan, now: datetime) -> None:
    """停止回访计划: nothing more is drawn by it; what was drawn is still to be done. One that has ended stays as it is."""
    if actor.id is None or not may_plan(actor, plan.unit):
        raise _not_yours()
    RevisitPlan.objects.filter(id=plan.id, ended_at=None).update(ended_at=now, ended_by=actor.id)


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


def drawn_stretches(units: Iterable[int]) -> dict[int, list[Stretch]]:
    """已抽样的周期 of each of these units, by whatever plan."""
    found: dict[int, list[Stretch]] = {}
    days = RevisitDraw.objects.filter(plan__unit__in=list(units)).values_list("plan__unit", "first", "last")
    for unit, first, last in days:
        found.setdefault(unit, []).append(Stretch(first, last))
    return found


def left_to_draw(plan: RevisitPlan, done: Iterable[Stretch], today: date) -> list[Stretch]:
    """The last complete periods of the plan that share no day with what is drawn already."""
    done = list(done)
    offered = periods(Period(plan.period), today)
    return [each for each in offered if not any(each.first <= old.last and old.first <= each.last for old in done)]


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
    return rows.extra(
        where=["(state->'contact_given')::jsonb ?| array['phone', 'email']", "state->'merged_into' IS NULL"]
    )


def draw(actor: Actor, plan: RevisitPlan, first: date, now: datetime) -> RevisitDraw:
    """抽样 for the period that begins on `first`. Refused: not this person's, ended, not complete yet, drawn already, nothing to draw from."""
    if actor.id is None or not may_plan(actor, plan.unit):
        raise _not_yours()
    with transaction.atomic():
        if not RevisitPlan.objects.select_for_update().filter(id=plan.id, ended_at=None).exists():
            raise Refusal(
                "plan-ended",
                Text("该计划已停止，请按现行计划抽样。", "This plan has ended. Draw by the one that stands now."),
            )
        stretch = _offered(plan, first, working_calendar().local_date(now))
        numbers = dict(frame_of(plan, stretch).values_list("number", "id"))
        if not numbers:
            raise Refusal(
                "nothing-to-draw",
                Text(
                    "该周期没有可回访的已办结投诉，无需抽样。",
                    "No complaint that could be revisited ended in this period.",
                ),
                field="first",
            )
        seed = secrets.token_hex(SEED_BYTES)
        made = RevisitDraw.objects.create(
            plan=plan,
            first=stretch.first,
            last=stretch.last,
            seed=seed,
            frame=len(numbers),
            drawn_by=actor.id,
            drawn_at=now,
        )
        chosen = drawn(numbers, seed, SampleSize(plan.percent, plan.count))
        RevisitSample.objects.bulk_create(
            RevisitSample(draw=made, place=place, complaint_id=numbers[number])
            for place, number in enumerate(chosen, 1)
        )
    return made


def _offered(plan: RevisitPlan, first: date, today: date) -> Stretch:
    """The period that begins on `first`, if it may be drawn now."""
    stretch = next((each for each in periods(Period(plan.period), today) if each.first == first), None)
    if stretch is None:
        raise Refusal(
            "period-not-offered",
            Text("只能抽取最近已结束的周期，请重新选择。", "Only the last complete periods are drawn. Choose again."),
            field="first",
        )
    if stretch not in left_to_draw(plan, drawn_stretches([plan.unit]).get(plan.unit, []), today):
        raise Refusal(
            "drawn-already",
            Text("该周期已抽样，样本不再更改。", "This period is drawn already. Its sample stands."),
            field="first",
        )
    return stretch


def to_do(actor: Actor) -> QuerySet[RevisitSample]:
    """回访待办: what was drawn for a duty that this person holds and is not answered yet, of complaints that this person may see.

    A contact calls the customers of the own unit, whichever unit above made the plan; the others those of all below them.
    """
    ended = visible_to(actor).filter(stage__in=ENDED)
    mine = Q(pk__in=[])
    for post in actor.posts:
        if post.duty in CALLERS:
            own = (
                Q(unit=post.unit_id) if post.duty is Duty.CONTACT else Q(audience__contains=[scope_key(reach_of(post))])
            )
            mine |= Q(draw__plan__duty=post.duty.value, complaint_id__in=ended.filter(own).values("id"))
    return RevisitSample.objects.filter(mine, outcome__in=TO_DO)


def waiting_for(complaint_id: int) -> RevisitSample | None:
    """The draw's place of this complaint that is still to be called, the oldest first."""
    return RevisitSample.objects.filter(complaint_id=complaint_id, outcome__in=TO_DO).order_by("draw_id").first()


def look(actor: Actor, sample: RevisitSample, now: datetime) -> Details:
    """查看回访电话, with the look on the record. Refused once the customer was reached: there is nobody to call."""
    if sample.outcome not in TO_DO:
        raise Refusal(
            "revisited-already",
            Text(
                "这位客户已经回访，无需再查看联系方式。",
                "This customer was revisited. There is no need to look at the number.",
            ),
        )
    handle(LookForRevisit(sample=_code(sample)), actor=actor, complaint=sample.complaint_id, now=now)
    return Vault.open(sample.complaint_id).details


def _code(sample: RevisitSample) -> str:
    """How the journal names the draw."""
    return f"H{sample.draw_id}"


def record(
    actor: Actor, sample: RevisitSample, *, reached: bool, satisfied: bool | None, words: str, now: datetime
) -> Complaint:
    """记录回访结果 on the complaint's journal and in the sample, both or neither."""
    with transaction.atomic():
        held = RevisitSample.objects.select_for_update().get(id=sample.id)
        command = RecordRevisit(sample=_code(held), reached=reached, satisfied=satisfied, words=words)
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
    """The draws with how many were drawn, came to each outcome, and were reopened after the customer was not satisfied."""
    reached = (Outcome.SATISFIED, Outcome.DISSATISFIED)
    counts = {f"n_{outcome.value}": Count("samples", filter=Q(samples__outcome=outcome)) for outcome in Outcome}
    reopened = JournalEntry.objects.filter(
        complaint_id=OuterRef("complaint_id"), kind=str(Reopened.__struct_config__.tag), at__gte=OuterRef("done_at")
    )
    again = (
        RevisitSample.objects.filter(Exists(reopened), draw=OuterRef("pk"), outcome=Outcome.DISSATISFIED)
        .order_by()
        .values("draw")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return draws.annotate(
        drawn=Count("samples"),
        n_reached=Count("samples", filter=Q(samples__outcome__in=reached)),
        **counts,
        n_reopened=Coalesce(Subquery(again), 0),
    )
