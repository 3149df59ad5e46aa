"""Entities of a type of their own, put into a broker over HTTP."""

from typing import Any
from uuid import uuid4

import httpx

ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"
Json = dict[str, Any]


class Things:
    """Entities of one fresh type; `told` asks for some of them."""

    def __init__(self, api: httpx.Client) -> None:
        self.api = api
        self.type = f"Thing{uuid4().hex[:8]}"

    def id(self, name: str) -> str:
        """Return the id of the entity of a name."""
        return f"urn:ngsi-ld:{self.type}:{name}"

    def put(self, name: str, /, **attributes: Any) -> Json:
        """Create an entity and return it."""
        one = {"id": self.id(name), "type": self.type, **attributes}
        answer = self.api.post("entities", json=one)
        assert answer.status_code == 201, answer.text
        return one

    def ask(self, **params: Any) -> httpx.Response:
        """Query entities of the type."""
        return self.api.get("entities", params={"type": self.type, **params})

    def found(self, **params: Any) -> list[str]:
        """Return the names of the entities that a query finds."""
        answer = self.ask(**params)
        assert answer.status_code == 200, answer.text
        return [one["id"].rpartition(":")[2] for one in answer.json()]


def refused(answer: httpx.Response, kind: str, status: int = 400) -> None:
    """Check that a request was refused by an error of this type."""
    assert (answer.status_code, answer.json()["type"]) == (status, ERRORS + kind), answer.text
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["title"]
