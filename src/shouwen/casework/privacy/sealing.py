"""封存: authenticated encryption of one value under one key, bound to the place where the value belongs."""

import os
from enum import StrEnum
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shouwen.casework.privacy.problems import SealBroken

VERSION = 1
NONCE_BYTES = 12
TAG_BYTES = 16
HEADER_BYTES = 2


class Algorithm(StrEnum):
    """加密算法: AES-256-GCM, or SM4-GCM (GB/T 32907) where the bank requires 国密."""

    AES = "aes-256-gcm"
    SM4 = "sm4-gcm"

    @property
    def code(self) -> int:
        return {Algorithm.AES: 1, Algorithm.SM4: 2}[self]

    @property
    def key_bytes(self) -> int:
        return {Algorithm.AES: 32, Algorithm.SM4: 16}[self]


class DataKey:
    """数据密钥: seals the personal data of one complainant. Lives in memory only; its wrapped form is stored (see `Keyring`).

    Sealed: version (1 byte), algorithm (1), nonce (12, random), ciphertext, tag (16): 30 bytes more than the plaintext.
    """

    __slots__ = ("_aes", "_algorithm", "_header", "_key")

    def __init__(self, algorithm: Algorithm, key: bytes) -> None:
        if len(key) != algorithm.key_bytes:
            raise ValueError(f"{algorithm} takes a key of {algorithm.key_bytes} bytes")
        self._algorithm = algorithm
        self._key = key
        self._header = bytes((VERSION, algorithm.code))
        self._aes = AESGCM(key) if algorithm is Algorithm.AES else None

    def __repr__(self) -> str:
        return f"<DataKey {self._algorithm}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a data key is not pickled: it would end in a cache or a job in clear")

    @classmethod
    def generate(cls, algorithm: Algorithm) -> "DataKey":
        return cls(algorithm, os.urandom(algorithm.key_bytes))

    def seal(self, plaintext: str | bytes, context: str) -> bytes:
        """Seal a value. `context` names its place ("complaint:7:details"): in another place it does not open."""
        clear = plaintext.encode() if isinstance(plaintext, str) else plaintext
        nonce = os.urandom(NONCE_BYTES)
        bound = self._header + context.encode()
        if self._aes is not None:
            return self._header + nonce + self._aes.encrypt(nonce, clear, bound)
        encryptor = Cipher(algorithms.SM4(self._key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(bound)
        return self._header + nonce + encryptor.update(clear) + encryptor.finalize() + encryptor.tag

    def open(self, sealed: bytes, context: str) -> bytes:
        """The value again. Refused (`SealBroken`) when a bit differs, the context is another, or the key is."""
        if len(sealed) < HEADER_BYTES + NONCE_BYTES + TAG_BYTES or sealed[:HEADER_BYTES] != self._header:
            raise SealBroken(context)
        nonce, rest = sealed[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES], sealed[HEADER_BYTES + NONCE_BYTES :]
        bound = self._header + context.encode()
        try:
            if self._aes is not None:
                return self._aes.decrypt(nonce, rest, bound)
            tag = modes.GCM(nonce, rest[-TAG_BYTES:])
            decryptor = Cipher(algorithms.SM4(self._key), tag).decryptor()
            decryptor.authenticate_additional_data(bound)
            return decryptor.update(rest[:-TAG_BYTES]) + decryptor.finalize()
        except InvalidTag:
            raise SealBroken(context) from None

    def wrapped_by(self, wrapping: "DataKey", context: str) -> bytes:
        return wrapping.seal(bytes((self._algorithm.code,)) + self._key, context)

    @classmethod
    def unwrapped_by(cls, wrapping: "DataKey", wrapped: bytes, context: str) -> "DataKey":
        clear = wrapping.open(wrapped, context)
        algorithm = next(each for each in Algorithm if each.code == clear[0])
        return cls(algorithm, clear[1:])


def derived(master: bytes, purpose: str, length: int) -> bytes:
    """A key for one purpose from a master key (HKDF-SHA256, RFC 5869); one tells nothing of another."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"shouwen {purpose}".encode()).derive(master)
