"""定期回访: plans, what was drawn by them, and what became of each. What the customer said stands on the complaint's journal."""

from django.contrib.postgres.fields import ArrayField
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


class AppraisalPeriod(models.Model):
    """考核期 of a unit and all below it, `first` to `last` with both days. `policy` is the pack whose formula counts.

    Once closed its entries stand; `digest` is over all of them, so that a change past the program would be noticed.
    """

    unit = models.IntegerField()
    first = models.DateField()
    last = models.DateField()
    policy = models.CharField(max_length=100)
    drawn_by = models.IntegerField()
    drawn_at = models.DateTimeField()
    closed_by = models.IntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    digest = models.BinaryField(null=True)

    class Meta:
        verbose_name = _("appraisal period")
        constraints = [models.UniqueConstraint(fields=["unit", "first"], name="appraisal_of_unit_once")]


class AppraisalEntry(models.Model):
    """考核明细: one complaint that counts in a period, the unit and person that handled it, and the facts found on its record."""

    period = models.ForeignKey(AppraisalPeriod, models.CASCADE, related_name="entries")
    complaint_id = models.BigIntegerField()
    unit = models.IntegerField()
    person = models.IntegerField(null=True)
    facts = ArrayField(models.CharField(max_length=16))

    class Meta:
        verbose_name = _("appraisal entry")
        constraints = [models.UniqueConstraint(fields=["period", "complaint_id"], name="appraisal_complaint_once")]
        indexes = [
            models.Index(fields=["period", "unit", "complaint_id"], name="appraisal_unit"),
            models.Index(fields=["period", "person"], name="appraisal_person"),
        ]


class ObjectionState(models.TextChoices):
    """What became of an objection."""

    OPEN = "open", _("to decide")
    UPHELD = "upheld", _("upheld, corrected")
    REFUSED = "refused", _("refused, the item stands")


class AppraisalObjection(models.Model):
    """考核异议 to one fact of one entry. Texts are stored with personal data masked. Upheld, it corrects the sheet beside what stood."""

    entry = models.ForeignKey(AppraisalEntry, models.PROTECT, related_name="objections")
    fact = models.CharField(max_length=16)
    reason = models.TextField()
    by = models.IntegerField()
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=ObjectionState.choices, default=ObjectionState.OPEN)
    decision = models.TextField(default="")
    decided_by = models.IntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("appraisal objection")
        constraints = [models.UniqueConstraint(fields=["entry", "fact"], name="appraisal_objection_once")]
        indexes = [models.Index(fields=["state", "id"], name="appraisal_objections")]
