"""待提交的附件: files that a customer has chosen and not sent yet, sealed under the bank's key beside the attachments.

They go to the complaint when it is sent, or away after a day.
"""

import re
import secrets
from datetime import datetime, timedelta

import structlog

from shouwen.casework import privacy
from shouwen.casework.files import CheckedFile, store
from shouwen.core.refusal import RefusedForNow

log = structlog.get_logger()
KEPT = timedelta(days=1)
NAME = re.compile(r"[0-9a-f]{32}")
FOLDER = "held"


def hold(file: CheckedFile) -> str:
    """Keep the content; returns its name, which nobody can guess."""
    name = secrets.token_hex(16)
    store.write(_place(name), privacy.keyring().seal(file.content, _context(name)))
    return name


def held(name: str) -> bytes | None:
    """The content; none when it has gone."""
    sealed = store.read(_place(name))
    return None if sealed is None else privacy.keyring().open(sealed, _context(name))


def drop(name: str) -> None:
    """Let go of it. While the store is away nothing is lost by that: it goes with the old ones."""
    try:
        store.remove(_place(name))
    except RefusedForNow as refusal:
        log.warning("held file not removed yet", rule=refusal.rule)


def forget_old(now: datetime) -> int:
    """Remove what was chosen more than a day before `now`; returns how many."""
    gone = 0
    for place in store.standing().older_than(now - KEPT, FOLDER):
        store.remove(place)
        gone += 1
    return gone


def _place(name: str) -> str:
    assert NAME.fullmatch(name), "names are ours"
    return f"{FOLDER}/{name}"


def _context(name: str) -> str:
    return f"portal held file:{name}"
