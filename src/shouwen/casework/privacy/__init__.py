"""Personal-data protection (个人信息保护): the bank's keys, sealed values, blind indexes, and logs without personal data."""

from shouwen.casework.privacy.keyring import (
    Keyring,
    add_wrapping_key,
    create_keyring,
    keyring,
    load_keyring,
    prepare_keyring,
)
from shouwen.casework.privacy.problems import KeyExposed, KeyMissing, KeyProblem, KeyUnreadable, KeyWrong, SealBroken
from shouwen.casework.privacy.redaction import redact
from shouwen.casework.privacy.sealing import Algorithm, DataKey

__all__ = [
    "Algorithm",
    "DataKey",
    "KeyExposed",
    "KeyMissing",
    "KeyProblem",
    "KeyUnreadable",
    "KeyWrong",
    "Keyring",
    "SealBroken",
    "add_wrapping_key",
    "create_keyring",
    "keyring",
    "load_keyring",
    "prepare_keyring",
    "redact",
]
