"""会话: what a customer's browser session remembers, sealed under the bank's key; in clear it is only ever in memory.

A customer's session is another matter than a member of staff's: it has keys of its own and says nothing to the desk.
"""

from base64 import b64decode, b64encode
from typing import TypeVar

import msgspec
from django.http import HttpRequest

from shouwen.casework import privacy
from shouwen.casework.privacy import KeyWrong, SealBroken

S = TypeVar("S", bound=msgspec.Struct)


def keep(request: HttpRequest, name: str, state: msgspec.Struct) -> None:
    sealed = privacy.keyring().seal(msgspec.json.encode(state), _context(name))
    request.session[_key(name)] = b64encode(sealed).decode()


def kept(request: HttpRequest, name: str, kind: type[S]) -> S | None:
    """What was kept; none when there is nothing, or nothing that these keys open and this version reads."""
    sealed = request.session.get(_key(name))
    if not isinstance(sealed, str):
        return None
    try:
        return msgspec.json.decode(privacy.keyring().open(b64decode(sealed), _context(name)), type=kind)
    except (SealBroken, KeyWrong, msgspec.DecodeError, ValueError):
        request.session.pop(_key(name), None)
        return None


def forget(request: HttpRequest, name: str) -> None:
    request.session.pop(_key(name), None)


def _key(name: str) -> str:
    return f"portal.{name}"


def _context(name: str) -> str:
    return f"portal session:{name}"
