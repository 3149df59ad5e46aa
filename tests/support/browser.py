"""
A browser without JavaScript, small enough to read: cookies, kept connections, pages and their forms.

It sends nothing that stands on no page: a form is read from the page that holds it, filled by the
names of its controls, and sent as HTML says (WHATWG HTML, 4.10.21). With `patience_s` it sends a form
that met a lost connection or an error of the server again, unchanged, as a person who presses the
button once more. Needs the standard library only.
"""

import http.client
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

from tests.support.forms import Form, Typed, form_of, multipart, urlencoded

MOST_REDIRECTS = 8
SERVER_FAULT = 500
LEADS_ON = frozenset({301, 302, 303})
PAUSE_S = 0.1


class Lost(Exception):
    """No answer came, or one that says that the server could not."""


@dataclass(frozen=True)
class Page:
    """What one sees at the end of all redirects."""

    address: str
    status: int
    body: bytes

    @property
    def text(self) -> str:
        """Return the page as text."""
        return self.body.decode()

    @property
    def path(self) -> str:
        """Return its path."""
        return urlsplit(self.address).path

    def forms(self) -> list[Form]:
        """Return every form of the page."""
        return [
            form_of(found[0], self.address) for found in re.finditer(r"<form\b.*?</form>", self.text, re.S)
        ]

    def form(self, path: str = "") -> Form:
        """Return the form that is sent to `path`, by default to this page's own."""
        wanted = path or self.path
        for form in self.forms():
            if form.path == wanted:
                return form
        raise AssertionError(f"{self.address} ({self.status}) has no form to {wanted}: {self.told()}")

    def links(self) -> list[str]:
        """Return the paths of all links of the page."""
        return [unescape(found) for found in re.findall(r'<a\b[^>]*?\bhref="([^"]*)"', self.text)]

    def told(self) -> str:
        """Return heading and faults of the page in one line, for messages."""
        found = re.findall(r"<h1[^>]*>(.*?)</h1>|error-message[^>]*>(.*?)</p>", self.text, re.S)
        return " · ".join(re.sub(r"<[^>]+>|\s+", " ", "".join(one)).strip() for one in found)


class Exchange(NamedTuple):
    """One request and its answer, bodies in bytes."""

    method: str
    sent: int
    read: int


@dataclass
class Browser:
    """
    One person's browser at `address`, e.g. `http://localhost:8000`.

    `patience_s` is how long it asks again while servers are away; 0 gives up at once.
    """

    address: str
    patience_s: float = 0.0
    timeout_s: float = 60.0
    cookies: dict[str, str] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)
    _lines: dict[str, http.client.HTTPConnection] = field(default_factory=dict)

    def open(self, path: str) -> Page:
        """Open a page."""
        return self._follow("GET", urljoin(self.address, path), None, "")

    def send(self, form: Form, typed: Mapping[str, Typed] | None = None, press: str = "") -> Page:
        """Fill and send a form and return the page that it leads to."""
        parts = form.filled(typed or {}, press)
        if form.method == "get":
            return self.open(f"{form.address.partition('?')[0]}?{urlencode([(n, str(v)) for n, v in parts])}")
        body, media_type = multipart(parts) if form.multipart else urlencoded(parts)
        return self._follow("POST", form.address, body, media_type)

    def twin(self) -> "Browser":
        """Return another window of the same person: the same cookies, connections of its own."""
        return Browser(self.address, self.patience_s, self.timeout_s, dict(self.cookies))

    def close(self) -> None:
        """Close every connection."""
        for line in self._lines.values():
            line.close()
        self._lines.clear()

    def _follow(self, method: str, address: str, body: bytes | None, media_type: str) -> Page:
        for _ in range(MOST_REDIRECTS):
            status, headers, content = self._answered(method, address, body, media_type)
            if status not in LEADS_ON:
                return Page(address, status, content)
            method, body, address = "GET", None, urljoin(address, headers["location"])
        raise AssertionError(f"{address} leads on and on")

    def _answered(
        self, method: str, address: str, body: bytes | None, media_type: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        deadline = time.monotonic() + self.patience_s
        while True:
            try:
                return self._asked(method, address, body, media_type)
            except Lost:
                if time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE_S)

    def _asked(
        self, method: str, address: str, body: bytes | None, media_type: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        parts = urlsplit(address)
        origin, path = f"{parts.scheme}://{parts.netloc}", (parts.path or "/")
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
                   "Accept": "text/html", "Accept-Encoding": "identity"}  # fmt: skip
        if body is not None:
            headers |= {"Content-Type": media_type, "Origin": origin}
        status, told, content = self._over_line(
            origin, method, f"{path}?{parts.query}" if parts.query else path, body, headers
        )
        if status >= SERVER_FAULT:
            raise Lost(f"{method} {address}: {status}")
        return status, told, content

    def _over_line(
        self, origin: str, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        line = self._line(origin)
        kept = line.sock is not None
        try:
            line.request(method, path, body, dict(headers))
            answer = line.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as broken:
            line.close()
            if kept and isinstance(broken, ConnectionError):
                # Closed while nobody used it: browsers ask again on a new line.
                return self._over_line(origin, method, path, body, headers)
            raise Lost(f"{method} {path}: {broken!r}") from broken
        self.exchanges.append(Exchange(method, len(body or b""), len(content)))
        self._keep(answer.headers.get_all("set-cookie") or ())
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, content

    def _line(self, origin: str) -> http.client.HTTPConnection:
        if origin not in self._lines:
            parts = urlsplit(origin)
            self._lines[origin] = http.client.HTTPConnection(
                parts.hostname or "localhost", parts.port, timeout=self.timeout_s
            )
        return self._lines[origin]

    def _keep(self, given: Iterable[str]) -> None:
        for one in given:
            pair, *rules = one.split(";")
            name, _, value = pair.strip().partition("=")
            if any(rule.strip().lower() == "max-age=0" for rule in rules):
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
