"""Questions in two times: what was believed at an instant about a day, and what is believed now."""

from datetime import date, datetime
from typing import TypeVar

from django.db import connection

from dothi.foundation.bitemporal.facts import Fact
from dothi.kernel.problems import Invalid, msg

F = TypeVar("F", bound=Fact)


class NotYetKnown(Invalid):
    """The question is about what will be known later."""

    slug = "not-yet-known"
    title = msg("Nobody can say yet what will be known then")
    way_out = msg("Ask for the present or for an earlier moment.")


def known(kind: type[F], *, as_of: date, known_at: datetime, at: datetime) -> list[F]:
    """
    Return what was believed at `known_at` about the day `as_of`; `at` is the present instant.

    The same question has the same answer for ever. Rows ordered by key; at most two statements.
    Raises NotYetKnown when `known_at` lies after `at`.
    """
    if known_at > at:
        raise NotYetKnown(known_at=known_at)
    settle(known_at)
    table = kind._meta.db_table
    statement = f'select * from "{table}_known"(%s) where valid @> %s::date order by id'  # noqa: S608 - our own table
    return list(kind._default_manager.raw(statement, [known_at, as_of]))


def settle(until: datetime) -> None:
    """Make sure that nothing more can become known at or before `until`."""
    with connection.cursor() as cursor:
        cursor.execute("select bitemporal_settle(%s)", [until])
