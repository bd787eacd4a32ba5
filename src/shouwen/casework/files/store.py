"""附件存储: where sealed content lies, by a place such as `007/1007/<digest>`: a folder of all hosts, or a bucket (SHOUWEN_FILES)."""

import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Protocol

from django.conf import settings

from shouwen.casework.files.bucket import Bucket


class Store(Protocol):
    """One way of keeping. What it is given is sealed already. Raises `RefusedForNow` while it cannot be reached."""

    def write(self, place: str, sealed: bytes) -> None:
        """Keep it whole or not at all, on disk when this returns."""

    def read(self, place: str) -> bytes | None: ...

    def exists(self, place: str) -> bool: ...

    def remove(self, place: str) -> None:
        """Remove it; nothing happens when it is not there."""

    def older_than(self, moment: datetime, under: str) -> Iterator[str]:
        """The places directly under this one that were written before the moment."""

    def answers(self) -> bool:
        """Whether it can be used now."""


class Folder:
    """本地文件夹, readable by its owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, place: str, sealed: bytes) -> None:
        path = self._folder / place
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)

    def read(self, place: str) -> bytes | None:
        try:
            return (self._folder / place).read_bytes()
        except FileNotFoundError:
            return None

    def exists(self, place: str) -> bool:
        return (self._folder / place).exists()

    def remove(self, place: str) -> None:
        (self._folder / place).unlink(missing_ok=True)

    def older_than(self, moment: datetime, under: str) -> Iterator[str]:
        folder = self._folder / under
        for path in folder.iterdir() if folder.exists() else ():
            if path.is_file() and datetime.fromtimestamp(path.stat().st_mtime, UTC) < moment:
                yield f"{under}/{path.name}"

    def answers(self) -> bool:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return os.access(self._folder, os.W_OK)


def standing() -> Store:
    """The store of this installation."""
    return _bucket(**settings.SHOUWEN_S3) if settings.SHOUWEN_S3 else Folder(Path(settings.SHOUWEN_FILES))


@cache
def _bucket(**told: str) -> Store:
    return Bucket(**told)


def write(place: str, sealed: bytes) -> None:
    standing().write(place, sealed)


def read(place: str) -> bytes | None:
    return standing().read(place)


def exists(place: str) -> bool:
    return standing().exists(place)


def remove(place: str) -> None:
    standing().remove(place)
