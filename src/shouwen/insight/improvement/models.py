"""改进事项: the item as it stands, and its steps, which nobody changes or removes."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

WORDS = 4_000
"""Characters of a kept text: what was typed, with placeholders for what was masked."""


class ImprovementItem(models.Model):
    """改进事项 as the last step left it (`core.improvement.Item`), days of the bank's zone. `key` is the form that proposed it, so that it exists
    once. `audience` are the keys of its readers; `look_on` the next day on which somebody is told; `measured_*` what its effect is told by.
    """

    id = models.BigIntegerField(primary_key=True)
    key = models.UUIDField(unique=True)
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12)
    field = models.CharField(max_length=12)
    origin = models.CharField(max_length=12)
    reference = models.CharField(max_length=64, default="")
    title = models.CharField(max_length=250)
    text = models.CharField(max_length=WORDS)
    proposed_by = models.IntegerField()
    proposed_unit = models.IntegerField()
    proposed_on = models.DateField()
    owner_unit = models.IntegerField()
    measured_unit = models.IntegerField(null=True)
    measured_dimension = models.CharField(max_length=10, default="")
    measured_code = models.CharField(max_length=64, default="")
    state = models.CharField(max_length=12)
    owner = models.IntegerField(null=True)
    due_on = models.DateField(null=True)
    decided_by = models.IntegerField(null=True)
    reason = models.CharField(max_length=WORDS, default="")
    measure = models.CharField(max_length=WORDS, default="")
    done_by = models.IntegerField(null=True)
    done_on = models.DateField(null=True)
    finding = models.CharField(max_length=16, default="")
    judged_by = models.IntegerField(null=True)
    told = models.SmallIntegerField(default=0)
    look_on = models.DateField(null=True)
    version = models.IntegerField(default=1)
    audience = ArrayField(models.IntegerField())

    class Meta:
        verbose_name = _("improvement item")
        indexes = [
            models.Index(fields=["look_on"], name="improvement_look", condition=Q(look_on__isnull=False)),
            models.Index(fields=["owner", "due_on"], name="improvement_owner", condition=Q(state="accepted")),
            models.Index(fields=["state", "-id"], name="improvement_state"),
            models.Index(fields=["origin", "reference"], name="improvement_origin", condition=~Q(reference="")),
            GinIndex(fields=["audience"], name="improvement_audience"),
        ]


class ImprovementStep(models.Model):
    """办理记录 of an item, append-only. `told` says which reminder it was, without a person. `figures` are the counts that a judgement saw."""

    item = models.ForeignKey(ImprovementItem, models.PROTECT, related_name="steps")
    seq = models.IntegerField()
    act = models.CharField(max_length=12)
    by = models.IntegerField(null=True)
    at = models.DateTimeField()
    text = models.CharField(max_length=WORDS, default="")
    owner_unit = models.IntegerField(null=True)
    owner = models.IntegerField(null=True)
    due_on = models.DateField(null=True)
    finding = models.CharField(max_length=16, default="")
    told = models.SmallIntegerField(null=True)
    figures = models.JSONField(null=True)

    class Meta:
        verbose_name = _("step of an improvement item")
        constraints = [models.UniqueConstraint(fields=["item", "seq"], name="improvement_step_once")]
