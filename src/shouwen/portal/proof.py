"""联系方式核实: a code sent to the phone or address that the customer gave, typed back. The only place that knows messaging.

Where nothing can be sent, the step is left out and the page says so: a number that nobody checked is never shown as checked.
"""

from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast
from unicodedata import normalize

from shouwen.core.refusal import Refusal

MODULE = "shouwen.messaging.codes"
WAYS = {"phone": "sms", "email": "email"}
"""Which way of `messaging` reaches which of the contact details."""


class Codes(Protocol):
    """短信验证码: what this page asks of messaging."""

    def send(self, way: str, address: str, language: str, now: datetime) -> str:
        """Send a code; returns the token that `check` wants. Raises `Refusal` when this way is not configured."""

    def check(self, token: str, code: str, now: datetime) -> tuple[str, str] | None:
        """The way and the address that the code was sent to; none for a wrong or an old code."""


def codes() -> Codes | None:
    """Messaging's codes; none in an installation that has none."""
    return cast(Codes, import_module(MODULE)) if find_spec(MODULE) else None


def send(field: str, address: str, language: str, now: datetime) -> str:
    """Send a code to this contact detail; the empty token says that it could not be sent."""
    sender = codes()
    if sender is None:
        return ""
    try:
        return sender.send(WAYS[field], address, language, now)
    except Refusal:
        return ""


def proves(token: str, code: str, field: str, address: str, now: datetime) -> bool:
    """Whether this code was sent to this very contact detail."""
    sender = codes()
    found = sender.check(token, code, now) if sender is not None and token else None
    return found is not None and found[0] == WAYS[field] and _plain(found[1]) == _plain(address)


def _plain(address: str) -> str:
    """A number without what people write between its digits: messaging gives it back so."""
    return "".join(sign for sign in normalize("NFKC", address) if sign.isalnum() or sign in "@.+_") if address else ""
