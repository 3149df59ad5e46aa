"""What people with bad intentions send to pages: the forms they are given, spoiled, and odd addresses."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from tests.support.forms import Form, Part, Upload, form_of, multipart, urlencoded
from tests.support.hostile import bent, tree, word, written

FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
QUESTIONS = (
    "at", "on", "clock", "known", "known_at", "part", "alert", "incident", "unit", "ward", "q", "code",
    "next", "page", "before", "after", "state", "group", "year", "shell", "cursor", "hours", "limit", "lang",
)  # fmt: skip
FILES = (
    b"", b"%PDF-1.7\n" + b"x" * 3_000, b"\x89PNG\r\n\x1a\n", b"PK\x03\x04" + b"\0" * 99, b"device,profile\n",
    b"device;profile\nrain-1;rain-gauge\n", b"\xff\xfe\0", b"GIF89a", b'device,profile\n"a,b\n' * 9,
)  # fmt: skip
RAW = (
    "%ff",
    "%ed%a0%80",
    "%c0%af",
    "%00",
    "%",
    "%zz",
    "a&a=b&a=c",
    "[]",
    "a%0d%0aSet-Cookie:%20x=1",
    "%e2%80%ae",
    ";",
    "+" * 3_000,
)
"""What no form would send as the value of a question: bytes that are no UTF-8, half an escape."""
KINDS = (
    "application/x-www-form-urlencoded", "application/json", "text/xml", "multipart/form-data", "x",
    "multipart/form-data; boundary=x", "application/x-www-form-urlencoded; charset=utf-7",
)  # fmt: skip
SITE = "http://testserver"
SENTENCE = "Ngập phố Hàng Bài"


@dataclass(frozen=True)
class Sent:
    """One request to a page; a body only where it is a POST."""

    path: str
    body: bytes = b""
    media_type: str = ""

    @property
    def method(self) -> str:
        """Return how it is sent."""
        return "POST" if self.media_type else "GET"


def forms_on(markup: str, address: str) -> list[Form]:
    """Return the forms of a page that are posted to this site."""
    found = (form_of(piece, f"{SITE}{address}") for piece in FORM.findall(markup))
    return [form for form in found if form.method == "post" and form.address.startswith(f"{SITE}/")]


def filled_form(form: Form) -> Sent:
    """Return a form as it is sent when a sentence stands wherever nothing stood."""
    return _sent(form, form.address, [(name, _said(value)) for name, value in form.filled({})])


def _said(value: str | Upload) -> str | Upload:
    return value if isinstance(value, Upload) or value.strip() else SENTENCE


def spoiled_form(dice: random.Random, form: Form) -> Sent:
    """Return a form as it might be sent by somebody who changed what stands in it; some are good."""
    parts = [] if dice.random() < 0.03 else _pressed(dice, form)
    for _ in range(dice.choice((0, 1, 1, 2, 4))):
        parts = _spoiled(dice, parts)
    here = form.address.removeprefix(SITE)
    told = _sent(form, here if dice.random() < 0.9 else odd_address(dice, here), parts)
    return replace(told, body=bent(dice, told.body)) if dice.random() < 0.05 else told


def _sent(form: Form, address: str, parts: Sequence[Part]) -> Sent:
    told = [(_printable(name), one if isinstance(one, Upload) else _printable(one)) for name, one in parts]
    body, media_type = multipart(told) if form.multipart else urlencoded(told)
    return Sent(address.removeprefix(SITE), body, media_type)


def _pressed(dice: random.Random, form: Form) -> list[Part]:
    buttons = [f"{one.name}={one.value}" for one in form.controls if one.kind == "submit"]
    parts = form.filled({}, dice.choice(buttons) if buttons else "")
    return [(name, _chosen(dice, value)) for name, value in parts]


def _chosen(dice: random.Random, value: str | Upload) -> str | Upload:
    """Return what is typed or chosen: mostly something, for an empty form ends at its first question."""
    if isinstance(value, Upload):
        return Upload(word(dice)[:40].replace('"', "").replace("\n", ""), dice.choice(FILES))
    return value or dice.choice(("", "1", "12", SENTENCE, "2026-11-22", "00070", word(dice)))


def _spoiled(dice: random.Random, parts: list[Part]) -> list[Part]:
    if not parts:
        return [(word(dice), word(dice))]
    at = dice.randrange(len(parts))
    name, value = parts[at]
    kind = dice.randrange(5)
    if kind == 0:
        return parts[:at] + parts[at + 1 :]
    if kind == 1:
        return parts + [(name, value)] * dice.choice((1, 40))
    if kind == 2:
        return [*parts[:at], (word(dice), value), *parts[at + 1 :]]
    return [*parts[:at], (name, _printable(word(dice))), *parts[at + 1 :]]


def _printable(told: str) -> str:
    return told.encode("utf-8", "replace").decode()


def odd_address(dice: random.Random, path: str) -> str:
    """Return an address with odd questions, or with another word in its path."""
    before, _, asked = path.partition("?")
    if dice.random() < 0.3:
        pieces = before.split("/")
        pieces[dice.randrange(len(pieces))] = quote(_printable(word(dice)), safe="")
        before = "/".join(pieces) or "/"
    told = [(dice.choice(QUESTIONS), _printable(word(dice))) for _ in range(dice.choice((0, 1, 2, 3)))]
    raw = f"{dice.choice(QUESTIONS)}={dice.choice(RAW)}" if dice.random() < 0.2 else ""
    more = "&".join(filter(None, (asked, urlencode(told), raw)))
    return f"/{before.lstrip('/')}?{more}" if more else f"/{before.lstrip('/')}"


def made_up(dice: random.Random, path: str) -> Sent:
    """Return a POST of which nobody has seen the form: fields out of the air, in a body that may be none."""
    told: list[Part] = [
        (dice.choice((*QUESTIONS, word(dice))), dice.choice(("1", "true", word(dice))))
        for _ in range(dice.choice((0, 1, 3, 3, 1_500)))
    ]
    body, media_type = urlencoded([(_printable(name), _printable(str(one))) for name, one in told])
    if dice.random() < 0.3:
        body = written(dice, tree(dice))
    return Sent(path, body, media_type if dice.random() < 0.6 else dice.choice(KINDS))
