"""
Entity type selection (clause 4.17): `Building|House`, `(Home;Vehicle),Motorhome`, `*`.

Parentheses are for types that an entity has all of. Around a choice they say nothing: the grammar has no
`(Building|House)`, ETSI's suite does.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dothi.context.jsonld.names import Names
from dothi.context.model import terms
from dothi.context.query.parameters import Parameters
from dothi.context.query.scanner import Scanner

NAME = re.compile(r"[^\s,|;()]+")
EVERY = "*"


@dataclass(frozen=True)
class Types:
    """Groups of IRIs: an entity has all types of one group, possibly among others. No group is any type."""

    groups: tuple[frozenset[str], ...]

    def matches(self, types: Iterable[str]) -> bool:
        """Tell whether an entity of these types is selected."""
        return not self.groups or any(group <= set(types) for group in self.groups)

    def sql(self, into: Parameters, entity: str) -> str:
        """Return the condition on rows of the table alias `entity`."""
        if not self.groups:
            return "true"
        if all(len(group) == 1 for group in self.groups):
            single = sorted(iri for group in self.groups for iri in group)
            return f"{entity}.types && {into.put(single, 'text[]')}"
        told = (f"{entity}.types @> {into.put(sorted(group), 'text[]')}" for group in self.groups)
        return f"({' or '.join(told)})"


def parse(text: str, names: Names, what: str = "type") -> Types:
    """Return the selection that a text says. Raises BadRequestData."""
    if text == EVERY:
        return Types(())
    scanner = Scanner(text, what)
    groups = _element(scanner, names)
    while _or(scanner):
        groups += _element(scanner, names)
    scanner.end()
    return Types(tuple(groups))


def _element(scanner: Scanner, names: Names) -> list[frozenset[str]]:
    if not scanner.takes("("):
        return [_all(scanner, names)]
    groups = [_all(scanner, names)]
    while _or(scanner):
        groups.append(_all(scanner, names))
    scanner.expect(")")
    return groups


def _all(scanner: Scanner, names: Names) -> frozenset[str]:
    found = {_type(scanner, names)}
    while scanner.takes(";"):
        found.add(_type(scanner, names))
    return frozenset(found)


def _or(scanner: Scanner) -> bool:
    return scanner.takes(",") or scanner.takes("|")


def _type(scanner: Scanner, names: Names) -> str:
    told = scanner.match(NAME)
    if told is None:
        raise scanner.wrong("a type is missing")
    return names.expand(terms.name(told))
