"""How often something may be tried: counted in the database, so that all processes share one limit."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection

from dothi.foundation.identity.errors import TooManyAttempts
from dothi.foundation.identity.models import Attempt
from dothi.foundation.keys.actions import blind

_COUNT = (Path(__file__).parents[1] / "sql" / "count_attempt.sql").read_text()
_INDEX = "identity.attempt"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` attempts of one key within `window`."""

    name: str
    most: int
    window: timedelta


# Source: NIST SP 800-63B, 3.2.2 (at most 100 failures in a row); ours is stricter. verified: false.
PASSWORD = Limit("password", 5, timedelta(minutes=15))
ADDRESS = Limit("address", 60, timedelta(minutes=15))
CODE = Limit("code", 5, timedelta(minutes=15))
PUBLIC_QUESTION = Limit("public-question", 30, timedelta(minutes=1))
"""Public pages that look something up by a code; a household or an office shares one address."""
CLAIM = Limit("claim", 60, timedelta(minutes=15))
"""Codes of boxes that one account tries. Nothing starts it anew: a claim that is repeated would."""
CLAIM_ADDRESS = Limit("claim-address", 300, timedelta(minutes=15))
REFUSAL = Limit("refusal", 30, timedelta(minutes=1))


def attempt(*, limit: Limit, key: str, at: datetime) -> None:
    """Count one attempt, outside any transaction that a failure would undo. Raises TooManyAttempts."""
    if not within(limit=limit, key=key, at=at):
        raise TooManyAttempts


def within(*, limit: Limit, key: str, at: datetime) -> bool:
    """Count one attempt and tell whether it is still within the limit."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"bucket": _bucket(limit, key), "at": at, "before": at - limit.window})
        return bool(cursor.fetchone()[0] <= limit.most)


def forget(*, limit: Limit, key: str) -> None:
    """Start counting anew after a success."""
    Attempt.objects.filter(bucket=_bucket(limit, key)).delete()


def _bucket(limit: Limit, key: str) -> bytes:
    return blind(f"{limit.name}:{key}", _INDEX)
