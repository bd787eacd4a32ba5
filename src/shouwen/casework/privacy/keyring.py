"""主密钥: the bank's keys in memory, and the first start, at which they are made."""

import hmac
import os
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

from django.conf import settings
from django.utils import timezone

from shouwen.casework.privacy import key_file
from shouwen.casework.privacy.blind_index import BlindIndex, IndexHash
from shouwen.casework.privacy.key_file import MasterKey
from shouwen.casework.privacy.problems import KeyMissing, KeyWrong, SealBroken
from shouwen.casework.privacy.sealing import Algorithm, DataKey, derived

_ID_BYTES = 4
_WRAPPED = "data key"
_CHECKED = b"shouwen personal data"


class Keyring:
    """The keys of one file. The newest wrapping key seals; every one opens what it sealed.

    What a wrapping key sealed starts with that key's number (4 bytes). Data keys are wrapped, so a rotation rewraps keys and
    leaves the personal data alone; the index key never changes.
    """

    def __init__(self, path: Path, keys: tuple[MasterKey, ...]) -> None:
        index = next(key for key in keys if key.use == "index")
        wrapping = [key for key in keys if key.use == "wrap"]
        self.path = path
        self._newest = wrapping[-1]
        self._algorithm = Algorithm(self._newest.algorithm)
        self._index = BlindIndex(IndexHash(index.algorithm), index.secret)
        self._wrapping = {bytes.fromhex(key.id): _purpose_key(key, "wrapping") for key in wrapping}
        self._sealing = {bytes.fromhex(key.id): _purpose_key(key, "bank sealing") for key in wrapping}
        self._newest_id = bytes.fromhex(self._newest.id)

    def __repr__(self) -> str:
        return f"<Keyring {self.path}: {len(self._wrapping)} keys, newest {self._newest.id} {self._algorithm}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a keyring is not pickled: it would end in a cache or a job in clear")

    def check_value(self) -> bytes:
        """校验值 for the database (32 bytes): says whether a file belongs to it, and nothing about the keys. Survives rotation."""
        return self._index.digest("check value", _CHECKED)

    def require(self, check_value: bytes) -> None:
        """Refuse (`KeyWrong`) a file that does not belong to the database with this check value."""
        if not hmac.compare_digest(check_value, self.check_value()):
            raise KeyWrong(self.path)

    def new_data_key(self) -> tuple[DataKey, bytes]:
        """A key for one complainant, and its wrapped form (bytes to store). Erasure is the removal of the wrapped form."""
        key = DataKey.generate(self._algorithm)
        return key, self._wrap(key)

    def unwrap(self, wrapped: bytes) -> DataKey:
        """Refused: `KeyWrong` when it was wrapped with a key that is not in the file, `SealBroken` when it was changed."""
        wrapping = self._find(self._wrapping, wrapped, _WRAPPED)
        return DataKey.unwrapped_by(wrapping, wrapped[_ID_BYTES:], _WRAPPED)

    def needs_rewrap(self, wrapped: bytes) -> bool:
        """Whether an older wrapping key still holds this data key."""
        return wrapped[:_ID_BYTES] != self._newest_id

    def rewrap(self, wrapped: bytes) -> bytes:
        """The same data key, wrapped with the newest key: the personal data stay as they are."""
        return self._wrap(self.unwrap(wrapped))

    def seal(self, plaintext: str | bytes, context: str) -> bytes:
        """Seal what belongs to no complainant yet, such as a draft, under the bank's own key."""
        return self._newest_id + self._sealing[self._newest_id].seal(plaintext, context)

    def open(self, sealed: bytes, context: str) -> bytes:
        return self._find(self._sealing, sealed, context).open(sealed[_ID_BYTES:], context)

    def blind_index(self, kind: str, value: str) -> bytes:
        """盲索引 of a value for look-up, 16 bytes: see `BlindIndex.of`."""
        return self._index.of(kind, value)

    def _wrap(self, key: DataKey) -> bytes:
        return self._newest_id + key.wrapped_by(self._wrapping[self._newest_id], _WRAPPED)

    def _find(self, keys: dict[bytes, DataKey], sealed: bytes, context: str) -> DataKey:
        key_id = bytes(sealed[:_ID_BYTES])
        if len(key_id) < _ID_BYTES:
            raise SealBroken(context)
        if key_id not in keys:
            raise KeyWrong(self.path, missing_key=key_id.hex())
        return keys[key_id]


def _purpose_key(key: MasterKey, purpose: str) -> DataKey:
    algorithm = Algorithm(key.algorithm)
    return DataKey(algorithm, derived(key.secret, f"{purpose} {algorithm}", algorithm.key_bytes))


def create_keyring(path: Path, created: datetime, algorithm: Algorithm = Algorithm.AES) -> Keyring:
    """Make the file with new keys, unless it is there or another process is faster: then that one is read.

    With SM4-GCM the indexes are made with SM3 also.
    """
    index_hash = IndexHash.SM3 if algorithm is Algorithm.SM4 else IndexHash.SHA256
    keys = (MasterKey.generate("index", index_hash, created), MasterKey.generate("wrap", algorithm, created))
    key_file.create(path, keys)
    return load_keyring(path)


def load_keyring(path: Path) -> Keyring:
    """The keys of an existing file. Refused with a `KeyProblem` that says what to do."""
    return Keyring(path, key_file.read(path))


def add_wrapping_key(path: Path, created: datetime, algorithm: Algorithm | None = None) -> Keyring:
    """更换主密钥: add a wrapping key, which seals from now on. The older ones stay until everything is rewrapped."""
    keys = key_file.read(path)
    key_file.replace(path, (*keys, MasterKey.generate("wrap", algorithm or keys[-1].algorithm, created)))
    return load_keyring(path)


def prepare_keyring(check_value: bytes | None) -> Keyring:
    """The keyring at start. `check_value` is the database's, none for a new database: only then may a key be made."""
    path = Path(settings.SHOUWEN_KEY_FILE)
    if check_value is None:
        return create_keyring(
            path, timezone.now(), Algorithm(getattr(settings, "SHOUWEN_KEY_ALGORITHM", Algorithm.AES))
        )
    ring = keyring()
    ring.require(check_value)
    return ring


def keyring() -> Keyring:
    """The keyring of this installation (`settings.SHOUWEN_KEY_FILE`), read again when the file has changed."""
    name = os.fspath(settings.SHOUWEN_KEY_FILE)
    try:
        found = os.stat(name)
    except FileNotFoundError:
        raise KeyMissing(Path(name)) from None
    return _loaded(name, found.st_ino, found.st_mtime_ns, found.st_mode)


@lru_cache(maxsize=4)
def _loaded(name: str, *_version: int) -> Keyring:
    return load_keyring(Path(name))
