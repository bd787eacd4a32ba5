"""The rows of casework. The journal is the truth; the complaint's row and its search words follow from it.

Nothing but the door (`casework.door`) and the bulk loader beside it writes these tables.
"""

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shouwen.core.complaint import Stage

WAITS_FOR_OTHERS = Q(mover__isnull=True) | ~Q(mover=F("responsible"))
"""Somebody else than the responsible person must move. List and index say it in the same words, so that the one serves the other."""

WAITS_FOR_CHECK = Q(stage=Stage.REPLY_DRAFTED.value) | Q(withdrawal_asked=True)
"""Any checker of the unit may move: a draft to be checked, a withdrawal to be confirmed. In the same words as its index, too."""


class ExactJSON(models.TextField):
    """PostgreSQL's `json` type, which keeps the text exactly as written: the journal's hash is over that text."""

    def db_type(self, connection: object) -> str:
        return "json"

    def select_format(self, compiler: object, sql: str, params: Any) -> tuple[str, Any]:
        return f"({sql})::text", params


class Complainant(models.Model):
    """投诉人. All personal data of one complaint, sealed under a data key of its own; erasure destroys that key.

    `finds` holds what was sealed out of free texts (placeholder → value). The indexes are keyed hashes, for look-up only.
    """

    id = models.BigIntegerField(primary_key=True)
    wrapped_key = models.BinaryField(null=True)
    sealed = models.BinaryField(null=True)
    finds = models.BinaryField(null=True)
    name_index = models.BinaryField(null=True)
    phone_index = models.BinaryField(null=True)
    identity_index = models.BinaryField(null=True)
    card_index = models.BinaryField(null=True)
    tracking_index = models.BinaryField()
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("complainant")
        indexes = [
            models.Index(
                fields=[f"{kind}_index"], name=f"complainant_{kind}", condition=Q(**{f"{kind}_index__isnull": False})
            )
            for kind in ("name", "phone", "identity", "card")
        ] + [models.Index(fields=["tracking_index"], name="complainant_tracking")]


