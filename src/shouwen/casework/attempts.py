"""限次: how often something may be tried, counted in the database so that every process and host counts together."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import connection

from shouwen.casework import privacy
from shouwen.casework.models import Attempts
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text


class Limit(msgspec.Struct, frozen=True):
    """次数上限: how many attempts in which stretch of time."""

    most: int
    per: timedelta

    @property
    def minutes(self) -> int:
        return int(self.per.total_seconds() // 60)


# Source: bank-default. A clerk takes some four complaints in ten minutes, with a few questions about the customer for each; who
# tries out all phones that end in four known digits needs ten thousand.
LOOK_UPS = Limit(60, timedelta(minutes=10))
"""查找客户: by name or number, on registration and in the search box, for each person."""

PASSWORD_CODES = Limit(5, timedelta(minutes=15))
"""设置密码: wrong codes from one address, before any code is asked."""

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


def require(what: str, who: str, limit: Limit, now: datetime) -> None:
    """Count one more attempt, and refuse it beyond the limit."""
    if not allowed(what, who, most=limit.most, per=limit.per, now=now):
        raise Refusal(
            "too-often",
            Text(
                f"次数过多：{limit.minutes}分钟内最多{limit.most}次，请过几分钟再试。",
                f"Too often: at most {limit.most} times in {limit.minutes} minutes. Try again in a few minutes.",
            ),
        )


def forgiven(what: str, who: str) -> None:
    """Begin to count anew, as after a success."""
    Attempts.objects.filter(who=_key(what, who)).delete()


def forget_old(now: datetime) -> int:
    """Remove what nobody counts any more; returns how many."""
    return Attempts.objects.filter(since__lt=now - KEPT).delete()[0]


def _key(what: str, who: str) -> bytes:
    return privacy.keyring().blind_index("attempt", f"{what}:{who}")
