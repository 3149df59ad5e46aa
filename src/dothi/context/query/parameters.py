"""The parameters of one SQL statement, numbered as they are added."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

TABLE: Final = "context.entity"


class Parameters(list[Any]):
    """
    What a statement is given; its text has only the numbers.

    `keys` has the attributes (IRIs) that are declared to be found by an index, each with the SQL of its
    key, in which {} stands for all attributes of an entity. The key of an entity is what its one scalar
    instance says, and an empty object where it says anything else, so that a key never hides an entity.

    Entities are read from the relation `entities`. With `narrow` that has beside `attributes`, as far as
    they are reached, `whole`, all of them, and `open`, the IRIs of those that are reached, null for all.
    What is asked of `whole` may only find candidates.
    """

    def __init__(self, keys: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.keys = keys or {}
        self.entities = TABLE
        self.narrow = False

    def put(self, value: object, kind: str) -> str:
        """Add a value of the SQL type `kind` and return what stands for it in the statement."""
        self.append(value)
        return f"${len(self)}::{kind}"

    def version(self, entity: str) -> str:
        """Return what of the rows of an alias is another one whenever a row was written anew."""
        return f"{entity}.{'xmin' if self.entities == TABLE else 'version'}"

    def key(self, entity: str, iri: str) -> str:
        """Return the key of an attribute of the rows of an alias, which finds candidates by an index."""
        return self.keys[iri].format(f"{entity}.{'whole' if self.narrow else 'attributes'}")

    def instances(self, entity: str, iri: str) -> str:
        """Return the instances of an attribute of the rows of an alias, null where it is not reached."""
        name = self.put(iri, "text")
        if not self.narrow:
            return f"{entity}.attributes -> {name}"
        reached = f"{entity}.open is null or {name} = any({entity}.open)"
        return f"case when {reached} then {entity}.whole -> {name} end"

    def has(self, entity: str, iris: Iterable[str]) -> str:
        """Return the condition that the rows of an alias have one of some attributes."""
        names = self.put(list(iris), "text[]")
        exact = f"{entity}.attributes ?| {names}"
        return f"({entity}.whole ?| {names} and {exact})" if self.narrow else exact
