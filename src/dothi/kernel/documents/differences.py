"""What changes between two versions of a document, part by part, as its authors write it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dothi.kernel.documents.types import Json


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs; None where the place is not in that version."""

    path: str
    before: Json
    after: Json


def changes(before: Json, after: Json, path: str = "") -> Iterator[Change]:
    """Yield the places in which two parsed documents differ; items of lists are joined by their id."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from changes(before.get(key), after.get(key), f"{path}.{key}".removeprefix("."))
    elif isinstance(before, list) and isinstance(after, list):
        yield from changes(_by_name(before), _by_name(after), path)
    elif before != after or type(before) is not type(after):
        yield Change(path, before, after)


def _by_name(items: list[Any]) -> dict[str, Json]:
    """Return the items under their id (or act, or value), numbered where two share one."""
    named: dict[str, Json] = {}
    for place, item in enumerate(items):
        name = _name(item, place)
        named[name if name not in named else f"{name}#{place}"] = item
    return named


def _name(item: object, place: int) -> str:
    if not isinstance(item, Mapping):
        return str(item) if isinstance(item, str) else str(place)
    return str(next((item[key] for key in ("id", "act", "value", "field") if key in item), place))
