"""授权代理: a person lends a post of their own to a colleague for some days, and takes it back.

What is lent is checked here when it is given, and on every day of use by `Directory.actor_for`: a giver who has lost the duty or
left lends nothing. Each function is one transaction and raises `Refusal`.
"""

from datetime import date, datetime, timedelta

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from shouwen.core.duties import Duty
from shouwen.core.granting import LENT_AMONG_THEMSELVES, NEVER_LENT, may_be_lent
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.organisation.directory import Directory
from shouwen.organisation.models import Delegation, Holding, Staff
from shouwen.organisation.staffing import running


class Lending(msgspec.Struct, frozen=True, kw_only=True):
    """What a giver asks for: which of the own posts (the id of the holding), to whom, from a day until a day, and why."""

    holding: int
    deputy: int
    from_date: date
    to_date: date
    reason: str


@transaction.atomic
def lend(giver_id: int, asked: Lending, today: date, now: datetime) -> Delegation:
    """授权: refused for a post that is not the giver's own throughout, a duty that is never lent, a deputy who is not of the same
    institution or of one above or below, days past or beyond `SHOUWEN_DELEGATION_DAYS`, and the same post lent twice on a day."""
    giver = Staff.objects.select_for_update().get(id=giver_id)
    holding = running(Holding.objects.filter(id=asked.holding, staff=giver, staff__is_active=True), today).first()
    if holding is None:
        raise _not_held()
    _require_days(asked, holding, today)
    if not asked.reason.strip():
        raise Refusal("text-missing", Text("请填写授权原因。", "Say why the post is lent."), field="reason")
    _require_deputy(giver, asked, holding, today)
    same = giver.lent.filter(
        duty=holding.duty,
        unit=holding.unit,
        taken_back_at=None,
        from_date__lte=asked.to_date,
        to_date__gte=asked.from_date,
    )
    if other := same.select_related("deputy").first():
        raise Refusal(
            "lent-already",
            Text(
                f"这一岗位自 {other.from_date} 至 {other.to_date} 已授权{other.deputy.name}，请修改日期，或先收回。",
                f"This post is lent to {other.deputy.name} from {other.from_date} until {other.to_date}. Change the dates, or take it back first.",
            ),
            field="from_date",
        )
    return Delegation.objects.create(
        giver=giver,
        deputy_id=asked.deputy,
        duty=holding.duty,
        unit=holding.unit,
        from_date=asked.from_date,
        to_date=asked.to_date,
        reason=asked.reason.strip(),
        given_at=now,
    )


def _not_held() -> Refusal:
    return Refusal(
        "not-held",
        Text("只能授权自己现任的岗位，请重新选择。", "Only a post that you hold yourself can be lent. Choose again."),
        field="holding",
    )


def _require_days(asked: Lending, holding: Holding, today: date) -> None:
    most = settings.SHOUWEN_DELEGATION_DAYS
    if asked.from_date < today:
        raise Refusal(
            "begins-in-the-past",
            Text(
                "授权不能从过去的日期开始，请填今天或以后。", "It cannot begin in the past. Enter today or a later day."
            ),
            field="from_date",
        )
    if asked.to_date < asked.from_date:
        raise Refusal(
            "ends-before-start",
            Text("截止日期早于起始日期，请修改。", "It ends before it begins. Correct the dates."),
            field="to_date",
        )
    if asked.to_date - asked.from_date >= timedelta(days=most):
        raise Refusal(
            "lent-too-long",
            Text(
                f"一次授权最长 {most} 天，请提前截止日期；更长的请由管理员另行任职。",
                f"A post is lent for {most} days at most. Choose an earlier end; for longer an administrator gives the duty.",
            ),
            field="to_date",
        )
    if asked.from_date < holding.from_date or (holding.to_date and asked.to_date > holding.to_date):
        raise Refusal(
            "beyond-the-holding",
            Text(
                "授权日期超出了您自己的任职期，请改在任职期内。",
                "You do not hold the post on all of these days yourself. Stay within them.",
            ),
            field="to_date",
        )


def _require_deputy(giver: Staff, asked: Lending, holding: Holding, today: date) -> None:
    deputy = Staff.objects.filter(id=asked.deputy, is_active=True).first()
    if deputy is None or deputy.pk == giver.pk:
        raise Refusal(
            "no-such-deputy",
            Text("请选择另一位在用的同事作代理人。", "Choose another colleague whose account is active."),
            field="deputy",
        )
    if Duty(holding.duty) in NEVER_LENT:
        raise Refusal(
            "never-lent",
            Text(
                "系统管理员、审计人员岗位不能授权，请由上级管理员另行任职。",
                "The duties of administrator and auditor are never lent. An administrator above appoints somebody.",
            ),
            field="holding",
        )
    who = Directory(0)
    if not may_be_lent(Duty(holding.duty), who.duties_of(deputy.pk, asked.from_date)):
        only = Duty(holding.duty) in LENT_AMONG_THEMSELVES
        raise Refusal(
            "not-this-deputy",
            Text(
                "纪检监察岗位只能授权另一位纪检监察专员，请另选。",
                "Discipline inspection is lent to another discipline inspection officer only. Choose one.",
            )
            if only
            else Text("审计人员不能代理办理岗位，请另选。", "An auditor is nobody's deputy. Choose somebody else."),
            field="deputy",
        )
    here, there = who.unit(holding.unit_id), who.unit(deputy.unit_id)
    assert here is not None
    assert there is not None
    near = here.institution_id == there.institution_id or here.institution_id in there.line
    if not near and there.institution_id not in here.line:
        raise Refusal(
            "deputy-elsewhere",
            Text(
                f"{deputy.name}不在本机构、其上级或下级，请选择本条线上的同事。",
                f"{deputy.name} is neither at this institution nor at one above or below. Choose a colleague there.",
            ),
            field="deputy",
        )


@transaction.atomic
def take_back(delegation_id: int, giver_id: int, now: datetime) -> None:
    """收回授权, at any time and at once. Only the giver does; a second time changes nothing."""
    lent = Delegation.objects.select_for_update().filter(id=delegation_id, giver=giver_id).first()
    if lent is None:
        raise Refusal(
            "not-your-delegation",
            Text("这不是您给出的授权，不能收回。", "You did not give this, so you cannot take it back."),
        )
    if lent.taken_back_at is None:
        lent.taken_back_at = now
        lent.save(update_fields=["taken_back_at"])


def current(today: date) -> "QuerySet[Delegation]":
    """What is lent now or will be."""
    rows = Delegation.objects.filter(taken_back_at=None, to_date__gte=today)
    return rows.select_related("giver", "deputy", "unit").order_by("from_date", "id")


def of_person(staff_id: int, today: date) -> "QuerySet[Delegation]":
    return current(today).filter(Q(giver=staff_id) | Q(deputy=staff_id))
