"""机构、部门、人员: the bank's organisation as rows. Every table keeps its history by database triggers (django-pghistory)."""

from typing import ClassVar
from uuid import uuid4

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shouwen.core.duties import Duty
from shouwen.core.people import UnitKind

UNIT_KINDS = [
    (UnitKind.HEAD_OFFICE.value, _("Head office")),
    (UnitKind.TIER1_BRANCH.value, _("Tier-1 branch")),
    (UnitKind.TIER2_BRANCH.value, _("Tier-2 branch")),
    (UnitKind.SUB_BRANCH.value, _("Sub-branch")),
    (UnitKind.OUTLET.value, _("Outlet")),
    (UnitKind.HOTLINE.value, _("Hotline centre")),
    (UnitKind.UNION.value, _("Union")),
    (UnitKind.OFFICE.value, _("Office")),
    (UnitKind.DISCIPLINE.value, _("Discipline inspection")),
    (UnitKind.FUNCTIONAL.value, _("Functional department")),
]
SEGMENT = 4
"""Characters of one step of a unit's path, in base 36: 1.6 million units below one parent."""


@pghistory.track()
class Unit(models.Model):
    """机构或部门. `path` holds the places of all units from the head office down, `SEGMENT` characters each; prefix means below.

    `parent` is the truth; the path follows from it and is rewritten by `tree.move_unit` alone.
    """

    code = models.CharField(
        _("unit code"),
        max_length=32,
        unique=True,
        validators=[RegexValidator(r"^[0-9A-Za-z_-]+$", _("Letters and digits only."))],
    )
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=16, choices=UNIT_KINDS)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    path = models.CharField(max_length=64, unique=True, db_collation="C")
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("office phone"), max_length=40, blank=True)
    leader = models.ForeignKey(
        "Staff",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("first responsible person"),
    )
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("unit")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(opened_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="unit_closes_after_it_opens",
            )
        ]

    def __str__(self) -> str:
        return self.name


class StaffManager(BaseUserManager["Staff"]):
    def create_user(self, employee_no: str, password: str | None = None, **fields: object) -> "Staff":
        staff = self.model(employee_no=employee_no, **fields)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff


@pghistory.track(exclude=["password", "last_login"])
class Staff(AbstractBaseUser):
    """员工, who is also the account. Deactivated staff cannot sign in. What one may do comes from the duties held, nothing else."""

    employee_no = models.CharField(_("employee number"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="staff", verbose_name=_("unit"))
    phone = models.CharField(_("office phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    USERNAME_FIELD = "employee_no"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects = StaffManager()

    class Meta:
        verbose_name = _("member of staff")

    def __str__(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


@pghistory.track()
class Holding(models.Model):
    """任职: a duty held at a unit from a day on, until a day where it has ended. Days are of the bank's zone, both included."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="holdings", verbose_name=_("member of staff"))
    duty = models.CharField(_("duty"), max_length=24, choices=[(duty.value, duty.value) for duty in Duty])
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="holdings", verbose_name=_("unit"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("duty held")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff", "duty", "unit", "from_date"], name="holding_once"),
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")), name="holding_ends_after_start"
            ),
        ]


@pghistory.track()
class Contact(models.Model):
    """第一联系人 (A)、第二联系人 (B) of a unit."""

    RANKS: ClassVar = [("A", _("Contact A")), ("B", _("Contact B"))]

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="contacts", verbose_name=_("unit"))
    rank = models.CharField(_("rank"), max_length=1, choices=RANKS)
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="contact_for", verbose_name=_("member of staff"))

    class Meta:
        verbose_name = _("contact")
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "rank"], name="one_contact_of_each_rank")]


@pghistory.track()
class Absence(models.Model):
    """不在岗: from a day until a day, both included, in the bank's zone."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="absences", verbose_name=_("member of staff"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("absence")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(to_date__gte=F("from_date")), name="absence_ends_after_start"),
        ]
        indexes: ClassVar = [models.Index(fields=["to_date", "from_date"], name="absence_days")]


@pghistory.track()
class Delegation(models.Model):
    """授权代理: a post that its holder lends a colleague from a day until a day, both included, in the bank's zone.

    It never outlives the holding: `Directory.actor_for` asks on every day whether the giver still holds the post.
    `taken_back_at` (UTC) ends it that moment.
    """

    giver = models.ForeignKey(Staff, models.CASCADE, related_name="lent", verbose_name=_("giver"))
    deputy = models.ForeignKey(Staff, models.CASCADE, related_name="deputises", verbose_name=_("deputy"))
    duty = models.CharField(_("duty"), max_length=24, choices=[(duty.value, duty.value) for duty in Duty])
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=100)
    given_at = models.DateTimeField(_("given at"))
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("delegation")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(to_date__gte=F("from_date")), name="delegation_ends_after_start"),
            models.CheckConstraint(condition=~Q(giver=F("deputy")), name="delegation_to_another"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["to_date"], condition=Q(taken_back_at=None), name="delegation_running"),
        ]


@pghistory.track()
class CalendarDay(models.Model):
    """工作日历: one row for each day of an announced year; a row whose `source` is "bank" is the bank's own exception."""

    date = models.DateField(_("date"), primary_key=True)
    working = models.BooleanField(_("working day"))
    name_zh = models.CharField(_("name (Chinese)"), max_length=40)
    name_en = models.CharField(_("name (English)"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=60)

    class Meta:
        verbose_name = _("calendar day")


class Stamp(models.Model):
    """One row for each thing that processes keep in memory: a trigger counts `version` up when its tables change."""

    name = models.CharField(max_length=32, primary_key=True)
    version = models.BigIntegerField(default=0)


class PasswordCode(models.Model):
    """一次性密码设置码 of a person: its digest, until when it is good, and how often it was tried in vain."""

    staff = models.OneToOneField(Staff, models.CASCADE, primary_key=True, related_name="password_code")
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)


class Upload(models.Model):
    """导入文件 between its preview and its confirmation; only who brought it sees it, for a day at most.

    `purpose` names the import it is for. What holds customers' personal data is sealed before it comes here.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=20, default="organisation")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    created_at = models.DateTimeField()
