"""What a customer has typed so far, kept sealed in the session between the steps."""

from datetime import datetime, timedelta
from uuid import uuid4

import msgspec
from django.http import HttpRequest

from shouwen.portal import sealed_session
from shouwen.portal.filing import held_files

NAME = "filing"
DONE = "done"
IDLE = timedelta(hours=2)
CODE_SHOWN_FOR = timedelta(minutes=10)
"""The page with the code can be opened again this long: a phone may drop a page before it is read."""
LONGEST_FIELD = 60_000
"""More than any field takes, so that a text that is too long is still there to be shortened."""


class HeldFile(msgspec.Struct, frozen=True):
    id: str
    name: str
    size: int


class Filing(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is the idempotency key. `typed` is what the fields hold, right or wrong. `proved` is the contact detail whose code came
    back, `proof` the token of a code on its way to `proof_for`; `unproved` says that nothing could be sent."""

    id: str
    begun: datetime
    touched: datetime
    typed: dict[str, str] = {}
    files: tuple[HeldFile, ...] = ()
    proof: str = ""
    proof_for: str = ""
    proved: str = ""
    asked: bool = False


class Filed(msgspec.Struct, frozen=True):
    """What was sent: enough to show its number and code once."""

    complaint: int
    at: datetime
    files_left_out: tuple[str, ...] = ()


def begin(begun: datetime, now: datetime) -> Filing:
    return Filing(id=uuid4().hex, begun=begun, touched=now)


def current(request: HttpRequest, now: datetime) -> Filing | None:
    """The filing of this session; none when there is none, or nobody touched it for two hours."""
    filing = sealed_session.kept(request, NAME, Filing)
    if filing is not None and now - filing.touched > IDLE:
        end(request, filing)
        return None
    return filing


def keep(request: HttpRequest, filing: Filing, now: datetime) -> Filing:
    filing = msgspec.structs.replace(filing, touched=now)
    sealed_session.keep(request, NAME, filing)
    return filing


def with_typed(filing: Filing, typed: dict[str, str]) -> Filing:
    """The filing with these fields changed. Another phone or address is not proved by the code sent to the old one."""
    kept = {field: words[:LONGEST_FIELD] for field, words in typed.items()}
    merged = {**filing.typed, **kept}
    changed = {field for field in ("phone", "email") if merged.get(field, "") != filing.typed.get(field, "")}
    if changed:
        filing = msgspec.structs.replace(filing, proof="", proof_for="", proved="", asked=False)
    return msgspec.structs.replace(filing, typed=merged)


def end(request: HttpRequest, filing: Filing) -> None:
    """Forget the filing and its files."""
    for file in filing.files:
        held_files.drop(file.id)
    sealed_session.forget(request, NAME)


def show_code(request: HttpRequest, filed: Filed) -> None:
    sealed_session.keep(request, DONE, filed)


def filed(request: HttpRequest, now: datetime) -> Filed | None:
    """What was just sent, while its code may be shown."""
    found = sealed_session.kept(request, DONE, Filed)
    if found is not None and now - found.at > CODE_SHOWN_FOR:
        code_seen(request)
        return None
    return found


def code_seen(request: HttpRequest) -> None:
    sealed_session.forget(request, DONE)
