"""
One request to one source: what goes along with it, how long it may take, and what came of it.

A failure is a warning to those who read (table 6.3.17-1), and an error to those who write.
"""

import asyncio
import logging
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from dothi.context.errors import BadGateway, GatewayTimeout, LoopDetected, NgsiLdError
from dothi.context.federation import via
from dothi.context.federation.budget import MOST_BYTES, Budget, Held
from dothi.context.federation.sources import Place, Source
from dothi.context.federation.tally import Tally
from dothi.context.outbound import Answer, Outbound, TooLarge, Unreachable, quoted

MOST_AT_ONCE: Final = 64
"""Requests under way to one source; a source that does not answer does not hold more than these."""
AGAIN_S: Final = 60.0
FROM_REQUEST: Final = "urn:ngsi-ld:request"
PROCESSED: Final = frozenset({"accept", "contenttype", "jsonldcontext", "ngsildconformance"})
OURS: Final = frozenset(
    {"host", "content-length", "content-type", "content-encoding", "connection", "transfer-encoding", "via",
     "ngsild-tenant", "link", "te", "upgrade", "trailer", "expect", "accept-encoding", "keep-alive"}
)  # fmt: skip
"""Headers of the connection or of this very request, which no registration tells (4.3.6.5)."""
SECRETS: Final = frozenset({"authorization", "proxy-authorization", "cookie"})
"""Headers by which a caller is known here, which are not copied to other houses."""
WARNING: Final = re.compile(r'\d{3} [\x21-\x7e]{1,200} "[\x20-\x21\x23-\x7e]{0,300}"')
MOST_WARNINGS: Final = 10
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trigger:
    """The request that is handed on: who asks whom, through which brokers it came, its headers."""

    tenant: str
    alias: str
    met: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    posted: bool = False
    budget: Budget = field(default_factory=Budget)
    """Ended by whoever made the trigger, once what sources told is not needed any more."""


@dataclass(frozen=True)
class Call:
    """A request; `path` follows `/ngsi-ld/v1/` and is encoded, `params` are not."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True)
class Reply:
    """What a source answered: status, the JSON if any, what it warns of, Content-Range, its entity map."""

    status: int
    told: Any = None
    warnings: tuple[str, ...] = ()
    range: str = ""
    map: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether all was done."""
        return 200 <= self.status < 300 and self.status != 207


class Failed(Exception):
    """No answer that could be used: `code` of table 6.3.17-1, and the error that it is to those who write."""

    def __init__(self, code: int, text: str, error: type[NgsiLdError]) -> None:
        super().__init__(text)
        self.code = code
        self.error = error(text)

    def warning(self, alias: str) -> str:
        """Return the value of NGSILD-Warning."""
        return f'{self.code} {alias} "{self.text}"'

    @property
    def text(self) -> str:
        """Return the text, as it may stand in a header."""
        return re.sub(r'[^\x20-\x7e]|["\\]', " ", str(self))[:300]


