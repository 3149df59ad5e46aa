"""
The query language q (clause 4.9): terms, joined by `;` (and, which binds closer) and `|` (or).

    query = parse('speed>50;brandName!="Mercedes"', names)
    query.matches(entity)                    of an entity in its stored form
    query.sql(parameters, "e")               of rows of context.entity under the alias e

A term asks for an instance of its attribute whose target values pass its test. `!=` asks for an
instance that is there and says something else. What is asked of a linked entity
(`sensor{Device:humidity}>40`) is looked up by `linked`, which gives an entity by its id.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Protocol

from dothi.context.errors import TooComplexQuery
from dothi.context.jsonld.names import Names
from dothi.context.query import literals, patterns
from dothi.context.query.conditions import Compares, Condition, Equals, Exists, Fits
from dothi.context.query.literals import Among, Between, Kind, Literal
from dothi.context.query.parameters import Parameters
from dothi.context.query.paths import OBJECTS, Entity, Path, elements, path, said
from dothi.context.query.scanner import Scanner

DEEPEST: Final = 20
MOST_TERMS: Final = 100
Linked = Callable[[str], Entity | None]
HINT = re.compile(r"([^\W\d_][\w,-]*):(?=[^\W\d_])")
PLAIN: Final = (
    "jsonb_array_length({0}) = 1 and jsonb_typeof({0} -> 0 -> 'value') in ('number', 'string', 'boolean')"
)
"""Whether an attribute has one instance, a Property that says a scalar."""
BARE_PATTERN = re.compile(r'[^;|()"]+')


class Query(Protocol):
    """A term, or terms joined."""

    def matches(self, entity: Entity, linked: Linked | None = None) -> bool:
        """Tell whether an entity in its stored form is meant."""

    def sql(self, into: Parameters, entity: str) -> str:
        """Return the condition on rows of the table alias `entity`."""

    def terms(self) -> Iterator["Term"]:
        """Give all terms."""


@dataclass(frozen=True)
class Hop:
    """A relationship that is followed, to entities of one of `types`, or of any where there are none."""

    path: Path
    types: tuple[str, ...] = ()


@dataclass(frozen=True)
class Term:
    """A test of what a path leads to, at the end of the hops."""

    hops: tuple[Hop, ...]
    path: Path
    test: Condition

    def matches(self, entity: Entity, linked: Linked | None = None) -> bool:
        """Tell whether an entity in its stored form is meant."""
        if not self.hops:
            return any(self.test.passes(self.path, one) for one in self.path.instances(entity))
        hop, rest = self.hops[0], replace(self, hops=self.hops[1:])
        return any(rest.matches(one, linked) for one in _followed(hop, entity, linked))

    def sql(self, into: Parameters, entity: str) -> str:
        """Return the condition on rows of the table alias `entity`."""
        if not self.hops:
            return self._own_sql(into, entity)
        hop, rest = self.hops[0], replace(self, hops=self.hops[1:])
        other = f"{entity}_{len(self.hops)}"
        types = f" and {other}.types && {into.put(list(hop.types), 'text[]')}" if hop.types else ""
        return f"""exists (select from {hop.path.instances_sql(into, entity)},
            jsonb_path_query(coalesce(i.one -> 'object', i.one -> 'objectList'), '$[*]') as o (uri)
            join {into.entities} {other} on {other}.id = o.uri #>> '{{}}'{types}
            where {other}.tenant = {entity}.tenant and {rest.sql(into, other)})"""

    def _own_sql(self, into: Parameters, entity: str) -> str:
        """Return the condition on what the entity itself says: exact, and sooner where it says it plainly."""
        rows = self.path.instances_sql(into, entity)
        exact = f"exists (select from {rows} where {self.test.sql(self.path, into)})"
        if not self.path.is_plain:
            return exact
        several = f"({into.instances(entity, self.path.names[0])})"
        plain = self.test.plain_sql(f"({several} -> 0 -> 'value')", into)
        found = f"case when {PLAIN.format(several)} then ({plain}) is true else {exact} end"
        key = self._key_sql(into, entity)
        return f"({key} and {found})" if key else found

    def _key_sql(self, into: Parameters, entity: str) -> str | None:
        """Return what an index can tell of the attribute, where it is declared."""
        if self.path.names[0] not in into.keys:
            return None
        return self.test.key_sql(into.key(entity, self.path.names[0]), into)

    def terms(self) -> Iterator["Term"]:
        """Give this term."""
        yield self

    @property
    def attribute(self) -> str | None:
        """Return the IRI of the attribute of the entity itself; None for its instants."""
        names = (self.hops[0].path if self.hops else self.path).names
        return names[0] if names else None


@dataclass(frozen=True)
class Absent:
    """The target of the term is not there: `!speed`."""

    term: Term

    def matches(self, entity: Entity, linked: Linked | None = None) -> bool:
        """Tell whether an entity in its stored form is meant."""
        return not self.term.matches(entity, linked)

    def sql(self, into: Parameters, entity: str) -> str:
        """Return the condition on rows of the table alias `entity`."""
        return f"not {self.term.sql(into, entity)}"

    def terms(self) -> Iterator[Term]:
        """Give the term."""
        yield self.term


@dataclass(frozen=True)
class Both:
    """All of the parts."""

    parts: tuple[Query, ...]

    def matches(self, entity: Entity, linked: Linked | None = None) -> bool:
        """Tell whether an entity in its stored form is meant."""
        return all(part.matches(entity, linked) for part in self.parts)

    def sql(self, into: Parameters, entity: str) -> str:
        """Return the condition on rows of the table alias `entity`."""
        return f"({' and '.join(part.sql(into, entity) for part in self.parts)})"

    def terms(self) -> Iterator[Term]:
        """Give all terms."""
        for part in self.parts:
            yield from part.terms()


@dataclass(frozen=True)
class Either(Both):
    """One of the parts at least."""

    def matches(self, entity: Entity, linked: Linked | None = None) -> bool:
        """Tell whether an entity in its stored form is meant."""
        return any(part.matches(entity, linked) for part in self.parts)

    def sql(self, into: Parameters, entity: str) -> str:
        """Return the condition on rows of the table alias `entity`."""
        return f"({' or '.join(part.sql(into, entity) for part in self.parts)})"


def parse(text: str, names: Names, *, expanded: tuple[str, ...] = (), what: str = "q") -> Query:
    """
    Return the tree of a query; values of the attributes `expanded` (IRIs) are names, and become IRIs.

    Raises BadRequestData, TooComplexQuery.
    """
    scanner = Scanner(text, what)
    query = _Reader(scanner, names, frozenset(expanded)).either(0)
    scanner.end()
    if sum(1 for _ in query.terms()) > MOST_TERMS:
        raise TooComplexQuery(f"{what} has more than {MOST_TERMS} terms")
    return query


def depth(query: Query) -> int:
    """Return how many relationships are followed at most."""
    return max(len(term.hops) for term in query.terms())


@dataclass(frozen=True)
class _Reader:
    scanner: Scanner
    names: Names
    expanded: frozenset[str]

    def either(self, depth: int) -> Query:
        if depth > DEEPEST:
            raise TooComplexQuery(f"{self.scanner.what} is nested too deep")
        parts = [self._both(depth)]
        while self.scanner.takes("|"):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self, depth: int) -> Query:
        parts = [self._part(depth)]
        while self.scanner.takes(";"):
            parts.append(self._part(depth))
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _part(self, depth: int) -> Query:
        if self.scanner.takes("!"):
            return Absent(self._existence())
        if not self.scanner.takes("("):
            return self._term()
        inner = self.either(depth + 1)
        self.scanner.expect(")")
        return inner

    def _existence(self) -> Term:
        term = self._term()
        if not isinstance(term.test, Exists):
            raise self.scanner.wrong("after ! stands the path of what is not to be there, before")
        return term

    def _term(self) -> Term:
        hops: list[Hop] = []
        found = path(self.scanner, self.names)
        while self.scanner.takes("{"):
            if len(hops) == DEEPEST:
                raise TooComplexQuery(f"{self.scanner.what} follows too many relationships")
            hops.append(Hop(found))
            types = self._hint()
            found = path(self.scanner, self.names)
            hops[-1] = replace(hops[-1], types=types)
        for _ in hops:
            self.scanner.expect("}")
        return Term(tuple(hops), found, self._test(found))

    def _hint(self) -> tuple[str, ...]:
        told = self.scanner.match(HINT)
        return tuple(self.names.expand(name) for name in told[:-1].split(",")) if told else ()

    def _test(self, found: Path) -> Condition:
        for sign, no in (("==", False), ("!=", True)):
            if self.scanner.takes(sign):
                return Equals(self._wanted(found), no)
        for sign, no in (("~=", False), ("!~=", True)):
            if self.scanner.takes(sign):
                return Fits(self._pattern(), no)
        for sign in (">=", "<=", ">", "<"):
            if self.scanner.takes(sign):
                literal = literals.comparison(self.scanner)
                return Compares(sign, literals.as_instant(literal) if found.of_time else literal)
        return Exists()

    def _wanted(self, found: Path) -> Among | Between:
        told = literals.wanted(self.scanner)
        if isinstance(told, Between):
            if not found.of_time:
                return told
            return Between(literals.as_instant(told.low), literals.as_instant(told.high))
        return Among(tuple(self._meant(found, one) for one in told.literals))

    def _meant(self, found: Path, literal: Literal) -> Literal:
        if found.of_time:
            return literals.as_instant(literal)
        if literal.kind is Kind.TEXT and found.names and found.names[-1] in self.expanded:
            return replace(literal, value=self.names.expand(literal.value))
        return literal

    def _pattern(self) -> patterns.Pattern:
        text = literals.quoted(self.scanner)
        if text is None:
            text = self.scanner.match(BARE_PATTERN)
        if text is None:
            raise self.scanner.wrong("a pattern is missing")
        return patterns.pattern(text, self.scanner.what)


def _followed(hop: Hop, entity: Entity, linked: Linked | None) -> Iterator[Entity]:
    for instance in hop.path.instances(entity):
        uris = elements(said(instance)) if any(member in instance for member in OBJECTS) else []
        for uri in uris:
            one = linked(uri) if linked else None
            if one is not None and (not hop.types or set(hop.types) & set(one["type"])):
                yield one
