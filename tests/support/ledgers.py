"""Entries, writers and sequencers for tests of the ledger, on connections of their own roles."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dothi.config.supervisor import postgres
from dothi.foundation.keys.roots import RootKeys
from dothi.foundation.ledger.sequencer import BATCH, Sequencer
from dothi.foundation.ledger.signing import origin
from dothi.foundation.ledger.types import ActorRef, Entry
from dothi.foundation.ledger.writing import write
from dothi.kernel.ids import new_id
from dothi.kernel.merkle.note import Signer

AT = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
NODE = "test.dothi.example"
SIGNER = Signer(origin(NODE), Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
ROOTS = RootKeys({1: bytes(range(32, 64))})
PERSON = UUID("01957000-0000-7000-8000-000000000001")


def an_entry(entry_id: UUID | None = None, subjects: Sequence[UUID] = (PERSON,)) -> Entry:
    """Return an act of an official on a dossier."""
    return Entry(
        id=entry_id or new_id(), act="dossiers.accept", at=AT, authority="receive",
        actor=ActorRef("official", new_id(), post_id=new_id()),
        object="urn:dothi:test:dossier:1", subjects=subjects,
        basis="Decree 61/2018/ND-CP, art. 17", purpose="", facts={"state": "accepted"},
    )  # fmt: skip


@dataclass(frozen=True)
class Ledger:
    """The ledger in one database of a cluster."""

    cluster: postgres.Cluster
    name: str

    def connect(self, role: str = "dothi_app", autocommit: bool = False) -> psycopg.Connection[Any]:
        """Return a connection of `role`."""
        return psycopg.connect(self.cluster.dsn(role, self.name), autocommit=autocommit)

    def write(self, count: int = 1) -> list[UUID]:
        """Commit `count` entries in one transaction and return their ids."""
        entries = [an_entry() for _ in range(count)]
        with self.connect() as connection, connection.cursor() as cursor:
            for entry in entries:
                write(cursor, entry, ROOTS)
        return [entry.id for entry in entries]

    @contextlib.contextmanager
    def sequencer(
        self, *, batch: int = BATCH, reached: Callable[[str], None] = lambda _step: None
    ) -> Iterator[Sequencer]:
        """Yield a sequencer over a connection of dothi_seal."""
        with self.connect("dothi_seal") as connection:
            yield Sequencer(connection, SIGNER, lambda: AT, batch=batch, reached=reached)

    def rows(self, query: str, role: str = "dothi_app") -> list[tuple[Any, ...]]:
        """Return the rows of `query`."""
        with self.connect(role) as connection:
            return connection.execute(query.encode()).fetchall()

    def leaves(self) -> list[UUID]:
        """Return the ids of the entries in the tree, in their order; the indexes have no gap."""
        rows = self.rows("select index, entry_id from ledger_leaf order by index")
        assert [index for index, _id in rows] == list(range(len(rows)))
        return [entry_id for _index, entry_id in rows]

    def tamper(self, statement: str) -> None:
        """Do as the superuser what no role of the node may do."""
        with self.connect(postgres.SUPERUSER, autocommit=True) as connection:
            connection.execute(statement.encode())
