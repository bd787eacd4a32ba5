"""限次: how often something may be tried, counted in the database so that every process and host counts together."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from shouwen.casework import privacy
from shouwen.casework.models import Attempts

COUNT = """
    INSERT INTO casework_attempts AS a (who, since, count) VALUES (%(who)s, %(now)s, 1)
    ON CONFLICT (who) DO UPDATE SET
        since = CASE WHEN a.since <= %(oldest)s THEN %(now)s ELSE a.since END,
        count = CASE WHEN a.since <= %(oldest)s THEN 1 ELSE a.count + 1 END
    RETURNING count
"""
KEPT = timedelta(days=2)


def allowed(what: str, who: str, *, most: int, per: timedelta, now: datetime) -> bool:
    """Count one more attempt of `who` at `what`; whether it is among the first `most` of this stretch of time.

    `who` is an address, a number, an account: it is kept as a keyed hash only.
    """
    counted: dict[str, Any] = {"who": _key(what, who), "now": now, "oldest": now - per}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, counted)
        return bool(cursor.fetchone()[0] <= most)


def forgiven(what: str, who: str) -> None:
    """Begin to count anew, as after a success."""
    Attempts.objects.filter(who=_key(what, who)).delete()


def forget_old(now: datetime) -> int:
    """Remove what nobody counts any more; returns how many."""
    return Attempts.objects.filter(since__lt=now - KEPT).delete()[0]


def _key(what: str, who: str) -> bytes:
    return privacy.keyring().blind_index("attempt", f"{what}:{who}")
