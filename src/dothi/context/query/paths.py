"""
Attribute paths of q (clause 4.9): `speed`, `speed.observedAt`, `sensor.rawdata[airquality.pm]`, `color[en]`.

A path leads to instances of an attribute, and from each instance to its target values. In SQL an
instance is the jsonb column `i.one`, a target value `t.v`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dothi.context.jsonld.names import Names
from dothi.context.model.kinds import INSTANTS, KINDS
from dothi.context.query.parameters import Parameters
from dothi.context.query.scanner import Scanner

Entity = Mapping[str, Any]
Instance = Mapping[str, Any]
MEMBERS: Final = frozenset({*INSTANTS, "expiresAt", "unitCode", "datasetId", "lang", "instanceId"})
"""Members of an instance that a path may end with, and that have no instances of their own."""
OF_ENTITY: Final = frozenset({"createdAt", "modifiedAt"})
TIMES: Final = frozenset({*INSTANTS, "expiresAt"})
OBJECTS: Final = ("object", "objectList")
NAME: Final = re.compile(r"[^\W\d_][\w:/#@-]*")
TRAILING: Final = re.compile(r"\*|[^\W\d][\w-]*")
LONGEST: Final = 20
"""Names in one path."""

_ENTITY_ITSELF = """(select jsonb_build_object(
    'createdAt', to_char({0}.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'modifiedAt', to_char({0}.modified_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))"""


@dataclass(frozen=True)
class Path:
    """
    Names (IRIs) from the entity down, a member at the end or None, and a trailing path into the value.

    No names, and a member, is an instant of the entity itself.
    """

    names: tuple[str, ...]
    member: str | None = None
    trailing: tuple[str, ...] = ()

    @property
    def of_time(self) -> bool:
        """Tell whether the target values are instants of NGSI-LD."""
        return self.member in TIMES

    @property
    def is_plain(self) -> bool:
        """Tell whether it leads to what an attribute of the entity says, and no further."""
        return len(self.names) == 1 and self.member is None and not self.trailing

    def instances(self, entity: Entity) -> Iterator[Instance]:
        """Give the instances that the names lead to."""
        if not self.names:
            yield entity
            return
        yield from _descend(entity.get("attributes", {}), self.names)

    def targets(self, instance: Instance) -> list[Any]:
        """Return the target values of one instance; an array is one of them, as a whole."""
        if self.member is not None:
            return [instance[self.member]] if self.member in instance else []
        texts = instance.get("languageMap")
        if texts is not None:
            return _in_languages(texts, self.trailing)
        found = said(instance)
        for name in self.trailing:
            if not isinstance(found, Mapping) or name not in found:
                return []
            found = found[name]
        return [found["@value"] if isinstance(found, Mapping) and "@value" in found else found]

    def instances_sql(self, into: Parameters, entity: str) -> str:
        """Return the rows `i (one)` of a FROM clause for the table alias `entity`."""
        if not self.names:
            return f"{_ENTITY_ITSELF.format(entity)} as i (one)"
        if len(self.names) == 1:
            return f"jsonb_array_elements({into.instances(entity, self.names[0])}) as i (one)"
        inner = "".join(f".attributes.{json.dumps(name)}[*]" for name in self.names[1:])
        steps = into.put(f"$[*]{inner}", "jsonpath")
        return f"jsonb_path_query({into.instances(entity, self.names[0])}, {steps}) as i (one)"

    def targets_sql(self, into: Parameters) -> str:
        """Return the rows `t (v)` of a FROM clause after `i`."""
        if self.member is not None:
            return f"jsonb_path_query(i.one -> {into.put(self.member, 'text')}, '$') as t (v)"
        return f"context.targets(i.one, {into.put(list(self.trailing), 'text[]')}) as t (v)"


def said(instance: Instance) -> Any:
    """Return what an instance says, None where it is a language map."""
    return next((instance[member] for member in KINDS.values() if member in instance), None)


def elements(target: object) -> list[Any]:
    """Return the elements of an array, or the one value."""
    return target if isinstance(target, list) else [target]


def path(scanner: Scanner, names: Names) -> Path:
    """Read a path. Raises BadRequestData."""
    told = [_name(scanner, NAME)]
    while scanner.takes("."):
        told.append(_name(scanner, NAME))
    member = told.pop() if told[-1] in (MEMBERS if len(told) > 1 else OF_ENTITY) else None
    trailing = _trailing(scanner)
    if len(told) + len(trailing) > LONGEST or (member and trailing):
        raise scanner.wrong("this path leads nowhere, before")
    return Path(tuple(names.expand(name) for name in told), member, trailing)


def _trailing(scanner: Scanner) -> tuple[str, ...]:
    if not scanner.takes("["):
        return ()
    found = [_name(scanner, TRAILING)]
    while scanner.takes("."):
        found.append(_name(scanner, TRAILING))
    scanner.expect("]")
    return tuple(found)


def _name(scanner: Scanner, pattern: re.Pattern[str]) -> str:
    found = scanner.match(pattern)
    if found is None:
        raise scanner.wrong("a name is missing")
    return found


def _descend(attributes: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Instance]:
    for instance in attributes.get(names[0], ()):
        if len(names) == 1:
            yield instance
        else:
            yield from _descend(instance.get("attributes", {}), names[1:])


def _in_languages(texts: Mapping[str, Any], trailing: tuple[str, ...]) -> list[Any]:
    if trailing in ((), ("*",)):
        return list(texts.values())
    return [texts[trailing[0]]] if len(trailing) == 1 and trailing[0] in texts else []
