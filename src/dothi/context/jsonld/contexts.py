"""@contexts: the core ones that are shipped, and the names of those that requests bring."""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

from dothi.context.errors import BadRequestData, LdContextNotAvailable
from dothi.context.jsonld.names import Names

CORE: Final = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
CORES: Final = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context"
"""Where the addresses of every version of the core context begin: all are answered by ours."""


@cache
def core_document() -> Mapping[str, Any]:
    """Return the core @context."""
    text = resources.files("dothi.context.jsonld").joinpath("core/v1.8.jsonld").read_text()
    document: Mapping[str, Any] = json.loads(text)["@context"]
    return document


@lru_cache(maxsize=1024)
def names_of(inline: str) -> Names:
    """Return the names of the inline context documents in `inline`, a JSON list, under the core context."""
    try:
        return Names([*json.loads(inline), core_document()])
    except ValueError as error:
        raise BadRequestData(f"the @context is not valid: {error}") from error


def names(told: object) -> Names:
    """Return the names of a @context as a request has it. Raises BadRequestData, LdContextNotAvailable."""
    return names_of(json.dumps(_flat(told)))


def _flat(told: object) -> list[Mapping[str, Any]]:
    if told is None:
        return []
    if isinstance(told, list):
        return [document for one in told for document in _flat(one)]
    if isinstance(told, str):
        if told.startswith(CORES):
            return []
        raise LdContextNotAvailable(f"{told} cannot be had")
    if isinstance(told, Mapping):
        return [told]
    raise BadRequestData("@context is a URI, an object or a list of these")
