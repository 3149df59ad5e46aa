"""
A request whose headers and parameters are looked through once.

Starlette looks for each header among all of them, which ten looks made a twelfth of an update.
"""

from collections.abc import Iterable
from typing import Any, Final

from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request as Asked

NO_PARAMETERS: Final = QueryParams()


class Head(Headers):
    """Headers that are found by their names, as Starlette's are."""

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        super().__init__(raw=list(raw))
        self._by_name: dict[str, list[str]] = {}
        for name, value in self._list:
            self._by_name.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))

    def getlist(self, key: str) -> list[str]:
        """Return the values of a header, in their order."""
        return list(self._by_name.get(key.lower(), ()))

    def __getitem__(self, key: str) -> str:
        return self._by_name[key.lower()][0]

    def __contains__(self, key: Any) -> bool:
        return key.lower() in self._by_name

    def get(self, key: str, default: Any = None) -> Any:
        """Return the first value of a header, `default` where there is none."""
        found = self._by_name.get(key.lower())
        return found[0] if found else default


class Request(Asked):
    """One request."""

    _head: Head | None = None

    @property
    def headers(self) -> Head:
        """Return the headers."""
        if self._head is None:
            self._head = Head(self.scope["headers"])
        return self._head

    @property
    def query_params(self) -> QueryParams:
        """Return the parameters of the address."""
        return super().query_params if self.scope["query_string"] else NO_PARAMETERS
