"""
Regular expressions of q and idPattern as automata: the time of a match grows with the text, never with
the cunning of the pattern.

What is understood is what POSIX extended expressions, those of PostgreSQL and those that people write
have in common: characters, `.`, classes, groups, `|`, `* + ? {m,n}`, `^` and `$`, and \\d \\w \\s with their
opposites, which are of ASCII. All else (back references, look-around, lazy and possessive quantifiers) is
refused, so that PostgreSQL, which is given the same text, agrees.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from dothi.context.errors import BadRequestData, TooComplexQuery
from dothi.context.query.scanner import Scanner

MOST_STATES: Final = 2_000
DEEPEST: Final = 20
SPECIAL: Final = frozenset("\\^$.[]|()*+?{}")
CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t"}
DIGITS: Final = frozenset("0123456789")
WORDS: Final = DIGITS | frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
SPACES: Final = frozenset(" \t\n\r\f\v")
CLASSES: Final = {"d": DIGITS, "w": WORDS, "s": SPACES}

Holds = Callable[[str], bool]


@dataclass
class _State:
    """Goes to `then` for nothing, or for a character that `holds`, or at the start or end of the text."""

    holds: Holds | None = None
    anchor: str = ""
    then: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Pattern:
    """A pattern, found anywhere in a text unless it is anchored. `text` is what PostgreSQL is given."""

    text: str
    _states: tuple[_State, ...] = field(repr=False, compare=False)
    _start: int = field(compare=False)
    _end: int = field(compare=False)

    def found_in(self, text: str) -> bool:
        """Tell whether some part of `text` fits."""
        current: set[int] = set()
        for at in range(len(text) + 1):
            current = self._closed(current | {self._start}, at == 0, at == len(text))
            if self._end in current:
                return True
            if at < len(text):
                current = self._after(current, text[at])
        return False

    def _after(self, current: set[int], character: str) -> set[int]:
        following: set[int] = set()
        for number in current:
            state = self._states[number]
            if state.holds is not None and state.holds(character):
                following.update(state.then)
        return following

    def _closed(self, current: set[int], first: bool, last: bool) -> set[int]:
        reached: set[int] = set()
        for number in current:
            self._reach(reached, number, first, last)
        return reached

    def _reach(self, reached: set[int], number: int, first: bool, last: bool) -> None:
        waiting = [number]
        while waiting:
            one = waiting.pop()
            if one in reached:
                continue
            reached.add(one)
            state = self._states[one]
            if state.holds is None and _stands(state.anchor, first, last):
                waiting.extend(state.then)


@lru_cache(maxsize=512)
def pattern(text: str, what: str = "pattern") -> Pattern:
    """Return the pattern that `text` says. Raises BadRequestData, TooComplexQuery."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadRequestData(f"{what} is no text") from error
    builder = _Builder(Scanner(text, what))
    piece = builder.either(0)
    builder.scanner.end()
    return Pattern(text, tuple(builder.states), *piece)


Piece = tuple[int, int]
"""Where a part of the automaton is entered and left."""


