"""定期回访: plans, what was drawn by them, and what became of each. What the customer said stands on the complaint's journal."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Period(models.TextChoices):
    """回访周期: the stretch of closed complaints that one draw is made from."""

    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")


class RevisitPlan(models.Model):
    """回访计划 of a unit and all below it: how often, how many, and which duty calls. One of `percent` and `count` is given."""

    unit = models.IntegerField()
    period = models.CharField(max_length=8, choices=Period.choices)
    percent = models.SmallIntegerField(null=True)
    count = models.IntegerField(null=True)
    duty = models.CharField(max_length=32)
    made_by = models.IntegerField()
    made_at = models.DateTimeField()
    ended_by = models.IntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("revisit plan")
        constraints = [
            models.UniqueConstraint(fields=["unit"], name="revisit_plan_of_unit", condition=Q(ended_at__isnull=True)),
            models.CheckConstraint(
                condition=Q(percent__isnull=True, count__isnull=False) | Q(percent__isnull=False, count__isnull=True),
                name="revisit_plan_one_size",
            ),
        ]


class RevisitDraw(models.Model):
    """抽样 for one period, `first` to `last` with both days: the seed, of how many, and who pressed the button. Never drawn twice."""

    plan = models.ForeignKey(RevisitPlan, models.PROTECT, related_name="draws")
    first = models.DateField()
    last = models.DateField()
    seed = models.CharField(max_length=32)
    frame = models.IntegerField()
    drawn_by = models.IntegerField()
    drawn_at = models.DateTimeField()

    class Meta:
        verbose_name = _("revisit draw")
        constraints = [models.UniqueConstraint(fields=["plan", "first"], name="revisit_drawn_once")]


class Outcome(models.TextChoices):
    """What became of a revisit. Who was not reached may be tried again."""

    OPEN = "open", _("to do")
    UNREACHED = "unreached", _("not reached")
    SATISFIED = "satisfied", _("satisfied")
    DISSATISFIED = "dissatisfied", _("not satisfied")


TO_DO = (Outcome.OPEN, Outcome.UNREACHED)


class RevisitSample(models.Model):
    """回访对象: a complaint that was drawn, at its place in the draw."""

    draw = models.ForeignKey(RevisitDraw, models.PROTECT, related_name="samples")
    place = models.IntegerField()
    complaint_id = models.BigIntegerField()
    outcome = models.CharField(max_length=16, choices=Outcome.choices, default=Outcome.OPEN)
    tries = models.SmallIntegerField(default=0)
    done_by = models.IntegerField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("revisit sample")
        constraints = [models.UniqueConstraint(fields=["draw", "place"], name="revisit_place_once")]
        indexes = [
            models.Index(
                fields=["draw", "place"], name="revisit_to_do", condition=Q(outcome__in=("open", "unreached"))
            ),
            models.Index(
                fields=["complaint_id"], name="revisit_of_complaint", condition=Q(outcome__in=("open", "unreached"))
            ),
        ]
