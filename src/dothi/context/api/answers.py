"""Answers: bodies, media types and headers (clauses 6.3.3 and 6.3.6)."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.responses import Response

from dothi.context.api import media
from dothi.context.errors import LengthRequired, NgsiLdError, UnsupportedMediaType
from dothi.context.jsonld.contexts import CORE

LINK = '<{}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
BODILESS = (LengthRequired, UnsupportedMediaType)


def problem(error: NgsiLdError) -> Response:
    """Return the answer of an error."""
    if isinstance(error, BODILESS):
        return Response(status_code=error.status)
    return Response(orjson.dumps(error.as_json()), error.status, error.headers, media_type=media.JSON)


def body(
    told: Any, context: object, kind: str, *,
    status: int = 200, headers: Mapping[str, str] | None = None, plain: bool = False
) -> Response:  # fmt: skip
    """
    Return `told` as the media type `kind`, with its @context inside or in a Link header.

    JSON-LD has it inside, JSON never, GeoJSON unless it is to be `plain`.
    """
    if kind == media.JSON_LD or (kind == media.GEO_JSON and not plain):
        return Response(orjson.dumps(_with_context(told, context)), status, headers, media_type=kind)
    return _linked(orjson.dumps(told), context, kind, status, headers)


def texts(told: Sequence[bytes], context: object, kind: str) -> Response:
    """Return the list of entities, each told as its JSON, as `body` does of JSON and JSON-LD."""
    if kind != media.JSON_LD:
        return _linked(b"[%b]" % b",".join(told), context, kind)
    end = b',"@context":%b}' % orjson.dumps(_told(context))
    return Response(b"[%b]" % b",".join([one[:-1] + end for one in told]), media_type=kind)


def _linked(
    content: bytes, context: object, kind: str,
    status: int = 200, headers: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    address = next((one for one in _several(context) if isinstance(one, str)), CORE)
    answer = Response(content, status, headers, media_type=kind)
    answer.headers.append("Link", LINK.format(address))
    return answer


def plain(told: Any, *, status: int) -> Response:
    """Return `told` as JSON to which no @context belongs: results of batches, addresses."""
    return Response(orjson.dumps(told), status, media_type=media.JSON)


def bare(told: Any, kind: str) -> Response:
    """Return `told` as it is, where no @context belongs to it: it is one, or a list of addresses."""
    return Response(orjson.dumps(told), media_type=kind)


def empty(status: int = 204, *, location: str | None = None) -> Response:
    """Return an answer without a body (clause 6.3.6); `location` is the path of what was made."""
    return Response(status_code=status, headers={"Location": location} if location else None)


def _with_context(told: Any, context: object) -> Any:
    whole = _told(context)
    if isinstance(told, list):
        return [{**one, "@context": whole} if isinstance(one, dict) else one for one in told]
    return {**told, "@context": whole}


def _told(context: object) -> object:
    """
    Return the @context as the request told it, the core one where it told none.

    The core one applies after any other, whether it stands there or not (clause 4.4), so none is added.
    """
    several = _several(context)
    return several if len(several) > 1 else several[0] if several else CORE


def _several(context: object) -> list[object]:
    return context if isinstance(context, list) else [context] if context else []
