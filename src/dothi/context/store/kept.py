"""
What is wanted of the past of entities: which instances, of which attributes, in which window.

Statements have the evolution as `e`, the attribute as `named` and its rows as `h`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dothi.context.model.evolution import SCOPE
from dothi.context.query.parameters import Parameters
from dothi.context.query.scopes import ScopeQuery
from dothi.context.query.temporal import Window
from dothi.context.rights.reach import EVERYTHING, Reach
from dothi.context.store import past


@dataclass(frozen=True)
class Kept:
    """
    What is wanted of evolutions.

    `attributes` None stands for all, `datasets` None for all ("" is the default one), `scopes` for those
    that held at the time of an instance. `most` is how many instances of each attribute, the last ones
    where `window.last` is told. With `scope` the scope comes along. What is out of `reach` is not there.
    """

    window: Window
    attributes: Sequence[str] | None = None
    datasets: Sequence[str] | None = None
    scopes: ScopeQuery | None = None
    most: int = 1
    scope: bool = True
    reach: Reach = EVERYTHING

    def attribute_sql(self, column: str, into: Parameters) -> str:
        """Return the condition on the IRI of an attribute."""
        if not self.reach.everything:
            asked = replace(self, reach=EVERYTHING).attribute_sql(column, into)
            return f"({asked} and {past.attribute_sql(self.reach, column, into)})"
        if self.attributes is None:
            return "true" if self.scope else f"{column} <> {into.put(SCOPE, 'text')}"
        wanted = [*self.attributes, SCOPE] if self.scope else list(self.attributes)
        return f"{column} = any({into.put(wanted, 'text[]')})"

    def row_sql(self, row: str, into: Parameters) -> str:
        """Return the condition on rows of context.history."""
        told = [self.window.sql(row, into)]
        if self.datasets is not None:
            told.append(f"{row}.dataset_id = any({into.put(list(self.datasets), 'text[]')})")
        if self.scopes is not None:
            scope = into.put(SCOPE, "text")
            told.append(past.HELD.format(row=row, scope=scope, wanted=self.scopes.sql(into, "s")))
        if not self.reach.everything:
            told.append(past.row_sql(self.reach, row, into))
        return " and ".join(told)
