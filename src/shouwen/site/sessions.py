"""Sessions (会话) in the database, as Django keeps them; the one of a request is found by a prepared statement."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from shouwen.casework import prepared

COLUMNS = ("session_key", "session_data", "expire_date")
FOUND = "SELECT session_key, session_data, expire_date FROM django_session WHERE session_key = $1 AND expire_date > $2"


class SessionStore(db.SessionStore):
    """Django's own, whose look-up composes its query anew for every request."""

    def _validate_session_key(self, key: str | None) -> bool:
        """A quoted cookie can hold a NUL character, which PostgreSQL refuses: it is the key of no session."""
        return bool(super()._validate_session_key(key)) and "\0" not in str(key)

    def _get_session_from_db(self) -> Session | None:
        found = prepared.run(FOUND, [self.session_key, timezone.now()])
        if not found:
            self._session_key = None
            return None
        return Session.from_db("default", COLUMNS, found[0])
