"""
Entities through the broker's own door: what is new or other is sent, all of a kind in one transaction.

What is there already and says the same is not sent again, so that to import twice leaves no second past.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from dothi.sectors.models import CONTEXT_ID

ROOT: Final = "/ngsi-ld/v1"
PAGE: Final = 1_000
PATIENCE_S: Final = 120.0
OURS: Final = frozenset({"createdAt", "modifiedAt"})
Entity = Mapping[str, Any]


class Unanswered(Exception):
    """A door cannot be reached, or refuses; the text says which."""


@dataclass(frozen=True)
class Sent:
    """How many entities are new, how many are other than they were, and how many were so already."""

    new: int
    changed: int
    same: int


@dataclass(frozen=True)
class Broker:
    """The broker at `url`; `token` is a bearer token, or "" where the doors are open."""

    url: str
    token: str = ""

    def keep(self, entities: Sequence[Entity]) -> Sent:
        """Create or update entities of one type, all or none of them. Raises Unanswered."""
        if not entities:
            return Sent(0, 0, 0)
        with self._client() as client:
            there = {one["id"]: one for one in self._all(client, entities[0]["type"])}
            other = [one for one in entities if not _says(there.get(one["id"]), one)]
            if other:
                self._upsert(client, other)
        new = sum(one["id"] not in there for one in other)
        return Sent(new, len(other) - new, len(entities) - len(other))

    def found(self, entity_type: str) -> list[Entity]:
        """Return every entity of a type, in normalized form. Raises Unanswered."""
        with self._client() as client:
            return list(self._all(client, entity_type))

    def _client(self) -> httpx.Client:
        parts = urlsplit(self.url)
        context = f"{parts.scheme}://{parts.netloc}{ROOT}/jsonldContexts/{CONTEXT_ID}"
        headers = {
            "Link": f'<{context}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
        }
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return httpx.Client(base_url=f"{self.url}{ROOT}/", headers=headers, timeout=PATIENCE_S)

    def _all(self, client: httpx.Client, entity_type: str) -> Iterator[Entity]:
        offset = 0
        while True:
            params: dict[str, str | int] = {"type": entity_type, "limit": PAGE, "offset": offset}
            page = _answered(client, client.build_request("GET", "entities", params=params), {200}).json()
            yield from page
            if len(page) < PAGE:
                return
            offset += PAGE

    def _upsert(self, client: httpx.Client, entities: Sequence[Entity]) -> None:
        request = client.build_request(
            "POST", "entityOperations/upsert", params={"options": "update"}, json=list(entities)
        )
        _answered(client, request, {201, 204})


def _says(there: Entity | None, told: Entity) -> bool:
    """Tell whether an entity says already all that is told of it."""
    return there is not None and all(
        key in there and _plain(there[key]) == _plain(value) for key, value in told.items()
    )


def _plain(value: Any) -> Any:
    return (
        {key: one for key, one in value.items() if key not in OURS} if isinstance(value, Mapping) else value
    )


def _answered(client: httpx.Client, request: httpx.Request, good: set[int]) -> httpx.Response:
    try:
        answer = client.send(request)
    except httpx.HTTPError as error:
        raise Unanswered(f"the broker does not answer: {error!r}") from error
    if answer.status_code not in good:
        raise Unanswered(f"the broker answers {answer.status_code}: {answer.text[:500]}")
    return answer