@dataclass
class _Builder:
    scanner: Scanner
    states: list[_State] = field(default_factory=list)

    def either(self, depth: int) -> Piece:
        if depth > DEEPEST:
            raise TooComplexQuery(f"{self.scanner.what} is nested too deep")
        pieces = [self._sequence(depth)]
        while self.scanner.takes("|"):
            pieces.append(self._sequence(depth))
        if len(pieces) == 1:
            return pieces[0]
        start, end = self._state(), self._state()
        for entry, leave in pieces:
            self.states[start].then.append(entry)
            self.states[leave].then.append(end)
        return start, end

    def _sequence(self, depth: int) -> Piece:
        piece: Piece | None = None
        while not self.scanner.ended() and not self.scanner.sees("|") and not self.scanner.sees(")"):
            following = self._repeated(depth)
            piece = following if piece is None else self._joined(piece, following)
        if piece is None:
            raise self.scanner.wrong("an alternative is empty")
        return piece

    def _repeated(self, depth: int) -> Piece:
        begun = self.scanner.at
        piece = self._atom(depth)
        bounds = self._bounds()
        if bounds is None:
            return piece
        if self.scanner.text[begun] in "^$":
            raise self.scanner.wrong("there is nothing to repeat")
        if self._bounds() is not None:
            raise self.scanner.wrong("a repetition is repeated")
        ended = self.scanner.at
        piece = self._times(begun, piece, *bounds, depth=depth)
        self.scanner.at = ended
        return piece

    def _times(self, begun: int, piece: Piece, least: int, most: int | None, *, depth: int) -> Piece:
        """Return the piece as often as told; copies of it are made by reading its text again."""
        whole = self._empty()
        for number in range(max(least, most or 0, 1)):
            if number:
                piece = self._again(begun, depth)
            if number >= least:  # may be left out
                self.states[piece[0]].then.append(piece[1])
            whole = self._joined(whole, piece)
        if most is None:  # may come again
            self.states[piece[1]].then.append(piece[0])
        return whole

    def _again(self, begun: int, depth: int) -> Piece:
        self.scanner.at = begun
        return self._atom(depth)

    def _bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.scanner.takes(sign):
                return bounds
        if not self.scanner.takes("{"):
            return None
        least = self._count()
        most: int | None = least
        if self.scanner.takes(","):
            most = None if self.scanner.sees("}") else self._count()
        self.scanner.expect("}")
        if most is not None and (most < least or most == 0):
            raise self.scanner.wrong("these bounds are in the wrong order")
        return least, most

    def _count(self) -> int:
        told = ""
        while not self.scanner.ended() and self.scanner.text[self.scanner.at] in DIGITS:
            told += self._next()
        if not told or len(told) > 3 or int(told) > 255:
            raise self.scanner.wrong("a number up to 255 is missing")
        return int(told)

    def _atom(self, depth: int) -> Piece:
        character = self._next()
        if character == "(":
            return self._group(depth)
        if character in "^$":
            return self._between(self._state(anchor=character))
        if character == "[":
            return self._of(self._class())
        if character == ".":
            return self._of(lambda _one: True)
        if character == "\\":
            return self._of(self._escape())
        if character in SPECIAL:
            raise self.scanner.wrong(f"{character!r} has no place here, before")
        return self._of(character.__eq__)

    def _group(self, depth: int) -> Piece:
        if self.scanner.sees("?") and not self.scanner.takes("?:"):
            raise self.scanner.wrong("such a group is not understood")
        inner = self.either(depth + 1)
        self.scanner.expect(")")
        start, end = self._state(), self._state()
        self.states[start].then.append(inner[0])
        self.states[inner[1]].then.append(end)
        return start, end

    def _escape(self) -> Holds:
        character = self._next()
        named = CLASSES.get(character.lower())
        if named is not None:
            return named.__contains__ if character.islower() else lambda one: one not in named
        return self._literal(character).__eq__

    def _literal(self, escaped: str) -> str:
        if escaped in CONTROLS:
            return CONTROLS[escaped]
        if escaped.isalnum():
            raise self.scanner.wrong(f"\\{escaped} is not understood, before")
        return escaped

    def _class(self) -> Holds:
        other = self.scanner.takes("^")
        tests: list[Holds] = []
        while not self.scanner.takes("]"):
            tests.append(self._member())
        if not tests:
            raise self.scanner.wrong("a class is empty before")
        return lambda one: any(test(one) for test in tests) is not other

    def _member(self) -> Holds:
        character = self._next()
        if character == "[":
            raise self.scanner.wrong("a bracket in a class is written \\[, before")
        if character == "\\":
            character = self._next()
            named = CLASSES.get(character)
            if named is not None:
                return named.__contains__
            character = self._literal(character)
        if self.scanner.sees("-") and not self.scanner.sees("-]"):
            return self._range(character)
        return character.__eq__

    def _range(self, low: str) -> Holds:
        self.scanner.expect("-")
        high = self._next()
        if high == "\\":
            high = self._literal(self._next())
        elif high == "[":
            raise self.scanner.wrong("a bracket in a class is written \\[, before")
        if high < low:
            raise self.scanner.wrong("this range is in the wrong order")
        return lambda one: low <= one <= high

    def _next(self) -> str:
        if self.scanner.ended() or self.scanner.sees("\0"):
            raise self.scanner.wrong("the pattern ends too early")
        character = self.scanner.text[self.scanner.at]
        self.scanner.at += 1
        return character

    def _state(self, holds: Holds | None = None, anchor: str = "") -> int:
        if len(self.states) >= MOST_STATES:
            raise TooComplexQuery(f"{self.scanner.what} is too large")
        self.states.append(_State(holds, anchor))
        return len(self.states) - 1

    def _empty(self) -> Piece:
        one = self._state()
        return one, one

    def _of(self, holds: Holds) -> Piece:
        """Return a piece for one character, entered and left for nothing, so that it can be repeated."""
        inner = self._state(holds)
        return self._between(inner)

    def _between(self, inner: int) -> Piece:
        start, end = self._state(), self._state()
        self.states[start].then.append(inner)
        self.states[inner].then.append(end)
        return start, end

    def _joined(self, one: Piece, other: Piece) -> Piece:
        self.states[one[1]].then.append(other[0])
        return one[0], other[1]


def _stands(anchor: str, first: bool, last: bool) -> bool:
    return not anchor or (anchor == "^" and first) or (anchor == "$" and last)
