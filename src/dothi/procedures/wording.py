"""Reading the words of this room aloud: texts of the document and msgids of the code alike."""

from collections.abc import Mapping

from django.utils.translation import gettext, override

from dothi.procedures.types import Text


def say(words: Text | str, language: str, facts: Mapping[str, object] | None = None) -> str:
    """Return `words` in `language` ("vi" or "en"), with `%(name)s` placeholders filled from `facts`."""
    if isinstance(words, Text):
        return words.read(language)
    with override(language):
        return gettext(words) % dict(facts or {})
