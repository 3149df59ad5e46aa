"""
Literals of q and how a target value compares with them (clause 4.9).

A target value of another type than the literal is neither equal nor greater nor less: `comparable`
gives None for it, and SQL null.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from dothi.context.query.parameters import Parameters
from dothi.context.query.scanner import Scanner

_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:[.,]\d{1,6})?"
_DAY = r"\d{4}-\d\d-\d\d"
_END = r"(?=[;|),]|\.\.|$)"
INSTANT = re.compile(rf"{_DAY}T{_CLOCK}Z", re.ASCII)
DAY = re.compile(_DAY, re.ASCII)
TIME = re.compile(rf"{_CLOCK}Z?", re.ASCII)
_INSTANT_HERE = re.compile(INSTANT.pattern + _END, re.ASCII)
_DAY_HERE = re.compile(DAY.pattern + _END, re.ASCII)
_TIME_HERE = re.compile(TIME.pattern + _END, re.ASCII)
_NUMBER_HERE = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?" + _END, re.ASCII)
_BOOLEAN_HERE = re.compile(rf"(?:true|false){_END}")
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_WORD = re.compile(r'[^\s;|(),"<>{}\x00]+')
LARGEST: Final = 2**63


class Kind(StrEnum):
    """Types of literals."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    DAY = "day"
    TIME = "time"


@dataclass(frozen=True)
class Literal:
    """One value of a query; `word` tells that it stood without quotes, as URIs do."""

    kind: Kind
    value: Any
    word: bool = False

    def equals(self, target: object) -> bool:
        """Tell whether a target value is this."""
        found = comparable(self.kind, target)
        return found is not None and found == self.value

    def sql(self, into: Parameters) -> str:
        """Return what stands for this value."""
        value = self.value
        if self.kind is Kind.NUMBER:  # the shortest decimal of a float is what JSON has of it
            value = Decimal(repr(value))
        return into.put(value, _SQL_TYPES[self.kind])


@dataclass(frozen=True)
class Among:
    """One of several values, or the one there is."""

    literals: tuple[Literal, ...]

    def holds(self, target: object) -> bool:
        """Tell whether a target value is among them."""
        return any(one.equals(target) for one in self.literals)

    def sql(self, target: str, into: Parameters) -> str:
        """Return the condition on the jsonb expression `target`."""
        return " or ".join(f"{readable(one.kind, target)} = {one.sql(into)}" for one in self.literals)


@dataclass(frozen=True)
class Between:
    """From `low` to `high`, both included, both of one kind."""

    low: Literal
    high: Literal

    def holds(self, target: object) -> bool:
        """Tell whether a target value lies between."""
        found = comparable(self.low.kind, target)
        return found is not None and bool(self.low.value <= found <= self.high.value)

    def sql(self, target: str, into: Parameters) -> str:
        """Return the condition on the jsonb expression `target`."""
        found = readable(self.low.kind, target)
        return f"{found} between {self.low.sql(into)} and {self.high.sql(into)}"


def comparable(kind: Kind, target: object) -> Any:
    """Return a target value as values of `kind` compare; None where it is not of that type."""
    return _READERS[kind](target)


def readable(kind: Kind, target: str) -> str:
    """Return the SQL of `comparable` for the jsonb expression `target`."""
    return _EXPRESSIONS[kind].format(target)


def comparison(scanner: Scanner) -> Literal:
    """Read a ComparableValue: number, quoted text, instant, day or time. Raises BadRequestData."""
    found = _typed(scanner)
    if found is None or found.kind is Kind.BOOLEAN:
        raise scanner.wrong("a number, a text in quotes, a date or a time is missing")
    return found


def wanted(scanner: Scanner) -> Among | Between:
    """Read what stands after == or !=: a value, a list of values, or a range. Raises BadRequestData."""
    first = _value(scanner)
    if scanner.takes(".."):
        high = comparison(scanner)
        if first.word or first.kind is Kind.BOOLEAN or high.kind is not first.kind:
            raise scanner.wrong("a range has two numbers, texts, dates or times")
        return Between(first, high)
    found = [first]
    while scanner.takes(","):
        found.append(_value(scanner))
    return Among(tuple(found))


def as_instant(literal: Literal) -> Literal:
    """Return the instant that a text says, where the target is one; else the literal itself."""
    found = instant_of(literal.value) if literal.kind is Kind.TEXT else None
    return literal if found is None else Literal(Kind.INSTANT, found)


