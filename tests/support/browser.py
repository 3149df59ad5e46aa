"""
A browser without JavaScript, small enough to read: cookies, kept connections, pages and their forms.

It sends nothing that stands on no page: a form is read from the page that holds it, filled by the
names of its controls, and sent as HTML says (WHATWG HTML, 4.10.21). With `patience_s` it sends a form
that met a lost connection or an error of the server again, unchanged, as a person who presses the
button once more. Needs the standard library only.
"""

import http.client
import itertools
import re
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

MOST_REDIRECTS = 8
SERVER_FAULT = 500
LEADS_ON = frozenset({301, 302, 303})
PAUSE_S = 0.1
TYPED = frozenset({"text", "password", "hidden", "textarea", "search", "email", "tel", "number"})


class Lost(Exception):
    """No answer came, or one that says that the server could not."""


@dataclass(frozen=True)
class Upload:
    """A file that a person chooses."""

    name: str
    content: bytes
    media_type: str = "application/pdf"


Typed = str | Upload | Sequence[str]
Part = tuple[str, str | Upload]


@dataclass(frozen=True)
class Control:
    """One control of a form. `value` is what it sends, `on` whether it is chosen."""

    name: str
    kind: str
    value: str = ""
    on: bool = True


@dataclass(frozen=True)
class Form:
    """A form of a page, with the absolute address to which it is sent."""

    address: str
    method: str
    multipart: bool
    controls: tuple[Control, ...]

    @property
    def path(self) -> str:
        """Return the path to which it is sent."""
        return urlsplit(self.address).path

    @property
    def names(self) -> list[str]:
        """Return the names of its controls in their order, each once."""
        return list(dict.fromkeys(one.name for one in self.controls))

    def value(self, name: str) -> str:
        """Return the value that the page gave to a control."""
        return next(one.value for one in self.controls if one.name == name)

    def filled(self, typed: Mapping[str, Typed], press: str = "") -> list[Part]:
        """
        Return what is sent when `typed` is typed, chosen or ticked and the button `press` is pressed.

        `press` is `name=value`. Raises AssertionError for a control or a choice that is not there.
        """
        assert set(typed) <= set(self.names), f"{set(typed) - set(self.names)} is not on {self.path}"
        pressed = tuple(press.partition("=")[::2])
        assert not press or pressed in {(one.name, one.value) for one in self.controls}, f"no button {press}"
        sent: list[Part] = []
        for name in self.names:
            group = [one for one in self.controls if one.name == name]
            sent += self._sent(name, group, typed.get(name), pressed)
        return sent

    def _sent(
        self, name: str, group: Sequence[Control], typed: Typed | None, pressed: tuple[str, ...]
    ) -> Iterator[Part]:
        first = group[0]
        if first.kind == "submit":
            yield from ((name, one.value) for one in group if (name, one.value) == pressed)
        elif first.kind == "file":
            yield name, typed if isinstance(typed, Upload) else Upload("", b"", "application/octet-stream")
        elif first.kind in TYPED:
            yield from [(name, str(typed))] if typed is not None else [(name, one.value) for one in group]
        else:
            yield from ((name, value) for value in _chosen(group, typed))


def _chosen(group: Sequence[Control], typed: Typed | None) -> list[str]:
    """Return the values of radios, check boxes or options that are chosen."""
    if typed is None:
        return [one.value for one in group if one.on]
    assert not isinstance(typed, Upload), f"{group[0].name} takes no file"
    values = [typed] if isinstance(typed, str) else list(typed)
    missing = set(values) - {one.value for one in group}
    assert not missing, f"{group[0].name} has no choice {missing}"
    return values


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
        return [_form(found[0], self.address) for found in re.finditer(r"<form\b.*?</form>", self.text, re.S)]

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


class _Reading(HTMLParser):
    """Reads the controls of one form."""

    def __init__(self) -> None:
        super().__init__()
        self.form: dict[str, str] = {}
        self.controls: list[Control] = []
        self._select = ""
        self._area = ""
        self._written: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.form = told
        elif tag == "select":
            self._select = told.get("name", "")
        elif tag == "option":
            self.controls.append(
                Control(self._select, "option", told.get("value", ""), on="selected" in told)
            )
        elif tag == "textarea":
            self._area, self._written = told.get("name", ""), []
        elif tag in ("input", "button") and told.get("name") and "disabled" not in told:
            self.controls.append(_control(tag, told))

    def handle_data(self, data: str) -> None:
        if self._area:
            self._written.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self.controls.append(Control(self._area, "textarea", "".join(self._written)))
            self._area = ""


def _control(tag: str, told: Mapping[str, str]) -> Control:
    kind = "submit" if tag == "button" else told.get("type", "text")
    choice = kind in ("radio", "checkbox")
    value = told.get("value", "on" if choice else "")
    return Control(told["name"], kind, value, on="checked" in told or not choice)


def _form(markup: str, address: str) -> Form:
    reading = _Reading()
    reading.feed(markup)
    told = reading.form
    return Form(
        address=urljoin(address, told.get("action", "") or address),
        method=told.get("method", "get").lower(),
        multipart=told.get("enctype", "") == "multipart/form-data",
        controls=tuple(reading.controls),
    )


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
        body, media_type = _multipart(parts) if form.multipart else _urlencoded(parts)
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


def _urlencoded(parts: Sequence[Part]) -> tuple[bytes, str]:
    pairs = [(name, value.name if isinstance(value, Upload) else value) for name, value in parts]
    return urlencode(pairs).encode(), "application/x-www-form-urlencoded"


def _multipart(parts: Sequence[Part]) -> tuple[bytes, str]:
    boundary = secrets.token_hex(16)
    pieces = itertools.chain.from_iterable(_piece(boundary, name, value) for name, value in parts)
    return b"".join([*pieces, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"


def _piece(boundary: str, name: str, value: str | Upload) -> Iterator[bytes]:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
    if isinstance(value, Upload):
        yield f'{head}; filename="{value.name}"\r\nContent-Type: {value.media_type}\r\n\r\n'.encode()
        yield value.content
    else:
        yield f"{head}\r\n\r\n{value}".encode()
    yield b"\r\n"
