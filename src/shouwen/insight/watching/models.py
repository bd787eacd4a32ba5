"""监测预警: warnings, their evidence and steps; the rules that users write; how far the days were judged.

Nothing but `insight.watching` writes these tables. Days are of the bank's zone, moments UTC. No row holds personal data but, where a rule asks
for one employee, that person's id as `code`; texts are stored with personal data masked.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shouwen.core.watch_rules import Per


class State(models.TextChoices):
    """预警状态: raised and waiting for its owner, taken, closed with a finding."""

    OPEN = "open", _("to take")
    TAKEN = "taken", _("in hand")
    CLOSED = "closed", _("closed with a finding")


class FindingKind(models.TextChoices):
    """核查结论."""

    REAL = "real", _("a real surge, cause found")
    CHANCE = "chance", _("chance, nothing behind it")
    DATA = "data", _("an error in the data")


class WatchRule(models.Model):
    """监测规则: `count` complaints within `days` working days on one and the same `per` (`core.watch_rules`) in `unit` and below.

    `class_code`, `cause`, `channel`, `product` and `word` narrow it where they are not empty. A change makes another `version`, which is off until it
    was back-tested (`tested_version`, `test`). `watched_until` is the last day that was judged. `key` is the form's, so that one sending
    makes one rule.
    """

    key = models.UUIDField(unique=True)
    unit = models.IntegerField()
    per = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Per])
    count = models.SmallIntegerField()
    days = models.SmallIntegerField()
    class_code = models.CharField(max_length=64, default="")
    cause = models.CharField(max_length=64, default="")
    channel = models.CharField(max_length=32, default="")
    product = models.CharField(max_length=64, default="")
    word = models.CharField(max_length=40, default="")
    version = models.IntegerField(default=1)
    made_by = models.IntegerField()
    made_at = models.DateTimeField()
    changed_by = models.IntegerField(null=True)
    changed_at = models.DateTimeField(null=True)
    tested_version = models.IntegerField(null=True)
    tested_at = models.DateTimeField(null=True)
    test = models.JSONField(null=True)
    is_on = models.BooleanField(default=False)
    switched_by = models.IntegerField(null=True)
    switched_at = models.DateTimeField(null=True)
    watched_until = models.DateField(null=True)

    class Meta:
        verbose_name = _("watch rule")
        indexes = [models.Index(fields=["id"], name="watch_rule_on", condition=Q(is_on=True))]

    @property
    def is_tested(self) -> bool:
        """Whether this very version was back-tested."""
        return self.tested_version == self.version


RULE_WORDS = ("unit", "per", "count", "days", "class_code", "cause", "channel", "product", "word")
"""What a rule says, as far as a warning keeps it."""


class EarlyWarning(models.Model):
    """预警 of one series: `unit` with all below it, by the `code` of a `dimension`, as the method found it or a `rule` of a user.

    `line` are the units from the head office down to `unit` as they were, `said` what the rule said then, whatever it says now. `owner` must
    close it by the end of `due_on`.
    """

    rule = models.ForeignKey(WatchRule, models.PROTECT, null=True, related_name="warnings")
    unit = models.IntegerField()
    line = ArrayField(models.IntegerField())
    dimension = models.CharField(max_length=10)
    code = models.CharField(max_length=64)
    first_on = models.DateField()
    last_on = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    owner = models.IntegerField()
    due_on = models.DateField()
    made_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    escalated_to = models.IntegerField(null=True)
    escalated_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=8, choices=FindingKind.choices, default="")
    finding_text = models.TextField(default="")
    closed_by = models.IntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    said = models.JSONField(null=True)

    class Meta:
        verbose_name = _("early warning")
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "unit", "dimension", "code"],
                name="warning_open_once",
                condition=~Q(state="closed"),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(finding="") & ~Q(finding_text="")
                | ~Q(state="closed") & Q(finding="", closed_at__isnull=True),
                name="warning_closed_with_finding",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="warning_due", condition=~Q(state="closed")),
            models.Index(fields=["-closed_at", "-id"], name="warning_closed", condition=Q(state="closed")),
            models.Index(fields=["unit", "dimension", "code"], name="warning_series"),
            models.Index(fields=["owner"], name="warning_owner", condition=~Q(state="closed")),
            GinIndex(fields=["line"], name="warning_line"),
        ]

    @property
    def number(self) -> str:
        """编号, such as YJ2026-000007."""
        return f"YJ{self.made_at.year}-{self.id:06d}"

    @property
    def is_closed(self) -> bool:
        return self.state == State.CLOSED

    @property
    def rule_then(self) -> WatchRule | None:
        """The rule as it was when it warned; not to be saved."""
        return None if self.said is None else WatchRule(id=self.rule_id, **self.said)


class WarningEvidence(models.Model):
    """依据: the `days` days up to `day` had `observed` complaints. `expected` and `chance` are of the method; a rule has its `count` as expected, and no
    chance. `baseline_days` is what the expectation rests on."""

    warning = models.ForeignKey(EarlyWarning, models.CASCADE, related_name="evidence")
    day = models.DateField()
    first = models.DateField()
    observed = models.IntegerField()
    expected = models.FloatField()
    chance = models.FloatField(null=True)
    baseline_days = models.SmallIntegerField(null=True)

    class Meta:
        verbose_name = _("evidence of a warning")
        constraints = [models.UniqueConstraint(fields=["warning", "day", "first"], name="warning_evidence_once")]


class WarningStep(models.Model):
    """经过: what was done to a warning, by whom (empty: the program), towards whom, in what words."""

    warning = models.ForeignKey(EarlyWarning, models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    what = models.CharField(max_length=12)
    by = models.IntegerField(null=True)
    person = models.IntegerField(null=True)
    text = models.TextField(default="")

    class Meta:
        verbose_name = _("step of a warning")


class SurgeDay(models.Model):
    """异常日: a day that the method found too many in a series, whether it became a warning or another one explains it. In no baseline."""

    unit = models.IntegerField()
    dimension = models.CharField(max_length=10)
    code = models.CharField(max_length=64)
    day = models.DateField()

    class Meta:
        verbose_name = _("day of a surge")
        constraints = [models.UniqueConstraint(fields=["unit", "dimension", "code", "day"], name="surge_day_once")]


class SurgeWatch(models.Model):
    """监测进度: one row. `watched_until` is the last day that was judged; `series` how many series each level of the tree had, as counted up to
    `counted_on`."""

    watched_until = models.DateField()
    counted_on = models.DateField(null=True)
    series = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("watch of surges")
