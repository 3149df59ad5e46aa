"""
Conditions in CEL: compiled once, bounded before they run, three-valued.

An expression sees only the names it is given and the functions below; it can neither loop without
bound nor reach Python. What bounds it is checked when the document is loaded: at most 500 characters,
nesting of 16, one macro over a list, and lists of answers have at most 20 items, so the worst case is
a few thousand steps and no clock is needed. Standard: Common Expression Language.

An answer that is missing makes an expression unknown (None), unless the rest decides it: CEL's `&&`
and `||` absorb errors on either side. Such errors are how the library says "unknown" (*tried*).
"""

import re
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import ModuleType
from typing import Any, Final

from dothi.kernel import personal_number
from dothi.kernel.problems import msg
from dothi.procedures.errors import ConditionInvalid
from dothi.procedures.types import Json

# The package imports its own command line with it, 0.4 s in every process that we start.
sys.modules.setdefault("cel.cli", ModuleType("cel.cli"))
import cel  # noqa: E402 - after the line that spares it its command line

MAX_LENGTH: Final = 500
MAX_NESTING: Final = 16
MACROS: Final = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(\s*(\w*)")
QUOTED: Final = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled expression, the names it reads, and whether it calls a function of ours."""

    source: str
    names: frozenset[str]
    program: Any
    calls: bool

    def evaluate(self, values: Mapping[str, Json], on: date) -> Json:
        """Return the value, or None where a missing answer leaves it unknown."""
        try:
            # Only what it reads: the library copies all that it is given.
            given = {name: values[name] for name in self.names if name in values}
            value: Json = self.program.execute({**given, **functions(on)} if self.calls else given)
        except (RuntimeError, TypeError, KeyError, ValueError, IndexError, OverflowError, ArithmeticError):
            return None
        return value

    def holds(self, values: Mapping[str, Json], on: date) -> bool | None:
        """Return true, false, or None for unknown; anything but a boolean is unknown."""
        value = self.evaluate(values, on)
        return value if isinstance(value, bool) else None


@lru_cache(maxsize=8192)
def condition(source: str) -> Condition:
    """Compile `source`. Raises ConditionInvalid with what is wrong."""
    _bound(source)
    try:
        program = cel.compile(source)
    except (ValueError, RuntimeError, TypeError) as error:
        raise ConditionInvalid(source=source, problem=str(error).splitlines()[0]) from error
    unknown = {name for name in program.functions() if name.isidentifier()} - FUNCTIONS
    if unknown:
        raise ConditionInvalid(source=source, problem=msg("unknown function"), names=sorted(unknown))
    looped = MACROS.findall(QUOTED.sub("''", source))
    calls = not OWN.isdisjoint(program.functions())
    return Condition(source, frozenset(program.variables()) - set(looped), program, calls)


def declared(source: str, names: Collection[str]) -> Condition:
    """Compile `source` and demand that it reads nothing but `names`."""
    compiled = condition(source)
    strangers = sorted(compiled.names - set(names))
    if strangers:
        raise ConditionInvalid(source=source, problem=msg("unknown name"), names=strangers)
    return compiled


def functions(on: date) -> dict[str, Callable[..., Json]]:
    """Return the functions of a condition on the day `on`. None of them raises: None is unknown."""
    return {
        "age": lambda born: _age(born, on),
        "days_since": lambda day: _days_since(day, on),
        "number_fits": lambda number, sex, born: number_fits(number, sex, born, on),
    }


OWN: Final = frozenset({"age", "days_since", "number_fits"})
FUNCTIONS: Final = frozenset(
    OWN
    | {"size", "has", "all", "exists", "exists_one", "map", "filter", "startsWith", "endsWith", "contains"}
)


def _bound(source: str) -> None:
    bare = QUOTED.sub("''", source)
    depth = deepest = 0
    for character in bare:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    runs = max((len(run) for run in re.findall(r"[!\-]+", bare)), default=0)
    if (
        len(source) > MAX_LENGTH
        or deepest > MAX_NESTING
        or runs > MAX_NESTING
        or bare.count("?") > MAX_NESTING
    ):
        raise ConditionInvalid(source=source[:80], problem=msg("too long or nested too deep"))
    if len(MACROS.findall(bare)) > 1:
        raise ConditionInvalid(source=source, problem=msg("more than one loop"))


def _age(born: object, on: date) -> int | None:
    """Return whole years from `born` to `on`; someone born on 29 February is a year older on 1 March."""
    day = _day(born)
    if day is None:
        return None
    return on.year - day.year - ((on.month, on.day) < (day.month, day.day))


def _days_since(value: object, on: date) -> int | None:
    day = _day(value)
    return None if day is None else (on - day).days


def number_fits(number: object, sex: object, born: object, on: date) -> bool | None:
    """
    Return whether a personal number agrees with the declared sex and year of birth.

    A number that is none at all is the problem of its own field: unknown here.
    """
    day = _day(born)
    if not isinstance(number, str) or sex not in ("male", "female") or day is None:
        return None
    found = personal_number.problems(number, on, personal_number.Sex(sex), day.year)
    contradicts = (personal_number.SexDiffers, personal_number.BirthYearDiffers)
    if any(isinstance(problem, contradicts) for problem in found):
        return False
    return None if found else True


def _day(value: object) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
