"""Checks of single members of a registration: each takes a value and its name. Raises BadRequestData."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from dothi.context.errors import BadRequestData
from dothi.context.model import terms

Check = Callable[[Any, str], Any]
DURATION: Final = re.compile(
    r"P(?=.)(?:\d+(?:\.\d+)?Y)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?W)?(?:\d+(?:\.\d+)?D)?"
    r"(?:T(?=.)(?:\d+(?:\.\d+)?H)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?S)?)?",
    re.ASCII,
)
KEY: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}")
VALUE: Final = re.compile(r"[\t\x20-\x7e]*")
SCHEMES: Final = ("http", "https")


def object_(value: Any, what: str) -> Mapping[str, Any]:
    """Return an object."""
    if not isinstance(value, Mapping):
        raise BadRequestData(f"{what} is an object")
    return value


def several(check: Check) -> Check:
    """Return the check of a list, not empty, each member of which keeps `check`."""

    def checked(value: Any, what: str) -> list[Any]:
        if not isinstance(value, list) or not value:
            raise BadRequestData(f"{what} is a list that is not empty")
        return [check(one, what) for one in value]

    return checked


def one_or_several(check: Check) -> Check:
    """Return the check of a value, or of a list of such."""
    whole = several(check)
    return lambda value, what: whole(value, what) if isinstance(value, list) else check(value, what)


def one_of(*allowed: str) -> Check:
    """Return the check of one word among several."""

    def check(value: Any, what: str) -> Any:
        if not isinstance(value, str) or value not in allowed:
            raise BadRequestData(f"{what} is one of {', '.join(allowed)}")
        return value

    return check


def duration(value: Any, what: str) -> str:
    """Return a duration as ISO 8601 writes it."""
    if not isinstance(value, str) or not DURATION.fullmatch(value):
        raise BadRequestData(f"{what} is a duration of ISO 8601")
    return value


def interval(value: Any, what: str) -> dict[str, str]:
    """Return a TimeInterval (clause 5.2.11), whose end may be open."""
    told = object_(value, what)
    found = {"startAt": terms.instant(told.get("startAt"), f"{what}.startAt")}
    if told.get("endAt") is not None:
        found["endAt"] = terms.instant(told["endAt"], f"{what}.endAt")
        if instant_at(found["endAt"]) < instant_at(found["startAt"]):
            raise BadRequestData(f"{what} ends before it starts")
    return found


def endpoint(value: Any, what: str) -> str:
    """Return the address of a context source, which is one of HTTP without a query."""
    told = terms.uri(value, what)
    try:
        parts = urlsplit(told)
        _ = parts.port
    except ValueError as error:
        raise BadRequestData(f"{what} is not a valid address: {error}") from error
    if parts.scheme not in SCHEMES or not parts.hostname or parts.query or parts.fragment:
        raise BadRequestData(f"{what} is an address that begins with http or https")
    return told


def pairs(value: Any, what: str) -> list[dict[str, str]]:
    """Return a list of KeyValuePairs (clause 5.2.22), which are to be headers of HTTP."""
    return [_pair(object_(one, what), what) for one in several(lambda one, _what: one)(value, what)]


def tenant(value: Any, what: str) -> str:
    """Return the name of a tenant at the source; whatever it is, it fits into a header."""
    told = terms.text(value, what)
    if not VALUE.fullmatch(told):
        raise BadRequestData(f"{what} is not the name of a tenant")
    return told


def instant_at(value: str) -> datetime:
    """Return the instant that a checked text tells."""
    return datetime.fromisoformat(value.replace(",", ".")).astimezone(UTC)


def _pair(told: Mapping[str, Any], what: str) -> dict[str, str]:
    key, value = told.get("key"), told.get("value")
    if not (
        isinstance(key, str) and isinstance(value, str) and KEY.fullmatch(key) and VALUE.fullmatch(value)
    ):
        raise BadRequestData(f"{what}: each has a key and a value that may stand in a header")
    return {"key": key, "value": value}
