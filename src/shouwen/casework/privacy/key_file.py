"""主密钥文件: a text file with one line for each key, read and written whole.

    index 5e0c91d2 hmac-sha256 2026-11-24T02:10:00Z <32 bytes in base64> <check>
    wrap  91c27f3a aes-256-gcm 2026-11-24T02:10:00Z <32 bytes in base64> <check>

One index key, for ever; one or more wrapping keys, the newest last. The check is the start of the line's SHA-256, so that a copying
mistake is found before it is taken for a wrong key.
"""

import base64
import binascii
import os
import re
import stat
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from shouwen.casework.privacy.blind_index import IndexHash
from shouwen.casework.privacy.problems import KeyExposed, KeyMissing, KeyUnreadable
from shouwen.casework.privacy.sealing import Algorithm
from shouwen.core.text import Text

MASTER_BYTES = 32
_HEAD = """\
# Shouwen 首问 · master keys for personal data 个人信息主密钥
# Keep a copy apart from the database and its backups. Without this file nobody can read the personal data.
# 请另存副本，与数据库及其备份分开保管。没有此文件，任何人都无法读取个人信息。
"""
_ID = re.compile(r"[0-9a-f]{8}")
_ALGORITHMS: dict[str, tuple[str, ...]] = {"index": tuple(IndexHash), "wrap": tuple(Algorithm)}
_OPEN_TO_OTHERS = stat.S_IRWXO | stat.S_IWGRP


class MasterKey(msgspec.Struct, frozen=True):
    """One line of the file. `use` is "index" or "wrap"; `created` in UTC."""

    use: str
    id: str
    algorithm: str
    created: datetime
    secret: bytes

    def __repr__(self) -> str:
        return f"<MasterKey {self.use} {self.id} {self.algorithm}>"

    @classmethod
    def generate(cls, use: str, algorithm: str, created: datetime) -> "MasterKey":
        return cls(use, os.urandom(4).hex(), algorithm, created, os.urandom(MASTER_BYTES))

    def line(self) -> str:
        words = (self.use, self.id, self.algorithm, _moment(self.created), base64.b64encode(self.secret).decode())
        return f"{' '.join(words)} {_check(words)}\n"


def read(path: Path) -> tuple[MasterKey, ...]:
    """The keys of the file. Refused: no file, one that others may read or change, and any line that is not exactly right."""
    try:
        with path.open(encoding="utf-8") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            lines = file.read().splitlines()
    except FileNotFoundError:
        raise KeyMissing(path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyUnreadable(path, _reason(error)) from None
    if mode & _OPEN_TO_OTHERS:
        raise KeyExposed(path, mode)
    keys = tuple(
        _parsed(path, number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")
    )
    if [key.use for key in keys].count("index") != 1 or not any(key.use == "wrap" for key in keys):
        raise KeyUnreadable(
            path,
            Text(
                "应有一行 index 密钥和至少一行 wrap 密钥",
                "it should have one line with the index key and at least one wrap key",
            ),
        )
    if len({key.id for key in keys}) < len(keys):
        raise KeyUnreadable(path, Text("同一密钥编号出现两次", "a key number stands twice"))
    return keys


def create(path: Path, keys: Iterable[MasterKey]) -> bool:
    """Write a new file, whole and on disk before its name exists; False when another process was first (its file stays)."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(draft, keys)
        try:
            os.link(draft, path)
        except FileExistsError:
            return False
        finally:
            draft.unlink()
        _sync_folder(path.parent)
    except OSError as error:
        raise KeyUnreadable(path, _reason(error)) from None
    return True


def replace(path: Path, keys: Iterable[MasterKey]) -> None:
    """Write the file anew. Refused while somebody else does: a key that got lost between two writers would lose data."""
    draft = path.with_name(f"{path.name}.new")
    try:
        _write(draft, keys)
        os.replace(draft, path)
        _sync_folder(path.parent)
    except FileExistsError:
        raise KeyUnreadable(
            path,
            Text(
                f"另一程序正在更换密钥，或上次更换中断留下了 {draft.name}，确认后删除它再试",
                f"another program is changing the keys, or an interrupted one left {draft.name}; make sure, delete it, try again",
            ),
        ) from None
    except OSError as error:
        raise KeyUnreadable(path, _reason(error)) from None


def _write(path: Path, keys: Iterable[MasterKey]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(_HEAD + "".join(key.line() for key in keys))
        file.flush()
        os.fchmod(descriptor, 0o600)
        os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _parsed(path: Path, number: int, line: str) -> MasterKey:
    words = tuple(line.split())
    try:
        use, key_id, algorithm, created, secret, check = words
        key = MasterKey(
            use, key_id, algorithm, datetime.fromisoformat(created), base64.b64decode(secret, validate=True)
        )
        whole = check == _check(words[:-1]) and len(key.secret) == MASTER_BYTES and _ID.fullmatch(key_id)
    except (ValueError, binascii.Error):
        whole = None
    if not whole or algorithm not in _ALGORITHMS.get(use, ()):
        raise KeyUnreadable(path, Text(f"第 {number} 行不完整或被改动", f"line {number} is incomplete or was changed"))
    return key


def _check(words: tuple[str, ...]) -> str:
    return sha256(" ".join(words).encode()).hexdigest()[:8]


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _reason(error: OSError | UnicodeDecodeError) -> Text:
    words = error.strerror or str(error) if isinstance(error, OSError) else "not a text file"
    return Text(f"无法读写（{words}）", f"it cannot be read or written ({words})")
