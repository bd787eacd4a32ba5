"""The rows of messaging: the outbox, the bank's own wording, and codes that prove a contact."""

from typing import ClassVar
from uuid import uuid4

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

QUEUED, SENDING, SENT, DEAD, CANCELLED = "queued", "sending", "sent", "dead", "cancelled"
STATES = (QUEUED, SENDING, SENT, DEAD, CANCELLED)


class OutboxMessage(models.Model):
    """待发通知. One message to one address by one way; `dedupe_key` says what it is about, so that it exists once.

    `sealed` holds address and words: for a customer under the data key of the complaint, else under the bank's key. After sending
    only a customer's address stays in it. `next_at` is when it is tried next (UTC), `claimed_at` when somebody began to send it.
    `maybe_twice` says that an earlier try may have arrived. What `until` has passed is not sent any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    dedupe_key = models.CharField(max_length=200, unique=True)
    complaint_id = models.BigIntegerField(null=True)
    seq = models.IntegerField(null=True)
    code = models.CharField(max_length=64)
    way = models.CharField(max_length=16)
    language = models.CharField(max_length=8)
    to_customer = models.BooleanField()
    sealed = models.BinaryField(null=True)
    state = models.CharField(max_length=16)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    error_zh = models.CharField(max_length=300, blank=True)
    error_en = models.CharField(max_length=300, blank=True)
    maybe_twice = models.BooleanField(default=False)
    on_screen = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("message")
        constraints: ClassVar = [models.CheckConstraint(condition=Q(state__in=STATES), name="outbox_state")]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="outbox_due", condition=Q(state=QUEUED)),
            models.Index(fields=["claimed_at"], name="outbox_sending", condition=Q(state=SENDING)),
            models.Index(fields=["state", "-made_at"], name="outbox_state_made"),
            models.Index(fields=["complaint_id", "way"], name="outbox_of_complaint", condition=Q(to_customer=True)),
        ]


@pghistory.track()
class Wording(models.Model):
    """文字模板, as the bank has changed it: one row for each template, form and language that differs from what ships."""

    code = models.CharField(max_length=64)
    form = models.CharField(max_length=16)
    language = models.CharField(max_length=8)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()

    class Meta:
        verbose_name = _("wording")
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "form", "language"], name="wording_once")]


class ContactCode(models.Model):
    """联系方式验证码. Token and code are kept as keyed hashes, the address sealed under the bank's key; gone soon after it expires."""

    token_index = models.BinaryField(primary_key=True)
    code_index = models.BinaryField()
    way = models.CharField(max_length=16)
    sealed = models.BinaryField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("contact code")
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="contact_code_expires")]
