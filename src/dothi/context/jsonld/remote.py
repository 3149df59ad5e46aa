"""Remote @contexts: fetching one, and until when its host lets it be kept (clauses 5.5.6 and 6.3.16)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import orjson

from dothi.context.errors import BadRequestData, LdContextNotAvailable
from dothi.context.outbound import Answer, Outbound, Unreachable

ACCEPT: Final = "application/ld+json, application/json;q=0.9, */*;q=0.1"
TIMEOUT_S: Final = 5.0
MOST_BYTES: Final = 4_000_000
"""The catalogue of all smart data models in one @context has more than 1 MB."""
KEPT: Final = timedelta(days=1)
"""How long a @context is kept whose host does not say it."""
LEAST: Final = timedelta(minutes=1)
MAX_AGE: Final = re.compile(r"\bmax-age=(\d{1,9})\b")


@dataclass(frozen=True)
class Fetched:
    """The value of @context of a remote document, and when to ask for it again."""

    context: object
    expires_at: datetime


async def fetch(outbound: Outbound, url: str, at: datetime) -> Fetched:
    """Fetch the @context of `url`. Raises LdContextNotAvailable, BadRequestData where it is none."""
    try:
        answer = await outbound.get(url, accept=ACCEPT, most=MOST_BYTES, timeout_s=TIMEOUT_S)
    except Unreachable as error:
        raise LdContextNotAvailable(f"the @context {url} cannot be had: {error}") from error
    if answer.status != 200:
        raise LdContextNotAvailable(f"the @context {url} cannot be had: its host answers {answer.status}")
    return Fetched(_context_of(answer, url), expiry(answer.headers, at))


def expiry(headers: Mapping[str, str], at: datetime) -> datetime:
    """Return until when what came with `headers` at the instant `at` may be kept (RFC 9111)."""
    told = headers.get("cache-control", "").lower()
    if "no-store" in told or "no-cache" in told:
        return at + LEAST
    if found := MAX_AGE.search(told):
        return at + max(LEAST, timedelta(seconds=int(found[1])))
    return max(at + LEAST, _date(headers.get("expires")) or at + KEPT)


def _date(told: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(told).astimezone(UTC) if told else None
    except ValueError:
        return None


def _context_of(answer: Answer, url: str) -> object:
    try:
        told = orjson.loads(answer.content)
    except orjson.JSONDecodeError as error:
        raise BadRequestData(f"the @context {url} is not JSON: {error}") from error
    if not isinstance(told, dict) or "@context" not in told:
        raise BadRequestData(f"the document {url} has no @context")
    return told["@context"]
