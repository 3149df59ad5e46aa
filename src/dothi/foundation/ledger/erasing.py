"""
Erasing a person from the ledger and from every sealed field, recorded in the ledger itself.

The leaves stay: they hold commitments, which without their salts are noise. Runs as dothi_erase.
"""

from datetime import datetime
from uuid import UUID

import psycopg

from dothi.foundation.keys.erasing import erase_keys
from dothi.foundation.keys.roots import RootKeys
from dothi.foundation.ledger.leaf import INDEX
from dothi.foundation.ledger.storage import SQL
from dothi.foundation.ledger.types import ActorRef, Entry
from dothi.foundation.ledger.writing import write
from dothi.kernel.ids import new_id

_UNLINK = (SQL / "unlink.sql").read_text()
ACT = "keys.erase"


def erase(
    connection: psycopg.Connection[tuple[object, ...]],
    roots: RootKeys,
    person: UUID,
    *,
    actor: ActorRef,
    authority: str,
    law: str,
    node: str,
    at: datetime,
) -> int | None:
    """
    Erase `person` in one transaction; return how many links to entries went, None when done before.

    The entry of the erasure itself names the person in no way, not even by a commitment.
    """
    with connection.transaction(), connection.cursor() as cursor:
        if not erase_keys(cursor, person, law=law, at=at):
            return None
        cursor.execute(_UNLINK, {"ref": roots.blind(str(person), INDEX)})
        unlinked = cursor.rowcount
        entry = Entry(
            id=new_id(), act=ACT, at=at, actor=actor, authority=authority,
            object=f"urn:dothi:{node}:erasure:{new_id()}", basis=law, purpose="erasure",
            facts={"links": unlinked},
        )  # fmt: skip
        write(cursor, entry, roots)
    return unlinked
