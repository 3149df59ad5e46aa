"""A kept connection to PostgreSQL is looked at before each request, without a question to the server."""

import psycopg
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from tests.support.waiting import until


def _terminated() -> None:
    """Let the server end Django's connection, as it does when it restarts."""
    ended = connection.connection.info
    with psycopg.connect(ended.dsn, password=ended.password) as other:
        other.execute("select pg_terminate_backend(%s)", (ended.backend_pid,))


class TestKeptConnection:
    def test_is_usable_while_the_server_says_nothing(self, fresh_database: str) -> None:
        connection.ensure_connection()
        with CaptureQueriesContext(connection) as asked:
            assert connection.is_usable()
        assert not asked.captured_queries

    def test_is_usable_when_what_the_server_said_was_news(self, fresh_database: str) -> None:
        connection.ensure_connection()
        with psycopg.connect(connection.connection.info.dsn, password=connection.connection.info.password,
                             autocommit=True) as other:  # fmt: skip
            connection.connection.execute("listen news")
            other.execute("notify news")
            assert connection.is_usable()

    def test_is_replaced_when_the_server_has_ended_it(self, fresh_database: str) -> None:
        connection.ensure_connection()
        _terminated()
        until(lambda: not connection.is_usable())
        close_old_connections()
        with connection.cursor() as cursor:
            cursor.execute("select 1")
            assert cursor.fetchone() == (1,)
