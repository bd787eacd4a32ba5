"""The journal's chain: each entry's hash covers its body and, through the entry before it, all that came before."""

import hashlib


def genesis(number: str) -> bytes:
    """The hash that the first entry of a complaint builds on: its number, so that a whole chain cannot change its place."""
    return hashlib.sha256(number.encode()).digest()


def link(previous: bytes, seq: int, body: bytes) -> bytes:
    """The hash of entry `seq` (from 1) with this body, after the entry whose hash is `previous`."""
    return hashlib.sha256(b"%b%d:%b" % (previous, seq, body)).digest()
