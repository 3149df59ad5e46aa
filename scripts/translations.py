"""
Translations complete: each English msgid in the sources stands in a Vietnamese catalogue, finished.

Run it by itself to see what is missing: `.venv/bin/python scripts/translations.py`.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

SOURCES = Path(__file__).resolve().parents[1] / "src"
# A keyword's numbers tell which arguments are the msgids; "1c" is a context.
KEYWORDS: dict[str, tuple[object, ...] | None] = {
    "msg": None, "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")
Key = tuple[str | None, str]


def complaints() -> list[str]:
    """Return one line for each msgid that is missing, unfinished, wrong, said twice or not used any more."""
    used = dict(_used())
    known = _known()
    missing = [f"{used[key]}: no Vietnamese for {key[1]!r}" for key in used if key not in known]
    unused = [f"{place}: nothing uses {key[1]!r}" for key, (place, _) in known.items() if key not in used]
    wrong = [line for place, message in known.values() for line in _faults(place, message)]
    return sorted([*missing, *unused, *wrong, *_said_in_two_ways()])


def _used() -> Iterator[tuple[Key, str]]:
    for file in sorted(SOURCES.rglob("*")):
        if (
            "migrations" in file.parts
            or "static" in file.parts
            or file.suffix not in (".py", ".html", ".txt")
        ):
            continue
        if file.suffix != ".py" and "templates" not in file.parts and "pages" not in file.parts:
            continue
        yield from _of_file(file)


def _of_file(file: Path) -> Iterator[tuple[Key, str]]:
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        text = templatize(text, origin=str(file))
    for line, found, _, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
        msgid = found if isinstance(found, str) else found[0]
        if msgid:
            yield (context, msgid), f"{file.relative_to(SOURCES)}:{line}"


def _known() -> dict[Key, tuple[str, Message]]:
    return {key: (place, message) for key, place, message in _messages()}


def _said_in_two_ways() -> Iterator[str]:
    """Django makes one catalogue of all: of two Vietnamese for one msgid, one is never seen."""
    first: dict[Key, tuple[str, Message]] = {}
    for key, place, message in _messages():
        there, said = first.setdefault(key, (place, message))
        if said.string != message.string:
            yield f"{place}: {key[1]!r} is said otherwise in {there}"


def _messages() -> Iterator[tuple[Key, str, Message]]:
    for po in sorted(SOURCES.glob("**/locale/vi/LC_MESSAGES/*.po")):
        with po.open("rb") as file:
            for message in read_po(file, locale="vi"):
                if message.id:
                    msgid = message.id if isinstance(message.id, str) else message.id[0]
                    yield (message.context or None, msgid), str(po.relative_to(SOURCES)), message


def _faults(place: str, message: Message) -> Iterator[str]:
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    texts = [message.string] if isinstance(message.string, str) else list(message.string)
    if message.fuzzy:
        yield f"{place}: {ids[0]!r} is fuzzy"
    if not all(texts):
        yield f"{place}: {ids[0]!r} is empty"
    elif any(_placeholders(text) != _placeholders(ids[-1]) for text in texts):
        yield f"{place}: {ids[0]!r} has other placeholders than its translation"


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


if not settings.configured:
    settings.configure(USE_I18N=True)

if __name__ == "__main__":
    print("\n".join(complaints()))
    sys.exit(bool(complaints()))
