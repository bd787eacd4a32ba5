"""来件清单 between upload and confirmation: sealed in the database, for a day at most; only who brought it opens it."""

from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from shouwen.casework import privacy
from shouwen.organisation import uploads
from shouwen.organisation.models import Upload

PURPOSE = "slips"


class Kept(msgspec.Struct, frozen=True):
    """What was uploaded, as it is sealed. `unit` receives the slips."""

    name: str
    unit: int
    content: bytes


def keep(kept: Kept, staff_id: int, now: datetime) -> UUID:
    """Keep it; returns the key by which it is opened. What nobody confirmed in time goes."""
    key = uuid4()
    uploads.forget_old(now)
    sealed = privacy.keyring().seal(msgspec.msgpack.encode(kept), _context(key, staff_id))
    Upload.objects.create(id=key, staff_id=staff_id, purpose=PURPOSE, content=sealed, created_at=now)
    return key


def opened(key: UUID, staff_id: int, now: datetime) -> tuple[Kept, datetime] | None:
    """The list and when it was brought; none when it is no longer kept, or somebody else's."""
    rows = Upload.objects.filter(id=key, purpose=PURPOSE, staff_id=staff_id, created_at__gt=now - uploads.KEPT)
    row = rows.first()
    if row is None:
        return None
    content = privacy.keyring().open(bytes(row.content), _context(key, staff_id))
    return msgspec.msgpack.decode(content, type=Kept), row.created_at


def _context(key: UUID, staff_id: int) -> str:
    return f"slips:{key}:{staff_id}"
