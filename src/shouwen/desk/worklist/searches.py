"""检索词 of a session. What a person looks for may be a name or a number: it is sealed, and the address holds only a token."""

import secrets
from base64 import b64decode, b64encode

from django.contrib.sessions.backends.base import SessionBase

from shouwen.casework import privacy

KEY = "searches"
KEPT = 10
LONGEST = 100


def remember(session: SessionBase, text: str) -> str:
    """Keep the text sealed in the session; the token stands for it in the page's address."""
    token = secrets.token_urlsafe(6)
    sealed = b64encode(privacy.keyring().seal(text[:LONGEST], _context(token))).decode()
    kept = list(session.get(KEY, {}).items())[-(KEPT - 1) :]
    session[KEY] = {**dict(kept), token: sealed}
    return token


def recall(session: SessionBase, token: str) -> str:
    """The text behind a token; empty when it is not one of this session."""
    sealed = session.get(KEY, {}).get(token)
    return privacy.keyring().open(b64decode(sealed), _context(token)).decode() if sealed else ""


def _context(token: str) -> str:
    return f"search:{token}"
