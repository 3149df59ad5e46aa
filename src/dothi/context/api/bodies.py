"""Bodies of requests: how large and how deep they may be, and reading them as JSON."""

import asyncio
import re
from typing import Any, Final

import orjson
from starlette.requests import ClientDisconnect

from dothi.context.api.request import Request
from dothi.context.errors import (
    BadRequestData,
    InvalidRequest,
    LengthRequired,
    RequestEntityTooLarge,
    RequestTimeout,
    UnsupportedMediaType,
)

MOST_BYTES: Final = 16 * 1024 * 1024
LARGE_BYTES: Final = 256 * 1024
"""What is larger is read in a thread of its own."""
WAIT_S = 60.0
"""How long a body may take to arrive."""
WHOLE: Final = "dothi.whole"
"""Where the scope of a request tells that its body came along with its head: nobody waits for it."""
DEEPEST: Final = 64
"""Levels of objects and lists; a MultiPolygon of an attribute of an attribute needs nine."""
NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def check(request: Request) -> None:
    """
    Check what a request says of its body before that is read.

    Raises LengthRequired, RequestEntityTooLarge, UnsupportedMediaType.
    """
    told = request.headers.get("Content-Length")
    if told is None:
        raise LengthRequired
    if not told.isascii() or not told.isdigit() or int(told[:20]) > MOST_BYTES:
        raise RequestEntityTooLarge(f"a body has {MOST_BYTES} bytes at most")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("bodies are not encoded")


async def read(request: Request) -> Any:
    """Return the JSON of a body that was checked. Raises InvalidRequest, BadRequestData, …."""
    told = await _whole(request)
    return parsed(told) if len(told) < LARGE_BYTES else await asyncio.to_thread(parsed, told)


async def _whole(request: Request) -> bytes:
    if WHOLE in request.scope:
        return await _came(request)
    try:
        async with asyncio.timeout(WAIT_S):
            return await _joined(request)
    except TimeoutError as error:
        raise RequestTimeout(f"the body did not arrive within {WAIT_S:g} s") from error


async def _came(request: Request) -> bytes:
    """Return a body that is there. Raises ClientDisconnect."""
    message = await request.receive()
    if message["type"] != "http.request":
        raise ClientDisconnect
    body: bytes = message["body"]
    return body


async def _joined(request: Request) -> bytes:
    pieces = bytearray()
    async for piece in request.stream():
        pieces += piece
        if len(pieces) > MOST_BYTES:
            raise RequestEntityTooLarge(f"a body has {MOST_BYTES} bytes at most")
    return bytes(pieces)


def parsed(told: bytes) -> Any:
    """Return the JSON in `told`. Raises InvalidRequest, BadRequestData."""
    try:
        found = orjson.loads(told)
    except orjson.JSONDecodeError as error:
        raise InvalidRequest(f"the body is not JSON: {error}") from error
    if told.count(b"{") + told.count(b"[") > DEEPEST and is_deeper(found, DEEPEST):
        raise BadRequestData(f"the body is nested more than {DEEPEST} times")
    if b"\\u0000" in told and NUL.search(told):
        raise BadRequestData("the character U+0000 cannot be kept")
    return found


def is_deeper(told: Any, levels: int) -> bool:
    """Tell whether objects and lists are nested in more than `levels`."""
    level = [told]
    for _ in range(levels + 1):
        level = [
            child
            for one in level
            if isinstance(one, dict | list)
            for child in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True
