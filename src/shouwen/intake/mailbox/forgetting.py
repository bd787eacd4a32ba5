"""来信原件的保存期限: the source of a mail that is no part of a complaint goes after a while; what a complaint came from stays with it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Coalesce

from shouwen.intake.mailbox.models import IncomingMail, State

UNDECIDED = Q(state__in=(State.REFUSED, State.UNREADABLE), handled_at__isnull=True)
"""A complaint may be in it: it waits until a person has registered or dismissed it."""


def forget_old(now: datetime) -> int:
    """Empty the sealed source of what was received, and decided if it was for a person, SHOUWEN_MAILBOX_KEEP_DAYS ago; returns how many.

    The row stays with its digest, so that the very same mail is known again when a mailbox is read anew.
    """
    before = now - timedelta(days=settings.SHOUWEN_MAILBOX_KEEP_DAYS)
    old = IncomingMail.objects.filter(is_complaints=False, size__gt=0, received_at__lt=before)
    old = old.exclude(state=State.NEW).exclude(UNDECIDED).exclude(handled_at__gte=before)
    return old.update(sealed=b"", size=0, draft_id=None, handled_at=Coalesce("handled_at", now))
