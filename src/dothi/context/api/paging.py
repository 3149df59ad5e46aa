"""Pages (clauses 5.5.9, 6.3.10 and 6.3.13): limit, offset and count; Link headers to next and prev."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from dothi.context.api import media
from dothi.context.api.ask import Ask
from dothi.context.errors import BadRequestData, TooManyResults
from dothi.context.store.search import Cut

PARAMS: Final = frozenset({"limit", "offset", "count"})
DEFAULT_LIMIT: Final = 20
MOST: Final = 1_000
COUNT: Final = "NGSILD-Results-Count"
READABLE: Final = "/:,*@!$'()~"
"""What stands in an address as it is."""


@dataclass(frozen=True)
class Page(Cut):
    """A page of elements, with its headers."""

    def links(self, ask: Ask, more: bool) -> Iterator[str]:
        """Give the Link headers to the pages before and after this one."""
        if self.limit and self.offset:
            yield self._link(ask, "prev", max(0, self.offset - self.limit))
        if self.limit and more:
            yield self._link(ask, "next", self.offset + self.limit)

    def tell(self, ask: Ask, answer: Response, *, more: bool, total: int | None) -> Response:
        """Add the headers of this page to an answer, and return it."""
        for link in self.links(ask, more):
            answer.headers.append("Link", link)
        if total is not None:
            answer.headers[COUNT] = str(total)
        return answer

    def _link(self, ask: Ask, relation: str, offset: int) -> str:
        told = {**dict(ask.params), "limit": str(self.limit), "offset": str(offset)}
        return _link(ask, relation, ask.wanted, dict(sorted(told.items())))


class PageOfSources(Page):
    """
    A page of registrations, or of subscriptions to them. Where it links to others it tells no @context.

    So ETSI's suite has it, with JSON-LD as type. Nothing is lost: the @context is the one of the request.
    """

    def tell(self, ask: Ask, answer: Response, *, more: bool, total: int | None) -> Response:
        """Add the headers of this page to an answer, and return it."""
        if any(self.links(ask, more)):
            del answer.headers["Link"]
        return super().tell(ask, answer, more=more, total=total)

    def _link(self, ask: Ask, relation: str, offset: int) -> str:
        told = {key: value for key, value in ask.params.items() if key not in ("limit", "offset")}
        return _link(ask, relation, media.JSON_LD, told | {"limit": str(self.limit), "offset": str(offset)})


def page(ask: Ask, of: type[Page] = Page) -> Page:
    """Return the page that is asked for. Raises BadRequestData, TooManyResults."""
    limit, offset, count = ask.number("limit", DEFAULT_LIMIT), ask.number("offset", 0), ask.flag("count")
    if limit > MOST:
        raise TooManyResults(f"a page has at most {MOST} elements")
    if limit == 0 and not count:
        raise BadRequestData("a limit of 0 makes sense with count=true only")
    return of(limit, offset, count)


def _link(ask: Ask, relation: str, kind: str, params: Mapping[str, str]) -> str:
    words = "&".join(f"{quote(key)}={quote(value, READABLE)}" for key, value in params.items())
    address = f"{ask.request.url.path.rstrip('/')}?{words}"
    return f'<{address}>;rel="{relation}";type="{kind}"'
