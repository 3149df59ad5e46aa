"""
Where sessions are kept: Django's table, read by a prepared statement, for every page reads one.

The name of this module is the setting SESSION_ENGINE.
"""

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from dothi.foundation.statements import ask_one

_KEPT = "select session_data from django_session where session_key = %(key)s and expire_date > %(at)s"


class SessionStore(db.SessionStore):
    """The session of one browser."""

    def load(self) -> dict[str, Any]:
        """Return what the session holds; one that is unknown or over is begun anew, under another key."""
        found = ask_one(_KEPT, {"key": self.session_key, "at": timezone.now()})
        if found is None:
            self._session_key = None
            return {}
        return dict(self.decode(found[0]))
