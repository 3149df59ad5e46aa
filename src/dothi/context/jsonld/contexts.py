"""@contexts: the core one, which is shipped, and the names that a list of documents gives."""

import json
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

import orjson

from dothi.context.errors import BadRequestData, LdContextNotAvailable
from dothi.context.jsonld.names import Names

CORE: Final = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
CORES: Final = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context"
"""Where the addresses of every version of the core context begin: all are answered by ours."""

MOST_PARTS: Final = 200


@cache
def core_document() -> Mapping[str, Any]:
    """Return the core @context."""
    text = resources.files("dothi.context.jsonld").joinpath("core/v1.8.jsonld").read_text()
    document: Mapping[str, Any] = json.loads(text)["@context"]
    return document


def is_core(address: object) -> bool:
    """Tell whether `address` is that of the core @context, of any version."""
    return isinstance(address, str) and address.startswith(CORES)


@lru_cache(maxsize=1024)
def names_of(inline: str | bytes) -> Names:
    """Return the names of the inline context documents in `inline`, a JSON list, under the core context."""
    return names_under(json.loads(inline))


def names_under(documents: Sequence[Mapping[str, Any]]) -> Names:
    """Return the names that `documents`, in this order, give over the core one. Raises BadRequestData."""
    try:
        return Names([*documents, core_document()])
    except ValueError as error:
        raise BadRequestData(f"the @context is not valid: {error}") from error


def names(told: object) -> Names:
    """
    Return the names of a @context that needs nothing from elsewhere.

    Raises BadRequestData, LdContextNotAvailable; `operations.contexts` knows also what lies elsewhere.
    """
    return names_of(orjson.dumps(_here(told)))


def flattened(told: object) -> list[str | Mapping[str, Any]]:
    """
    Return the parts of a local context of JSON-LD in their order: addresses and objects (clause 5.5.4).

    Raises BadRequestData where it is neither, nor a list of these, nor a list of such lists.
    """
    found: list[str | Mapping[str, Any]] = []
    left = [told]
    while left:
        one = left.pop()
        if isinstance(one, list):
            left += reversed(one)
        elif isinstance(one, str | Mapping):
            found.append(one)
        else:
            raise BadRequestData("@context is a URI, an object or a list of these")
        if len(found) > MOST_PARTS:
            raise BadRequestData(f"@context has more than {MOST_PARTS} parts")
    return found


def _here(told: object) -> list[Mapping[str, Any]]:
    documents = []
    for one in flattened(told) if told is not None else []:
        if isinstance(one, Mapping):
            documents.append(one)
        elif not is_core(one):
            raise LdContextNotAvailable(f"{one} cannot be had")
    return documents
