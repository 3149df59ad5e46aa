"""Checks of single members: each takes a value and its name, and returns it. Raises BadRequestData."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.names import Names
from dothi.context.model import terms

Check = Callable[[Any, str], Any]
MARKS = re.compile(r"([,;|(){}\[\]\s])")
"""What stands between the names of a type selection (4.17) or of a projection (4.21)."""
ENTITY_MEMBERS = frozenset({"id", "type", "scope"})


def text(value: Any, what: str) -> str:
    """Return a text that says something."""
    if not isinstance(value, str) or not value.strip():
        raise BadRequestData(f"{what} is a text")
    return value


def whole(value: Any, what: str) -> int:
    """Return a whole number above 0."""
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        raise BadRequestData(f"{what} is a whole number greater than 0")
    return value


def one_of(*allowed: str) -> Check:
    """Return the check of one word among several."""

    def check(value: Any, what: str) -> Any:
        if not isinstance(value, str) or value not in allowed:
            raise BadRequestData(f"{what} is one of {', '.join(allowed)}")
        return value

    return check


def several(check: Check) -> Check:
    """Return the check of a list, not empty, each member of which keeps `check`."""

    def checked(value: Any, what: str) -> list[Any]:
        if not isinstance(value, list) or not value:
            raise BadRequestData(f"{what} is a list that is not empty")
        return [check(one, what) for one in value]

    return checked


def uri_or(word: str) -> Check:
    """Return the check of a URI, or of one word that stands for none."""
    return lambda value, what: value if value == word else terms.uri(value, what)


def pairs(value: Any, what: str) -> list[dict[str, str]]:
    """Return a list of {"key", "value"}, both texts (clause 5.2.22)."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise BadRequestData(f"{what} is a list of keys and values")
    found = [{"key": one.get("key"), "value": one.get("value")} for one in value]
    if not all(isinstance(said, str) for one in found for said in one.values()):
        raise BadRequestData(f"{what}: key and value are texts")
    return found


def expanded(selection: str, names: Names, keep: Sequence[str] | frozenset[str] = ()) -> str:
    """Return a selection with IRIs in place of names, but for those of `keep`."""
    return "".join(_named(part, names.expand, keep) for part in MARKS.split(selection))


def compacted(selection: str, names: Names, keep: Sequence[str] | frozenset[str] = ()) -> str:
    """Return a stored selection with the short names of `names`."""
    return "".join(_named(part, names.compact, keep) for part in MARKS.split(selection))


def instant_at(value: str) -> datetime:
    """Return the instant that a checked text tells."""
    return datetime.fromisoformat(value.replace(",", ".")).astimezone(UTC)


def _named(part: str, name: Callable[[str], str], keep: Sequence[str] | frozenset[str]) -> str:
    return part if not part or part in keep or MARKS.fullmatch(part) else name(part)
