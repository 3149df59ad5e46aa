"""
What a term of q asks of one instance of its attribute (clause 4.9).

In SQL the instance is the jsonb column `i.one`, one target value `t.v`, one element of it `u.v`.
Most attributes have one instance, a Property whose value is a number, a text, true or false: of these
`plain_sql` asks the same.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from dothi.context.query import literals
from dothi.context.query.literals import Among, Between, Kind, Literal
from dothi.context.query.parameters import Parameters
from dothi.context.query.paths import OBJECTS, Instance, Path, elements
from dothi.context.query.patterns import Pattern

ELEMENTS: Final = "jsonb_path_query(t.v, '$[*]') as u (v)"
KEYED: Final = (Kind.NUMBER, Kind.TEXT, Kind.BOOLEAN)
"""Kinds of literals that are what a key says; numbers are also ordered as keys are."""
NO_OBJECT: Final = "not i.one ?| '{object,objectList}'"
ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


class Condition(Protocol):
    """What a term asks of one instance."""

    def passes(self, path: Path, instance: Instance) -> bool: ...

    def sql(self, path: Path, into: Parameters) -> str:
        """Return the condition on the instance `i.one`."""

    def plain_sql(self, value: str, into: Parameters, /) -> str:
        """Return the condition on the `value` of a Property that says a scalar; null stands for false."""

    def key_sql(self, key: str, into: Parameters, /) -> str | None:
        """Return what the key of all that pass says at least; None where nothing can be told of it."""


@dataclass(frozen=True)
class Exists:
    """The target is there, whatever it says."""

    def passes(self, path: Path, instance: Instance) -> bool:
        return bool(path.targets(instance))

    def sql(self, path: Path, into: Parameters) -> str:
        return f"exists (select from {path.targets_sql(into)})"

    def plain_sql(self, _value: str, _into: Parameters) -> str:
        return "true"

    def key_sql(self, key: str, _into: Parameters) -> str | None:
        return f"{key} is not null"


@dataclass(frozen=True)
class Equals:
    """One of the target values, or of the elements of an array, is wanted; or `no` such one is."""

    wanted: Among | Between
    no: bool = False

    def passes(self, path: Path, instance: Instance) -> bool:
        targets = path.targets(instance)
        found = any(self.wanted.holds(one) for target in targets for one in elements(target))
        return bool(targets) and not found if self.no else found

    def sql(self, path: Path, into: Parameters) -> str:
        rows = path.targets_sql(into)
        found = f"exists (select from {rows}, {ELEMENTS} where {self.wanted.sql('u.v', into)})"
        return f"exists (select from {rows}) and not {found}" if self.no else found

    def plain_sql(self, value: str, into: Parameters) -> str:
        found = f"({self.wanted.sql(value, into)})"
        return f"{found} is not true" if self.no else found

    def key_sql(self, key: str, into: Parameters) -> str | None:
        if self.no:
            return None
        if isinstance(self.wanted, Between):
            return _key_between(key, self.wanted, into)
        if not all(one.kind in KEYED for one in self.wanted.literals):
            return None
        said = [one.value for one in self.wanted.literals]
        return f"{key} = any({into.put([*said, {}], 'jsonb[]')})"


@dataclass(frozen=True)
class Compares:
    """A target value is greater or less; that of a relationship never is."""

    operator: str
    literal: Literal

    def passes(self, path: Path, instance: Instance) -> bool:
        if any(member in instance for member in OBJECTS):
            return False
        found = [literals.comparable(self.literal.kind, one) for one in path.targets(instance)]
        return any(one is not None and ORDERS[self.operator](one, self.literal.value) for one in found)

    def sql(self, path: Path, into: Parameters) -> str:
        rows = path.targets_sql(into)
        return f"{NO_OBJECT} and exists (select from {rows} where {self.plain_sql('t.v', into)})"

    def plain_sql(self, value: str, into: Parameters) -> str:
        return f"{literals.readable(self.literal.kind, value)} {self.operator} {self.literal.sql(into)}"

    def key_sql(self, key: str, into: Parameters) -> str | None:
        if self.literal.kind is not Kind.NUMBER:
            return None
        said = into.put(self.literal.value, "jsonb")
        if self.operator[0] == "<":
            return f"({key} {self.operator} {said} or {key} = '{{}}')"
        return f"({key} {self.operator} {said} and {key} < 'false' or {key} = '{{}}')"


@dataclass(frozen=True)
class Fits:
    """A target value is a text in which the pattern is found, or is not."""

    pattern: Pattern
    no: bool = False

    def passes(self, path: Path, instance: Instance) -> bool:
        if any(member in instance for member in OBJECTS):
            return False
        texts = [one for one in path.targets(instance) if isinstance(one, str)]
        return any(self.pattern.found_in(one) is not self.no for one in texts)

    def sql(self, path: Path, into: Parameters) -> str:
        rows = path.targets_sql(into)
        return f"{NO_OBJECT} and exists (select from {rows} where {self.plain_sql('t.v', into)})"

    def plain_sql(self, value: str, into: Parameters) -> str:
        text, operator = literals.readable(Kind.TEXT, value), "!~" if self.no else "~"
        return f"{text} {operator} {into.put(self.pattern.text, 'text')}"

    def key_sql(self, _key: str, _into: Parameters) -> str | None:
        return None


def _key_between(key: str, wanted: Between, into: Parameters) -> str | None:
    if wanted.low.kind is not Kind.NUMBER:
        return None
    low, high = (into.put(one.value, "jsonb") for one in (wanted.low, wanted.high))
    return f"({key} between {low} and {high} or {key} = '{{}}')"
