"""安静时段: when customers are left in peace. What falls into it waits until its end."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def not_before(moment: datetime, begin: time, end: time, zone: ZoneInfo) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls into (aware UTC).

    `begin` and `end` are times of day in the bank's zone; a stretch may pass midnight. Equal times mean that there is none.
    """
    local = moment.astimezone(zone)
    now = local.time()
    if begin == end:
        return moment
    over_midnight = begin > end
    quiet = (now >= begin or now < end) if over_midnight else begin <= now < end
    if not quiet:
        return moment
    day = local.date() + timedelta(days=1 if over_midnight and now >= begin else 0)
    return datetime.combine(day, end, zone).astimezone(UTC)
