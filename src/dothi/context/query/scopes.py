"""Scope queries (clause 4.19): `/Madrid/+/ParqueNorte`, `/Madrid/#`, `/#`, joined by `;` and `,` or `|`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dothi.context.query.parameters import Parameters
from dothi.context.query.scanner import Scanner

SCOPE = re.compile(r"[^\s,|;()]+")
LEVEL = re.compile(r"\+|[^\s/+#,|;()]+")
BELOW: Final = "/#"


@dataclass(frozen=True)
class ScopePattern:
    """One scope; `+` stands for one level, and `below` for whatever hierarchy is below, too."""

    levels: tuple[str, ...]
    below: bool

    @property
    def exact(self) -> bool:
        """Tell whether it is one very scope."""
        return not self.below and "+" not in self.levels

    @property
    def text(self) -> str:
        """Return it as a regular expression of a whole scope, for Python and PostgreSQL alike."""
        levels = "".join("/[^/]+" if one == "+" else f"/{_escaped(one)}" for one in self.levels)
        return f"^{levels}{'(/.*)?' if self.below else ''}$"

    def matches(self, scopes: Iterable[str]) -> bool:
        """Tell whether one of `scopes` fits."""
        expression = re.compile(self.text, re.DOTALL)
        return any(expression.fullmatch(one) for one in scopes)

    def sql(self, into: Parameters, entity: str) -> str:
        """Return the condition on rows of the table alias `entity`."""
        if not self.levels:
            return f"{entity}.scopes <> '{{}}'"
        if self.exact:
            return f"{entity}.scopes @> {into.put(['/' + '/'.join(self.levels)], 'text[]')}"
        expression = into.put(self.text, "text")
        return f"exists (select from unnest({entity}.scopes) as s (scope) where s.scope ~ {expression})"


@dataclass(frozen=True)
class ScopeQuery:
    """Groups of scopes: an entity has all of one group."""

    groups: tuple[tuple[ScopePattern, ...], ...]

    def matches(self, scopes: Iterable[str]) -> bool:
        """Tell whether an entity of these scopes is meant."""
        told = tuple(scopes)
        return any(all(one.matches(told) for one in group) for group in self.groups)

    def sql(self, into: Parameters, entity: str) -> str:
        """Return the condition on rows of the table alias `entity`."""
        groups = (" and ".join(one.sql(into, entity) for one in group) for group in self.groups)
        return f"({' or '.join(groups)})"


def parse(text: str, what: str = "scopeQ") -> ScopeQuery:
    """Return the scope query that a text says. Raises BadRequestData."""
    scanner = Scanner(text, what)
    groups = [_group(scanner)]
    while scanner.takes(",") or scanner.takes("|"):
        groups.append(_group(scanner))
    scanner.end()
    return ScopeQuery(tuple(groups))


def _group(scanner: Scanner) -> tuple[ScopePattern, ...]:
    closed = scanner.takes("(")
    found = [_scope(scanner)]
    while scanner.takes(";"):
        found.append(_scope(scanner))
    if closed:
        scanner.expect(")")
    return tuple(found)


def _scope(scanner: Scanner) -> ScopePattern:
    told = scanner.match(SCOPE)
    if told is None or "\0" in told:
        raise scanner.wrong("a scope is missing")
    below = told.endswith(BELOW)
    whole = told.removesuffix(BELOW)
    levels = tuple(whole.removeprefix("/").split("/")) if whole else ()
    if not all(LEVEL.fullmatch(level) for level in levels):
        raise scanner.wrong("this was no scope, before")
    return ScopePattern(levels, below)


def _escaped(level: str) -> str:
    return "".join(one if one.isalnum() or one == "_" or not one.isascii() else f"\\{one}" for one in level)
