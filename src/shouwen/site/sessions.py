"""Sessions (会话) in the database, as Django keeps them; the one of a request is found by a prepared statement."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from shouwen.casework import prepared

COLUMNS = ("session_key", "session_data", "expire_date")
FOUND = "SELECT session_key, session_data, expire_date FROM django_session WHERE session_key = $1 AND expire_date > $2"


class SessionStore(db.SessionStore):
    """Django's own, whose look-up composes its query anew for every request."""

    def _get_session_from_db(self) -> Session | None:
        # A quoted cookie can hold a NUL character, which PostgreSQL refuses: it is the key of no session.
        found = [] if "\0" in str(self.session_key) else prepared.run(FOUND, [self.session_key, timezone.now()])
        if not found:
            self._session_key = None
            return None
        return Session.from_db("default", COLUMNS, found[0])
