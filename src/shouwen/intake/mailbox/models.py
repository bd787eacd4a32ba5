"""来信. Every mail that has reached us, whatever became of it; its raw source is sealed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """What became of a mail. `NEW` is stored and not looked at yet; the last three wait for a person until `handled_at`."""

    NEW = "new", _("new")
    REGISTERED = "registered", _("registered")
    ADDED = "added", _("added to a complaint")
    DUPLICATE = "duplicate", _("came before")
    AUTOMATIC = "automatic", _("automatic")
    UNREADABLE = "unreadable", _("unreadable")
    REFUSED = "refused", _("refused")


FOR_A_PERSON = (State.AUTOMATIC, State.UNREADABLE, State.REFUSED)


class IncomingMail(models.Model):
    """来信. `sealed` is the raw source, under the complaint's key once it belongs to one (`is_complaints`), else under the bank's.

    The indexes are keyed hashes: of the Message-ID, by which answers find their complaint, and of the content, by which a second
    copy is known. A source that was forgotten is empty and has the size 0. `reason` is a code of `reasons.REASONS`; `remark` is why a person dismissed it, without personal data.
    """

    raw_digest = models.BinaryField(unique=True)
    message_index = models.BinaryField(null=True)
    content_index = models.BinaryField(null=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.NEW)
    reason = models.CharField(max_length=64, default="")
    complaint_id = models.BigIntegerField(null=True)
    size = models.IntegerField()
    sealed = models.BinaryField()
    is_complaints = models.BooleanField(default=False)
    tries = models.SmallIntegerField(default=0)
    draft_id = models.UUIDField(null=True)
    handled_by = models.IntegerField(null=True)
    handled_at = models.DateTimeField(null=True)
    remark = models.TextField(default="")

    class Meta:
        verbose_name = _("incoming mail")
        indexes = [
            models.Index(fields=["id"], name="mail_new", condition=Q(state="new")),
            models.Index(
                fields=["-received_at", "-id"],
                name="mail_for_a_person",
                condition=Q(state__in=["automatic", "unreadable", "refused"], handled_at__isnull=True),
            ),
            models.Index(fields=["message_index"], name="mail_message", condition=Q(message_index__isnull=False)),
            models.Index(fields=["content_index"], name="mail_content", condition=Q(content_index__isnull=False)),
            models.Index(fields=["draft_id"], name="mail_draft", condition=Q(draft_id__isnull=False)),
            models.Index(fields=["received_at"], name="mail_to_forget", condition=Q(is_complaints=False, size__gt=0)),
        ]


class MailboxPlace(models.Model):
    """读取位置: how far a mailbox has been read. `mailbox` is a keyed hash of its address; a new `uid_validity` begins anew (RFC 3501)."""

    mailbox = models.BinaryField(primary_key=True)
    uid_validity = models.BigIntegerField()
    last_uid = models.BigIntegerField()

    class Meta:
        verbose_name = _("place in a mailbox")
