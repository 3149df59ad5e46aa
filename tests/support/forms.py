"""
Forms of pages: what stands in them, what is sent when they are filled, and the bytes of that.

Source: WHATWG HTML, 4.10.21 (form submission).
"""

import itertools
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

TYPED = frozenset({"text", "password", "hidden", "textarea", "search", "email", "tel", "number"})


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


def form_of(markup: str, address: str) -> Form:
    """Return the form whose HTML is `markup` on the page at `address`."""
    reading = _Reading()
    reading.feed(markup)
    told = reading.form
    return Form(
        address=urljoin(address, told.get("action", "") or address),
        method=told.get("method", "get").lower(),
        multipart=told.get("enctype", "") == "multipart/form-data",
        controls=tuple(reading.controls),
    )


def urlencoded(parts: Sequence[Part]) -> tuple[bytes, str]:
    """Return the body and its media type for a form without files."""
    pairs = [(name, value.name if isinstance(value, Upload) else value) for name, value in parts]
    return urlencode(pairs).encode("utf-8", "surrogatepass"), "application/x-www-form-urlencoded"


def multipart(parts: Sequence[Part]) -> tuple[bytes, str]:
    """Return the body and its media type for a form with files."""
    boundary = secrets.token_hex(16)
    pieces = itertools.chain.from_iterable(_piece(boundary, name, value) for name, value in parts)
    return b"".join(
        [*pieces, f"--{boundary}--\r\n".encode("utf-8", "surrogatepass")]
    ), f"multipart/form-data; boundary={boundary}"


def _piece(boundary: str, name: str, value: str | Upload) -> Iterator[bytes]:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
    if isinstance(value, Upload):
        yield f'{head}; filename="{value.name}"\r\nContent-Type: {value.media_type}\r\n\r\n'.encode(
            "utf-8", "surrogatepass"
        )
        yield value.content
    else:
        yield f"{head}\r\n\r\n{value}".encode("utf-8", "surrogatepass")
    yield b"\r\n"
