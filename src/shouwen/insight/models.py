"""统计汇总: the roll-up, and the changes that are not in it yet. Only triggers and `insight.figures` write them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwen.insight.reporting.models import ArchivedReport, ReportLook, ReportReceipt, ScheduledReport

__all__ = ["ArchivedReport", "Figure", "FigureChange", "ReportLook", "ReportReceipt", "ScheduledReport"]


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
