"""草稿 of registrations and of long forms on a complaint's page: what a person has typed and not sent yet, sealed under the bank's key and open to that person alone."""

from datetime import datetime
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import msgspec
from django.db.models import QuerySet
from django.utils import timezone

from shouwen.casework import privacy
from shouwen.casework.models import Draft

Typed = dict[str, list[str]]
MOST_KEPT = 20
LONGEST = 200_000


class Kept(msgspec.Struct, frozen=True):
    """A draft as its writer sees it again; `saved_at` in UTC."""

    id: UUID
    typed: Typed
    saved_at: datetime


def save(staff_id: int, typed: Typed, draft_id: UUID | None = None) -> UUID:
    """Keep what was typed, over the draft of this id if it is this person's; else as a new one. The oldest beyond 20 go."""
    own = _registrations(staff_id).filter(id=draft_id).exists() if draft_id else False
    kept_as = draft_id if own and draft_id else uuid4()
    _write(kept_as, staff_id, "", typed)
    surplus = _registrations(staff_id).order_by("-saved_at").values_list("id", flat=True)[MOST_KEPT:]
    Draft.objects.filter(id__in=list(surplus)).delete()
    return kept_as


def _registrations(staff_id: int) -> QuerySet[Draft]:
    return Draft.objects.filter(staff_id=staff_id, about="")


def _write(draft_id: UUID, staff_id: int, about: str, typed: Typed) -> None:
    body = privacy.keyring().seal(msgspec.json.encode(typed), _context(draft_id, staff_id))
    kept = {"staff_id": staff_id, "about": about, "body": body, "saved_at": timezone.now()}
    Draft.objects.update_or_create(id=draft_id, defaults=kept)


def save_action(staff_id: int, complaint_id: int, action: str, typed: Typed) -> None:
    """Keep what this person has typed into the form of this action on this complaint; there is one for each."""
    _write(_of_action(staff_id, complaint_id, action), staff_id, f"{complaint_id}:{action}", typed)


def open_action(staff_id: int, complaint_id: int, action: str) -> Kept | None:
    """What this person had typed into the form of this action and not sent."""
    return open_draft(staff_id, _of_action(staff_id, complaint_id, action))


def discard_action(staff_id: int, complaint_id: int, action: str) -> None:
    discard(staff_id, _of_action(staff_id, complaint_id, action))


def _of_action(staff_id: int, complaint_id: int, action: str) -> UUID:
    return uuid5(NAMESPACE_OID, f"shouwen:draft:{staff_id}:{complaint_id}:{action}")


def is_too_long(typed: Typed) -> bool:
    """Whether this is more than a draft may hold (200 kB)."""
    return len(msgspec.json.encode(typed)) > LONGEST


def open_draft(staff_id: int, draft_id: UUID) -> Kept | None:
    """The draft, if it is this person's."""
    row = Draft.objects.filter(id=draft_id, staff_id=staff_id).first()
    return _opened(row) if row else None


def drafts_of(staff_id: int) -> list[Kept]:
    """The registrations that this person has not finished, the latest first."""
    return [_opened(row) for row in _registrations(staff_id).order_by("-saved_at")[:MOST_KEPT]]


def discard(staff_id: int, draft_id: UUID | None) -> None:
    if draft_id is not None:
        Draft.objects.filter(id=draft_id, staff_id=staff_id).delete()


def _opened(row: Draft) -> Kept:
    body = privacy.keyring().open(bytes(row.body), _context(row.id, row.staff_id))
    return Kept(row.id, msgspec.json.decode(body, type=Typed), row.saved_at)


def _context(draft_id: UUID, staff_id: int) -> str:
    return f"draft:{draft_id}:{staff_id}"
