"""统计汇总: the roll-up, and the changes that are not in it yet, which only triggers and `insight.figures` write; and what the bank loads to
set beside the figures: what customers did afterwards, and how many outlets and customers a unit has."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwen.insight.improvement.models import ImprovementItem, ImprovementStep
from shouwen.insight.reporting.models import ArchivedReport, ReportLook, ReportReceipt, ScheduledReport
from shouwen.insight.themes.models import ThemeText, ThemeWord

__all__ = [
    "Activity",
    "ArchivedReport",
    "Denominator",
    "Figure",
    "FigureChange",
    "ImprovementItem",
    "ImprovementStep",
    "LoadedFile",
    "ReportLook",
    "ReportReceipt",
    "ScheduledReport",
    "ThemeText",
    "ThemeWord",
]


class FigureChange(models.Model):
    """待汇总: one complaint as it counts now (`sign` 1) or no longer counts (-1). The trigger on the complaint's row writes it in
    the same transaction, so that two people who register at the same time wait for nothing; the worker folds it in."""

    sign = models.SmallIntegerField()
    received_on = models.DateField()
    line = ArrayField(models.IntegerField())
    class_code = models.CharField(max_length=64)
    cause = models.CharField(max_length=64)
    channel = models.CharField(max_length=32)
    anonymous = models.BooleanField()
    liability = models.CharField(max_length=64)
    outcome = models.CharField(max_length=10)
    timing = models.CharField(max_length=8)
    verdict = models.CharField(max_length=10)
    reply_seconds = models.BigIntegerField(null=True)
    ratio = models.CharField(max_length=16, default="")
    solution = models.CharField(max_length=16, default="")
    sides = models.CharField(max_length=16, default="")
    axes = ArrayField(models.CharField(max_length=64), default=list)
    process = ArrayField(models.CharField(max_length=16), default=list)

    class Meta:
        verbose_name = _("change of figures")


class Figure(models.Model):
    """汇总数: the complaints received on `day` (bank's zone) that `unit` and all below it handle, by one `dimension` and its `code`.

    `reply_seconds` is the time from receipt to reply, summed over `replied` complaints.
    """

    unit = models.IntegerField()
    day = models.DateField()
    dimension = models.CharField(max_length=10)
    code = models.CharField(max_length=64)
    received = models.IntegerField()
    open = models.IntegerField()
    answered = models.IntegerField()
    declined = models.IntegerField()
    withdrawn = models.IntegerField()
    replied = models.IntegerField()
    in_time = models.IntegerField()
    late = models.IntegerField()
    dissatisfied = models.IntegerField()
    satisfied = models.IntegerField()
    delighted = models.IntegerField()
    unmeasured = models.IntegerField()
    reply_seconds = models.BigIntegerField()

    class Meta:
        verbose_name = _("figure")
        constraints = [models.UniqueConstraint(fields=["unit", "day", "dimension", "code"], name="figure_once")]


class LoadedFile(models.Model):
    """导入文件: a file of customer activity or of denominators that was imported. `digest` is its SHA-256 in hexadecimal; moments are UTC,
    days of the bank's zone. The file itself is not kept, for it names customers."""

    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
    rows = models.IntegerField()
    new = models.IntegerField()
    changed = models.IntegerField()
    unchanged = models.IntegerField()
    rejected = models.IntegerField()
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("loaded file")
        constraints = [models.UniqueConstraint(fields=["kind", "digest"], name="loaded_file_once")]


class Activity(models.Model):
    """客户去留: whether the customer of a complaint was still one on a day of the bank's zone, and what the business was worth, in yuan.

    Nothing says who it is: the customer is the lowest of the ids of the own complaints. A trigger removes the rows of a complainant whose
    personal data are erased.
    """

    complaint_id = models.BigIntegerField()
    customer = models.BigIntegerField()
    day = models.DateField()
    stays = models.BooleanField()
    value = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    file = models.ForeignKey(LoadedFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("customer activity")
        constraints = [models.UniqueConstraint(fields=["complaint_id", "day"], name="activity_once")]


class Denominator(models.Model):
    """分母: how many outlets and customers a unit with all below it had on a day of the bank's zone; empty what the file does not say."""

    unit = models.IntegerField()
    day = models.DateField()
    outlets = models.IntegerField(null=True)
    customers = models.BigIntegerField(null=True)
    file = models.ForeignKey(LoadedFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("denominator")
        constraints = [models.UniqueConstraint(fields=["unit", "day"], name="denominator_once")]
