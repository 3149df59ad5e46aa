"""Pages (clauses 5.5.9, 6.3.10 and 6.3.13): limit, offset and count; Link headers to next and prev."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from starlette.responses import Response

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
        words = "&".join(f"{quote(key)}={quote(value, READABLE)}" for key, value in sorted(told.items()))
        address = f"{ask.request.url.path.rstrip('/')}?{words}"
        return f'<{address}>;rel="{relation}";type="{ask.wanted}"'


def page(ask: Ask) -> Page:
    """Return the page that is asked for. Raises BadRequestData, TooManyResults."""
    limit, offset, count = ask.number("limit", DEFAULT_LIMIT), ask.number("offset", 0), ask.flag("count")
    if limit > MOST:
        raise TooManyResults(f"a page has at most {MOST} elements")
    if limit == 0 and not count:
        raise BadRequestData("a limit of 0 makes sense with count=true only")
    return Page(limit, offset, count)
