"""The words of rules, filled in; and msgids of this room, read aloud."""

from collections.abc import Mapping

from django.utils.translation import gettext, override

from dothi.kernel.documents.types import Text

Facts = Mapping[str, Text | float | str]


def filled(words: Text, facts: Facts) -> Text:
    """Return the words with `{name}` filled from `facts`; a number as each language writes it."""
    return Text(_filled(words.vi, facts, "vi"), _filled(words.en, facts, "en"))


def number(value: float, language: str) -> str:
    """Return a number with at most two decimals, with the mark of the language."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return written.replace(".", ",") if language == "vi" else written


def say(words: str, language: str, facts: Mapping[str, object] | None = None) -> str:
    """Return a msgid in `language` ("vi" or "en"), with `%(name)s` placeholders filled from `facts`."""
    with override(language):
        return gettext(words) % dict(facts or {})


def _filled(words: str, facts: Facts, language: str) -> str:
    for name, fact in facts.items():
        words = words.replace(f"{{{name}}}", _said(fact, language))
    return words


def _said(fact: Text | float | str, language: str) -> str:
    if isinstance(fact, Text):
        return fact.read(language)
    return number(fact, language) if isinstance(fact, float) else str(fact)
