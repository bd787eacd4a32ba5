"""一次性密码设置码: how a person gets a first password, or a new one, without an administrator ever knowing it.

The administrator makes a code, sees it once and hands it over; the person types employee number, code and the new password.
A code lives for three days, works once, dies after ten wrong tries, and replaces the one before. Only its digest is stored.
"""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.organisation.models import PasswordCode, Staff

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 and O, 1, I and L: a code is also read out on the telephone."""
GROUPS, GROUP = 3, 4
LIVES = timedelta(days=3)
TRIES = 10

WRONG = Text(
    "工号或设置码不对，或设置码已过期、已用过。请核对；仍不行时，请系统管理员重新生成。",
    "The employee number or the code is wrong, or the code has expired or been used. Check both, or ask the administrator for a new code.",
)


def make_code(staff_id: int, now: datetime) -> str:
    """A new code, to be shown once. The present password stays good until the code is used."""
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
    PasswordCode.objects.update_or_create(
        staff_id=staff_id, defaults={"digest": _digest(code), "expires_at": now + LIVES, "tries": 0}
    )
    return code


def set_password(employee_no: str, code: str, password: str, now: datetime) -> Staff:
    """设置密码 with a code. Refused with one and the same sentence whatever is wrong with number or code."""
    with transaction.atomic():
        found = (
            PasswordCode.objects.select_for_update()
            .select_related("staff")
            .filter(staff__employee_no=employee_no, staff__is_active=True, expires_at__gt=now, tries__lt=TRIES)
            .first()
        )
        fits = found is not None and constant_time_compare(found.digest, _digest(code))
        if found is not None and fits:
            staff = found.staff
            validate_password(password, staff)
            staff.set_password(password)
            staff.save(update_fields=["password"])
            found.delete()
            return staff
        if found is not None:
            found.tries += 1
            found.save(update_fields=["tries"])
    raise Refusal("wrong-code", WRONG)


def _digest(code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return salted_hmac("shouwen.organisation.passwords", plain, algorithm="sha256").hexdigest()
