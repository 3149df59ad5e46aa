"""Batches of readings, as a room hears of them in its own transactions; the queue is `telemetry.queue`'s."""

from collections.abc import Sequence
from dataclasses import dataclass

from dothi.foundation.statements import Statement, ask, ask_one

CHANNEL = "telemetry_batch"
"""Where PostgreSQL tells that a batch has come."""
_HEAR = "insert into telemetry.consumer (name) values (%(name)s) on conflict do nothing returning name"
_TAKE = "select * from telemetry.take(%(name)s, %(most)s)"
_DONE = "select telemetry.done(%(name)s, %(batches)s)"


@dataclass(frozen=True, slots=True)
class Queue:
    """The batches of which the consumer `name` has still to hear."""

    name: str

    def register(self) -> None:
        """Let it hear of each batch from now on; harmless if it does already."""
        ask_one(_HEAR, {"name": self.name})

    def take(self, most: int) -> list[int]:
        """Return the oldest batches that wait, this transaction's own until it ends."""
        return [row[0] for row in ask(Statement(_TAKE, {"name": self.name, "most": most}))[0]]

    def done(self, batches: Sequence[int]) -> None:
        """Let batches go that were taken, in the transaction that took them."""
        ask(Statement(_DONE, {"name": self.name, "batches": list(batches)}))