@dataclass
class Calls:
    """Calls sources by `outbound`; leaves alone those that failed a moment ago and want that."""

    outbound: Outbound
    tally: Tally
    held: Held = field(default_factory=Held)
    _resting: dict[Place, float] = field(default_factory=dict)
    _under_way: Counter[str] = field(default_factory=Counter)
    _well: set[Place] = field(default_factory=set)
    _back: set[Place] = field(default_factory=set)
    _again: dict[Place, float] = field(default_factory=dict)

    async def send(self, source: Source, call: Call, trigger: Trigger) -> Reply:
        """Call a source once. Raises Failed."""
        if self._resting.get(source.place, 0.0) > time.monotonic():
            raise Failed(199, f"{source.id} failed a moment ago, and is left alone", GatewayTimeout)
        try:
            reply = await self._sent(source, call, trigger)
        except Failed:
            self._failed(source)
            raise
        if reply.status >= 400 and reply.status != 404:
            self._failed(source)
        else:
            self._succeeded(source)
        return reply

    def back(self) -> set[Place]:
        """
        Return the sources that answered for the first time since they failed, or since the start, once.

        One that does some things well and others never is returned once in AGAIN_S.
        """
        found, self._back = self._back, set()
        return found

    def _succeeded(self, source: Source) -> None:
        self.tally.note(source.kept, ok=True)
        place, now = source.place, time.monotonic()
        if place not in self._well and self._again.get(place, 0.0) <= now:
            self._again[place] = now + AGAIN_S
            self._well.add(place)
            self._back.add(place)

    def _failed(self, source: Source) -> None:
        self.tally.note(source.kept, ok=False)
        self._well.discard(source.place)
        if source.cooldown_s:
            self._resting[source.place] = time.monotonic() + source.cooldown_s

    async def _sent(self, source: Source, call: Call, trigger: Trigger) -> Reply:
        if self._under_way[source.address] >= MOST_AT_ONCE:
            raise Failed(199, f"{source.id} has too much under way", GatewayTimeout)
        self._under_way[source.address] += 1
        try:
            return _read(source, await self._answer(source, call, trigger))
        except TooLarge as error:
            raise Failed(111, f"{source.id} answered too much", BadGateway) from error
        except Unreachable as error:
            log.info("no answer of %s: %s", source.id, error)
            raise Failed(199, f"{source.id} did not answer", GatewayTimeout) from error
        finally:
            self._under_way[source.address] -= 1

    async def _answer(self, source: Source, call: Call, trigger: Trigger) -> Answer:
        params = {**call.params, "local": "true"} if source.local_only else call.params
        query = "&".join(f"{quoted(key)}={quoted(one)}" for key, one in params.items())
        answer = await self.outbound.send(
            call.method, f"{source.address}/{call.path}" + (f"?{query}" if query else ""),
            headers={**headers(source, trigger), **call.headers},
            content=None if call.body is None else orjson.dumps(call.body),
            most=min(MOST_BYTES, trigger.budget.left), timeout_s=source.timeout_s,
        )  # fmt: skip
        trigger.budget.take(len(answer.content), self.held)
        return answer


def headers(source: Source, trigger: Trigger) -> dict[str, str]:
    """Return the headers that go to a source whatever is asked of it."""
    told = {
        "Accept": source.info.get("accept", "application/json"),
        "Via": via.onward(trigger.met, trigger.alias),
    }
    if source.tenant:
        told["NGSILD-Tenant"] = source.tenant
    for key, value in source.info.items():
        if key.lower() in OURS or key.lower() in PROCESSED:
            continue
        copied = trigger.headers.get(key.lower()) if key.lower() not in SECRETS else None
        told |= {key: value} if value != FROM_REQUEST else {key: copied} if copied else {}
    return told


def _read(source: Source, answer: Answer) -> Reply:
    """Return what an answer tells. Raises Failed where it is a loop, or is not JSON as it should be."""
    if answer.status == 508:
        raise Failed(199, f"{source.id} leads back to a broker that was asked before", LoopDetected)
    warned = _warnings(answer.headers.get("ngsild-warning", ""))
    if not answer.content:
        return Reply(answer.status, warnings=warned)
    try:
        shown, kept = (answer.headers.get(one, "") for one in ("content-range", "ngsild-entitymap"))
        return Reply(answer.status, orjson.loads(answer.content), warned, shown, kept)
    except orjson.JSONDecodeError as error:
        if answer.status >= 300:
            return Reply(answer.status, warnings=warned)
        raise Failed(111, f"{source.id} answered what is no JSON", BadGateway) from error


def _warnings(told: str) -> tuple[str, ...]:
    return tuple(WARNING.findall(told)[:MOST_WARNINGS])


async def together(waiting: Sequence[Any]) -> list[Any]:
    """Wait for all of several calls; what one raises is in its place."""
    return await asyncio.gather(*waiting, return_exceptions=True)
