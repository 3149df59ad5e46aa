"""Django's PostgreSQL, save that a kept connection is looked at before a request and not asked."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL."""

    def is_usable(self) -> bool:
        """
        Tell whether the connection still stands.

        A server that ends a connection, or dies, says so on the socket, which costs nothing to look at.
        The server is asked where there is something to read, for that may as well be news, and after an
        error.
        """
        quiet = not (self.errors_occurred or self.connection.closed) and not self._has_word()
        return quiet or super().is_usable()

    def _has_word(self) -> bool:
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return bool(poll.poll(0))
