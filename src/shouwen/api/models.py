"""访问令牌: which systems may ask, for which unit, and what."""

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from shouwen.organisation.models import Staff, Unit


@pghistory.track(exclude=["digest", "last_used_at"])
class ApiToken(models.Model):
    """访问令牌 of one system. `digest` is the SHA-256 of the secret, which is shown once and kept nowhere.

    The system speaks for `unit` and all below it. Moments are UTC; `last_used_at` is kept to the hour, so that a busy token
    does not write a row with every request. `most_per_minute` counts requests.
    """

    name = models.CharField(_("name"), max_length=60)
    digest = models.BinaryField(unique=True)
    scopes = ArrayField(models.CharField(max_length=32))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    most_per_minute = models.PositiveIntegerField(default=600)
    made_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("access token")
        ordering: ClassVar = ["-id"]