class ComplaintRow(models.Model):
    """投诉. `state` is the whole complaint as `evolve` made it; the other columns are what lists, counts and clocks ask for.

    `due_at` is the next limit that falls due (UTC), empty when no clock runs. `audience` is `duties.audience` of the complaint.
    `unit` and `mover` say whose move it is: the unit and person that something is offered to, else those that handle it; a
    draft waits for any checker of the unit, and what the rules reserve (`signature_awaited`) for its leader, so their `mover` is empty. `reference` knows an incoming slip again (`Complaint.reference`); `returned` is `Complaint.sent_back`.
    `earlier` are the numbers of complaints that it repeats; `merged_into` names the master of a duplicate; `recused` are those who never see it (回避).
    `timer_at` is when the timer looks next; `provisional`, `alarm`, `escalated_to` and `paused` are the complaint's own; `supervised`: a 督办单 is open, and `slip_due_at` when its answer is due, as long as one is waited for; `head` is the hash of the last journal entry, so that an entry cut off at the end is noticed.
    What the statistics count by (`core.figures`): `received_on` is the day of receipt in the bank's zone, `line` the handling unit with those above it,
    `timing` and `verdict` are empty before a reply and before the customer was asked, `ratio` (`3/2`) without both answers, `solution` before the end, `sides` (`core.win_win`) where it is not known how it ended for both.
    `axes` are its categories in an authority's return as `axis:category`, `process` the facts that an inspection asks for.
    """

    id = models.BigIntegerField(primary_key=True)
    number = models.CharField(max_length=20, unique=True)
    version = models.IntegerField()
    stage = models.CharField(max_length=16)
    is_open = models.BooleanField()
    kind = models.CharField(max_length=16)
    channel = models.CharField(max_length=32)
    class_code = models.CharField(max_length=64)
    title = models.CharField(max_length=250)
    receiving_unit = models.IntegerField()
    unit = models.IntegerField()
    unit_about = models.IntegerField(null=True)
    employee_about = models.IntegerField(null=True)
    responsible = models.IntegerField(null=True)
    mover = models.IntegerField(null=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    sign_due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    secret = models.BooleanField()
    anonymous = models.BooleanField()
    repeat = models.BooleanField()
    news_at = models.DateTimeField(null=True)
    review_asked_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=250, null=True)
    returned = models.BooleanField(default=False)
    timer_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    paused = models.BooleanField(default=False)
    alarm = models.CharField(max_length=10, default="")
    escalated_to = ArrayField(models.IntegerField(), null=True)
    extension_asked_at = models.DateTimeField(null=True)
    recused = ArrayField(models.IntegerField(), default=list)
    earlier = ArrayField(models.CharField(max_length=20), default=list)
    merged_into = models.CharField(max_length=20, null=True)
    grouped = models.BooleanField(default=False)
    withdrawal_asked = models.BooleanField(default=False)
    disputed = models.BooleanField(default=False)
    supervised = models.BooleanField(default=False)
    slip_due_at = models.DateTimeField(null=True)
    signature_awaited = models.BooleanField(default=False)
    received_on = models.DateField(default=date(1970, 1, 1))
    line = ArrayField(models.IntegerField(), default=list)
    cause = models.CharField(max_length=64, default="")
    liability = models.CharField(max_length=64, default="")
    outcome = models.CharField(max_length=10, default="open")
    timing = models.CharField(max_length=8, default="")
    verdict = models.CharField(max_length=10, default="")
    replied_at = models.DateTimeField(null=True)
    ratio = models.CharField(max_length=16, default="")
    solution = models.CharField(max_length=16, default="")
    sides = models.CharField(max_length=16, default="")
    axes = ArrayField(models.CharField(max_length=64), default=list)
    process = ArrayField(models.CharField(max_length=16), default=list)
    audience = ArrayField(models.IntegerField())
    state = ExactJSON()
    head = models.BinaryField()

    class Meta:
        verbose_name = _("complaint")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_open=False) | Q(responsible__isnull=False), name="open_complaint_has_responsible_person"
            ),
        ]
        indexes = [
            models.Index(fields=["responsible", "due_at", "id"], name="complaint_mine", condition=Q(is_open=True)),
            models.Index(
                fields=["responsible", "due_at", "id"],
                name="complaint_waits",
                condition=Q(WAITS_FOR_OTHERS, is_open=True),
            ),
            models.Index(fields=["mover", "due_at", "id"], name="complaint_mover", condition=Q(is_open=True)),
            models.Index(fields=["unit", "due_at", "id"], name="complaint_unit", condition=Q(is_open=True)),
            models.Index(
                fields=["unit", "due_at", "id"], name="complaint_to_check", condition=Q(WAITS_FOR_CHECK, is_open=True)
            ),
            models.Index(fields=["due_at", "id"], name="complaint_due", condition=Q(is_open=True)),
            models.Index(fields=["sign_due_at"], name="complaint_unsigned", condition=Q(sign_due_at__isnull=False)),
            models.Index(fields=["-received_at", "-id"], name="complaint_received"),
            models.Index(fields=["stage", "-received_at", "-id"], name="complaint_stage"),
            models.Index(fields=["class_code", "-received_at", "-id"], name="complaint_class"),
            models.Index(fields=["channel", "-received_at", "-id"], name="complaint_channel"),
            models.Index(fields=["unit", "-received_at", "-id"], name="complaint_unit_received"),
            models.Index(fields=["-received_at", "-id"], name="complaint_repeat", condition=Q(repeat=True)),
            models.Index(fields=["due_at", "id"], name="complaint_review", condition=Q(review_asked_at__isnull=False)),
            models.Index(fields=["reference"], name="complaint_reference", condition=Q(reference__isnull=False)),
            models.Index(fields=["timer_at", "id"], name="complaint_timer", condition=Q(timer_at__isnull=False)),
            models.Index(fields=["id"], name="complaint_provisional", condition=Q(provisional=True)),
            GinIndex(fields=["escalated_to"], name="complaint_escalated", condition=Q(escalated_to__isnull=False)),
            models.Index(
                fields=["extension_asked_at", "id"],
                name="complaint_extension",
                condition=Q(extension_asked_at__isnull=False),
            ),
            models.Index(fields=["due_at", "id"], name="complaint_supervised", condition=Q(supervised=True)),
            models.Index(fields=["due_at", "id"], name="complaint_to_sign", condition=Q(signature_awaited=True)),
            models.Index(fields=["unit", "ended_at"], name="complaint_ended", condition=Q(ended_at__isnull=False)),
            models.Index(fields=["cause", "-received_at", "-id"], name="complaint_cause", condition=~Q(cause="")),
            models.Index(
                fields=["liability", "-received_at", "-id"], name="complaint_liability", condition=~Q(liability="")
            ),
            models.Index(fields=["-received_at", "-id"], name="complaint_late", condition=Q(timing="late")),
            models.Index(fields=["verdict", "-received_at", "-id"], name="complaint_verdict", condition=~Q(verdict="")),
            models.Index(fields=["ratio", "-received_at", "-id"], name="complaint_ratio", condition=~Q(ratio="")),
            models.Index(
                fields=["solution", "-received_at", "-id"], name="complaint_solution", condition=~Q(solution="")
            ),
            models.Index(fields=["sides", "-received_at", "-id"], name="complaint_sides", condition=~Q(sides="")),
            models.Index(fields=["employee_about"], name="complaint_about", condition=Q(employee_about__isnull=False)),
            GinIndex(fields=["recused"], name="complaint_recused", condition=~Q(recused=[])),
            GinIndex(fields=["audience"], name="complaint_audience", fastupdate=True),
        ]


