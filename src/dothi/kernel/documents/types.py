"""What documents of several rooms are made of: texts in two languages, and where a value comes from."""

from dataclasses import dataclass
from typing import Annotated

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Says:
    """What the document's JSON Schema says of a string, beside that it is one."""

    at_most: int
    pattern: str = ""


Slug = Annotated[str, Says(60, "^[a-z][a-z0-9-]*$")]


@dataclass(frozen=True, slots=True)
class Text:
    """Text for people in both languages."""

    vi: str
    en: str

    def read(self, language: str) -> str:
        """Return the text in `language`; Vietnamese when it is neither."""
        return self.en if language.startswith("en") else self.vi


@dataclass(frozen=True, slots=True)
class Source:
    """An instrument of law or an official text that values of the document rest on."""

    id: Slug
    number: str
    title: Text


@dataclass(frozen=True, slots=True)
class Basis:
    """Where one value comes from. `verified` is true only when the clause itself was read."""

    source: Slug
    clause: str
    verified: bool
    note: str = ""
