"""报表归档: what is drawn up when and for whom, the papers as they were, who signed for them and who took a copy.

Nothing but `reporting.schedules` and `reporting.archive` writes these tables; a trigger refuses to change or remove what is archived.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Rhythm(models.TextChoices):
    """报送周期: the stretch of days that one paper is of."""

    MONTH = "month", _("every month")
    QUARTER = "quarter", _("every quarter")
    YEAR = "year", _("every year")


class ScheduledReport(models.Model):
    """定期报送: a `kind` of paper on a unit and all below it, for those who hold `duty` in the institution `to_unit`.

    The first period is the one in which `since` lies. An ended schedule keeps its papers.
    """

    kind = models.CharField(max_length=12)
    unit = models.IntegerField()
    rhythm = models.CharField(max_length=8, choices=Rhythm.choices)
    duty = models.CharField(max_length=32)
    to_unit = models.IntegerField()
    since = models.DateField()
    made_by = models.IntegerField(null=True)
    made_at = models.DateTimeField()
    ended_by = models.IntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("scheduled report")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "unit", "rhythm"], name="report_schedule_once", condition=Q(ended_at__isnull=True)
            )
        ]


class ArchivedReport(models.Model):
    """归档报表: a paper as it was when it was drawn up, never changed; drawn up anew it is another `version`.

    `figures` is the whole report as data, `workbook` and `pdf` the files that were sent (no PDF where the server has no Chinese font).
    `delivered_to` held the duty then. `link` is a SHA-256 over everything here and the link of the paper before, so that `shouwen verify`
    notices one that is changed or gone.
    """

    schedule = models.ForeignKey(ScheduledReport, models.PROTECT, related_name="reports")
    first = models.DateField()
    last = models.DateField()
    version = models.SmallIntegerField()
    policy = models.CharField(max_length=100)
    made_by = models.IntegerField(null=True)
    made_at = models.DateTimeField()
    delivered_to = ArrayField(models.IntegerField())
    figures = models.TextField()
    workbook = models.BinaryField()
    workbook_digest = models.CharField(max_length=64)
    pdf = models.BinaryField(null=True)
    pdf_digest = models.CharField(max_length=64, default="")
    link = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("archived report")
        constraints = [models.UniqueConstraint(fields=["schedule", "first", "version"], name="report_version_once")]
        indexes = [models.Index(fields=["-first", "-id"], name="report_newest")]


class ReportReceipt(models.Model):
    """签收: who of the recipients received a paper, and when."""

    report = models.OneToOneField(ArchivedReport, models.PROTECT, related_name="receipt")
    by = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("receipt of a report")


class ReportLook(models.Model):
    """取件记录: who took a copy of which file of a paper. `form` is xlsx or pdf."""

    report = models.ForeignKey(ArchivedReport, models.PROTECT, related_name="looks")
    form = models.CharField(max_length=4)
    by = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("copy of a report")
