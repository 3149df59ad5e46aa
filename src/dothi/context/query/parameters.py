"""The parameters of one SQL statement, numbered as they are added."""

from collections.abc import Mapping
from typing import Any


class Parameters(list[Any]):
    """
    What a statement is given; its text has only the numbers.

    `keys` has the attributes (IRIs) that are declared to be found by an index, each with the SQL of its
    key, in which {} stands for the table alias. The key of an entity is what its one scalar instance
    says, and an empty object where it says anything else, so that a key never hides an entity.
    """

    def __init__(self, keys: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.keys = keys or {}
        self.entities = "context.entity"
        """The relation that entities are read from."""

    def put(self, value: object, kind: str) -> str:
        """Add a value of the SQL type `kind` and return what stands for it in the statement."""
        self.append(value)
        return f"${len(self)}::{kind}"
