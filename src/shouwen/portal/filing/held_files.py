"""待提交的附件: files that a customer has chosen and not sent yet, sealed under the bank's key beside the attachments.

They go to the complaint when it is sent, or away after a day.
"""

import os
import re
import secrets
import time
from pathlib import Path

from django.conf import settings

from shouwen.casework import privacy

KEPT_SECONDS = 24 * 60 * 60
NAME = re.compile(r"[0-9a-f]{32}")


def hold(content: bytes) -> str:
    """Keep the content; returns its name, which nobody can guess. Older ones that nobody sent go at the same time."""
    forget_old(time.time())
    name = secrets.token_hex(16)
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sealed = privacy.keyring().seal(content, _context(name))
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sealed)
    return name


def held(name: str) -> bytes | None:
    """The content; none when it has gone."""
    path = _path(name)
    return privacy.keyring().open(path.read_bytes(), _context(name)) if path.exists() else None


def drop(name: str) -> None:
    _path(name).unlink(missing_ok=True)


def forget_old(now: float) -> int:
    """Remove what was chosen more than a day before `now` (seconds since 1970); returns how many."""
    gone = 0
    folder = _folder()
    for path in folder.iterdir() if folder.exists() else ():
        if now - path.stat().st_mtime > KEPT_SECONDS:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _folder() -> Path:
    return Path(settings.SHOUWEN_FILES) / "held"


def _path(name: str) -> Path:
    assert NAME.fullmatch(name), "names are ours"
    return _folder() / name


def _context(name: str) -> str:
    return f"portal held file:{name}"