def quoted(scanner: Scanner) -> str | None:
    """Read a text in quotes, as JSON has it; None where none comes next. Raises BadRequestData."""
    told = scanner.match(QUOTED)
    if told is None:
        return None
    try:
        text: str = json.loads(told)
        text.encode()
    except ValueError as error:
        raise scanner.wrong("this is no text of JSON") from error
    if "\0" in text:
        raise scanner.wrong("a text has no null character")
    return text


def instant_of(target: object) -> datetime | None:
    """Return the instant that a stored text says."""
    found: datetime | None = _read(
        target, INSTANT, lambda text: datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)
    )
    return found


def _day_of(target: object) -> date | None:
    found: date | None = _read(target, DAY, date.fromisoformat)
    return found


def _time_of(target: object) -> time | None:
    found: time | None = _read(target, TIME, lambda text: time.fromisoformat(text.removesuffix("Z")))
    return found


def _read(target: object, pattern: re.Pattern[str], reader: Callable[[str], Any]) -> Any:
    if not isinstance(target, str) or not pattern.fullmatch(target):
        return None
    whole, _, fraction = target.replace(",", ".").removesuffix("Z").partition(".")
    text = f"{whole}.{fraction:0<6}" if fraction else whole
    try:
        return reader(text + "Z" if target.endswith("Z") else text)
    except ValueError:
        return None


def _number(target: object) -> float | None:
    return target if isinstance(target, int | float) and not isinstance(target, bool) else None


def _value(scanner: Scanner) -> Literal:
    found = _typed(scanner)
    if found is not None:
        return found
    word = scanner.match(_WORD)
    if word is None:
        raise scanner.wrong("a value is missing")
    return Literal(Kind.TEXT, word, word=True)


def _typed(scanner: Scanner) -> Literal | None:
    text = quoted(scanner)
    if text is not None:
        return Literal(Kind.TEXT, text)
    for pattern, reader in _HERE.items():
        told = scanner.match(pattern)
        if told is not None:
            literal = reader(told)
            if literal is None:
                raise scanner.wrong(f"there is no {told}")
            return literal
    return None


def _numeric(told: str) -> Literal | None:
    value: float = float(told) if set(told) & set(".eE") else int(told)
    if abs(value) >= LARGEST:
        value = float(told)
    return Literal(Kind.NUMBER, value) if math.isfinite(value) else None


def _dated(kind: Kind, reader: Callable[[object], Any]) -> Callable[[str], Literal | None]:
    def read(told: str) -> Literal | None:
        value = reader(told)
        return None if value is None else Literal(kind, value)

    return read


_HERE: Final[Mapping[re.Pattern[str], Callable[[str], Literal | None]]] = {
    _INSTANT_HERE: _dated(Kind.INSTANT, instant_of),
    _DAY_HERE: _dated(Kind.DAY, _day_of),
    _TIME_HERE: _dated(Kind.TIME, _time_of),
    _NUMBER_HERE: _numeric,
    _BOOLEAN_HERE: lambda told: Literal(Kind.BOOLEAN, told == "true"),
}
_READERS: Final[Mapping[Kind, Callable[[object], Any]]] = {
    Kind.NUMBER: _number,
    Kind.TEXT: lambda target: target if isinstance(target, str) else None,
    Kind.BOOLEAN: lambda target: target if isinstance(target, bool) else None,
    Kind.INSTANT: instant_of,
    Kind.DAY: _day_of,
    Kind.TIME: _time_of,
}
_EXPRESSIONS: Final[Mapping[Kind, str]] = {
    Kind.NUMBER: "(case when jsonb_typeof({0}) = 'number' then ({0})::numeric end)",
    Kind.TEXT: "(case when jsonb_typeof({0}) = 'string' then {0} #>> '{{}}' end) collate \"C\"",
    Kind.BOOLEAN: "(case when jsonb_typeof({0}) = 'boolean' then ({0})::boolean end)",
    Kind.INSTANT: "context.instant({0})",
    Kind.DAY: "context.day({0})",
    Kind.TIME: "context.time_of_day({0})",
}
_SQL_TYPES: Final[Mapping[Kind, str]] = {
    Kind.NUMBER: "numeric",
    Kind.TEXT: "text",
    Kind.BOOLEAN: "boolean",
    Kind.INSTANT: "timestamptz",
    Kind.DAY: "date",
    Kind.TIME: "time",
}