class JournalEntry(models.Model):
    """日志. Append-only (a trigger refuses change and removal); `hash` chains each entry of a complaint to the one before.

    `command_key` is the idempotency key of the command that wrote it, on the command's first entry.
    """

    id = models.BigAutoField(primary_key=True)
    complaint_id = models.BigIntegerField()
    seq = models.IntegerField()
    kind = models.CharField(max_length=32)
    at = models.DateTimeField()
    by = models.IntegerField(null=True)
    body = ExactJSON()
    hash = models.BinaryField()
    command_key = models.CharField(max_length=200, null=True)
    command_digest = models.BinaryField(null=True)

    class Meta:
        verbose_name = _("journal entry")
        constraints = [
            models.UniqueConstraint(fields=["complaint_id", "seq"], name="journal_order"),
            models.UniqueConstraint(
                fields=["command_key"], name="journal_command_once", condition=Q(command_key__isnull=False)
            ),
        ]


class SearchWords(models.Model):
    """检索词: the character bigrams of a complaint's sealed texts, its day and month of receipt, made in Python, beside its audience.

    Rebuilt from the complaint at any time. Who may see a complaint is decided by the row's own audience; this one is for the index.
    """

    complaint_id = models.BigIntegerField(primary_key=True)
    audience = ArrayField(models.IntegerField())
    words = SearchVectorField()

    class Meta:
        verbose_name = _("search words")
        indexes = [GinIndex(fields=["audience", "words"], name="search_audience_words")]


class Draft(models.Model):
    """草稿. What a person has typed and not sent yet, sealed under the bank's key. Removed once it is sent, or after 30 days.

    `about` is empty for a registration; else it names the complaint and the action of its page: `7:investigate`.
    """

    id = models.UUIDField(primary_key=True)
    staff_id = models.IntegerField()
    about = models.CharField(max_length=80, default="")
    body = models.BinaryField()
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft")
        indexes = [models.Index(fields=["staff_id", "-saved_at"], name="draft_of_staff")]


class Attempts(models.Model):
    """限次: how often somebody has tried something in one stretch of time. `who` is a keyed hash, never an address or a number."""

    who = models.BinaryField(primary_key=True)
    since = models.DateTimeField()
    count = models.IntegerField()

    class Meta:
        verbose_name = _("attempts")
        indexes = [models.Index(fields=["since"], name="attempts_since")]


class PersonalDataKey(models.Model):
    """One row: the check value of the key that this database's personal data are sealed with."""

    check_value = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("personal data key")


class PolicyInUse(models.Model):
    """规则包. The text of each pack that complaints were received under, by its key, so that it can always be read again."""

    key = models.CharField(max_length=100, primary_key=True)
    text = models.TextField()
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("policy pack in use")


def column_names(model: type[models.Model]) -> tuple[str, ...]:
    """The database columns of a model, in the order of their declaration."""
    return tuple(field.column for field in model._meta.concrete_fields if field.column)
