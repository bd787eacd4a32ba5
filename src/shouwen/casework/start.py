"""What an installation must have before its first complaint: the key that fits the database, the policy pack, the calendar."""

from django.db import transaction
from django.utils import timezone

from shouwen.casework.models import PersonalDataKey
from shouwen.casework.privacy import prepare_keyring
from shouwen.casework.rules import take_into_use
from shouwen.organisation.calendar import seed_calendar
from shouwen.organisation.models import CalendarDay


@transaction.atomic
def prepare() -> None:
    """Prepare the database at start; costs three look-ups when all is there.

    Raises `privacy.KeyProblem` for a key that is missing or does not fit this database, `PolicyError` for a pack with a mistake.
    """
    known = PersonalDataKey.objects.first()
    ring = prepare_keyring(bytes(known.check_value) if known else None)
    if known is None:
        PersonalDataKey.objects.create(check_value=ring.check_value(), made_at=timezone.now())
    take_into_use()
    if not CalendarDay.objects.exists():
        seed_calendar()
