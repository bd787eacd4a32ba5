"""盲索引: a keyed hash of a value, by which it is looked up without being readable in the database."""

import hmac
import os
from enum import StrEnum

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as hazmat

from shouwen.casework.privacy.sealing import derived
from shouwen.core.masking import Kind, normalise

INDEX_BYTES = 16
"""Of 32: among 10⁹ values two share an index with a chance of about 10⁻²¹, and half the hash says less than the whole."""


class IndexHash(StrEnum):
    """摘要算法 of the index: SHA-256, or SM3 (GB/T 32905) where the bank requires 国密."""

    SHA256 = "hmac-sha256"
    SM3 = "hmac-sm3"


class BlindIndex:
    """The indexes made with one index key. The key is as old as the database: a new one would find nothing of before."""

    def __init__(self, method: IndexHash, master: bytes) -> None:
        self._method = method
        self._master = master
        self._keys: dict[str, bytes] = {}

    def __repr__(self) -> str:
        return f"<BlindIndex {self._method}>"

    def of(self, kind: str, value: str) -> bytes:
        """索引值 of a value, 16 bytes. Spellings of one name or number agree (`normalise`); kinds never meet.

        A kind outside `Kind` (a tracking code, a digest) is taken exactly as given. A value of which nothing is left, such as
        a phone without a digit or the name 匿名, gets an index that equals no other, so that strangers are never taken for one.
        """
        text = normalise(kind, value) if kind in _KINDS else value
        return self.digest(f"blind index {kind}", text.encode())[:INDEX_BYTES] if text else os.urandom(INDEX_BYTES)

    def digest(self, purpose: str, message: bytes) -> bytes:
        key = self._keys.get(purpose)
        if key is None:
            key = self._keys[purpose] = derived(self._master, purpose, 32)
        return self._hash(key, message)

    def _hash(self, key: bytes, message: bytes) -> bytes:
        if self._method is IndexHash.SHA256:
            return hmac.digest(key, message, "sha256")
        hashing = hazmat.HMAC(key, hashes.SM3())
        hashing.update(message)
        return hashing.finalize()


_KINDS = frozenset(kind.value for kind in Kind)
