"""The words of rules, filled in; and msgids of this room, read aloud."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext, override

from dothi.kernel.documents.types import Text

TOLD = r"(?: (?:giây|seconds|s)\b)?"
"""The unit that words of a rule write after a length of time, which tells its units itself."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """A length of time, told in the units that people use."""

    seconds: float


Fact = Text | Lasting | float | str
Facts = Mapping[str, Fact]


def quantity(value: float, unit: str) -> Lasting | float:
    """Return a value in `unit` as the words of a rule are filled with it: seconds are a length of time."""
    return Lasting(value) if unit == "s" else value


def filled(words: Text, facts: Facts) -> Text:
    """Return the words with `{name}` filled from `facts`; a number as each language writes it."""
    return Text(_filled(words.vi, facts, "vi"), _filled(words.en, facts, "en"))


def number(value: float, language: str) -> str:
    """Return a number with at most two decimals, with the mark of the language."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return written.replace(".", ",") if language == "vi" else written


def lasting(seconds: float) -> str:
    """Return a length of time to the second, in the language that is active: "1 giờ 30 phút"."""
    whole = round(seconds)
    days, rest = divmod(whole, 86_400) if whole >= 2 * 86_400 else (0, whole)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    told = [
        ngettext("%(n)s day", "%(n)s days", days) % {"n": days} if days else "",
        ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours} if hours else "",
        ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes} if minutes else "",
        ngettext("%(n)s second", "%(n)s seconds", left) % {"n": left} if left or not whole else "",
    ]
    return " ".join(filter(None, told))


def retold(title: str, value: float, unit: str, language: str) -> str:
    """
    Return the title of an alert with its length of time as people tell it.

    Titles are kept as they were filled in, those of early alerts with seconds: "3600 giây".
    """
    if unit != "s":
        return title
    told = rf"(?<![\d.,]){re.escape(number(value, language))} (?:giây|seconds|s)\b"
    return re.sub(told, spoken(Lasting(value), language), title)


def spoken(fact: Fact, language: str) -> str:
    """Return one fact in `language`."""
    if isinstance(fact, Text):
        return fact.read(language)
    if isinstance(fact, Lasting):
        with override(language):
            return lasting(fact.seconds)
    return number(fact, language) if isinstance(fact, float) else str(fact)


def say(words: str, language: str, facts: Mapping[str, object] | None = None) -> str:
    """Return a msgid in `language` ("vi" or "en"), with `%(name)s` placeholders filled from `facts`."""
    with override(language):
        return gettext(words) % dict(facts or {})


def _filled(words: str, facts: Facts, language: str) -> str:
    for name, fact in facts.items():
        place, said = f"{{{name}}}", spoken(fact, language)
        if isinstance(fact, Lasting):
            words = re.sub(re.escape(place) + TOLD, said, words)
        words = words.replace(place, said)
    return words
