"""Reading the text of a query language from left to right."""

import re

from dothi.context.errors import BadRequestData, TooComplexQuery

LONGEST = 8_000
"""Characters of one query text."""


class Scanner:
    """A place in a text; `what` names the language in errors."""

    def __init__(self, text: str, what: str) -> None:
        if len(text) > LONGEST:
            raise TooComplexQuery(f"{what} has more than {LONGEST} characters")
        self.text = text
        self.what = what
        self.at = 0

    def sees(self, word: str) -> bool:
        """Tell whether `word` comes next."""
        return self.text.startswith(word, self.at)

    def takes(self, word: str) -> bool:
        """Go past `word` if it comes next, and tell whether it did."""
        if not self.sees(word):
            return False
        self.at += len(word)
        return True

    def match(self, pattern: re.Pattern[str]) -> str | None:
        """Go past what `pattern` matches here and return it; None where it does not."""
        found = pattern.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found[0]

    def expect(self, word: str) -> None:
        """Go past `word`. Raises BadRequestData where something else comes next."""
        if not self.takes(word):
            raise self.wrong(f"{word!r} is missing")

    def ended(self) -> bool:
        """Tell whether the whole text was read."""
        return self.at >= len(self.text)

    def end(self) -> None:
        """Raises BadRequestData where text is left."""
        if not self.ended():
            raise self.wrong("this is too much")

    def wrong(self, why: str) -> BadRequestData:
        """Return the error of this place."""
        return BadRequestData(f"{self.what}: {why} at {self.at}: {self.text[self.at : self.at + 20]!r}")
