"""What attributes say, by kind, as requesters write it (clauses 4.5.2 to 4.5.24, 4.6.3 to 4.6.5, 4.7)."""

from collections.abc import Mapping
from typing import Any, Final

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.names import Names
from dothi.context.model import terms
from dothi.context.model.kinds import DEFAULT, NULL

DEEPEST: Final = 64
"""Objects and lists within each other in one value; nobody means more, and each costs a frame later."""
NULLS: Final[Mapping[str, Any]] = {
    "LanguageProperty": {DEFAULT: NULL},
    "ListProperty": [NULL],
    "ListRelationship": [{"object": NULL}],
}


def value_of(kind: str, told: Any, what: str, names: Names, *, nulls: bool = False) -> Any:
    """
    Return what an attribute of `kind` says as it is stored; `nulls` lets NGSI-LD Null stand within.

    Raises BadRequestData.
    """
    if kind == "GeoProperty":
        return terms.geometry(told, what)
    if kind == "Relationship":
        return _objects(told, what)
    if kind == "ListRelationship":
        return _object_list(told, what)
    if kind == "LanguageProperty":
        return _language_map(told, what, nulls=nulls)
    if kind == "VocabProperty":
        return _vocabulary(told, what, names)
    return _plain(kind, told, what, nulls=nulls)


def is_null(kind: str, told: Any) -> bool:
    """Tell whether the member of an attribute says NGSI-LD Null, which some kinds write in their own way."""
    return bool(told == NULL or told == NULLS.get(kind) or (kind == "ListRelationship" and told == [NULL]))


def _plain(kind: str, told: Any, what: str, *, nulls: bool) -> Any:
    if kind == "ListProperty" and not isinstance(told, list):
        raise BadRequestData(f"{what} is a list")
    if kind == "JsonProperty" and not _is_json(told):
        raise BadRequestData(f"{what} is an object or a list of objects")
    if isinstance(told, dict | list):
        _search(told, what, nulls=nulls, raw=kind == "JsonProperty")
    return told


def _search(told: Any, what: str, *, nulls: bool, raw: bool) -> None:
    """
    Refuse what is too deep, and NGSI-LD Null where it deletes nothing.

    It deletes members of objects, but none within a list, which a merge puts in the place of another.
    """
    level, depth = [(told, nulls)], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise BadRequestData(f"{what} is more than {DEEPEST} levels deep")
        inner: list[tuple[Any, bool]] = []
        for one, deletes in level:
            deletes = deletes and isinstance(one, dict)
            parts = list(one.values()) if isinstance(one, dict) else one
            if not raw and not deletes and NULL in parts:
                raise BadRequestData(f"{what}: NGSI-LD Null says nothing here")
            inner += [(part, deletes) for part in parts if isinstance(part, dict | list)]
        level = inner


def _is_json(told: Any) -> bool:
    return isinstance(told, dict) or (isinstance(told, list) and all(isinstance(one, dict) for one in told))


def _objects(told: Any, what: str) -> str | list[str]:
    if not isinstance(told, list):
        return terms.uri(told, what)
    if not told:
        raise BadRequestData(f"{what} is a URI or a list of URIs")
    return [terms.uri(one, what) for one in told]


def _object_list(told: Any, what: str) -> list[str]:
    """Return the objects, each of which is written as a URI or as an object that has one."""
    if not isinstance(told, list):
        raise BadRequestData(f"{what} is a list of URIs")
    return [terms.uri(_object(one), what) for one in told]


def _object(told: Any) -> Any:
    return told["object"] if isinstance(told, dict) and set(told) == {"object"} else told


def _language_map(told: Any, what: str, *, nulls: bool) -> dict[str, Any]:
    if not isinstance(told, dict) or not told:
        raise BadRequestData(f"{what} is an object of texts by language")
    for tag, text in told.items():
        if tag != DEFAULT and not terms.LANGUAGE.fullmatch(tag):
            raise BadRequestData(f"{what}: {tag!r} is no tag of a language")
        several = text if isinstance(text, list) else [text]
        if not all(isinstance(one, str) for one in several):
            raise BadRequestData(f"{what} holds texts only")
        if NULL in several and not (nulls and text == NULL):
            raise BadRequestData(f"{what}: NGSI-LD Null says nothing here")
    return dict(told)


def _vocabulary(told: Any, what: str, names: Names) -> str | list[str]:
    several = told if isinstance(told, list) else [told]
    if not several or not all(isinstance(one, str) and one and one != NULL for one in several):
        raise BadRequestData(f"{what} is a name or a list of names")
    found = [names.expand(one) for one in several]
    return found if isinstance(told, list) else found[0]
