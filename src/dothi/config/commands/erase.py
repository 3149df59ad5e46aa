"""`dothi erase`: make everything sealed for one person unreadable, where the law orders it."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

NAME = "erase"
HELP = "Erase a person: delete the keys and salts, and record it. Needs the login of dothi_erase."


def add_arguments(parser: ArgumentParser) -> None:
    """Take whom, by which law and by whose order."""
    parser.add_argument("person", type=UUID, help="id of the person or organization")
    parser.add_argument("--law", required=True, help="the instrument and article that orders it")
    parser.add_argument("--order", required=True, help="number of the decision on which this is done")


def run(args: Namespace) -> int:
    """Erase and print how many links went; exit code 1 when it was done before."""
    import psycopg

    from dothi.config.environment import environment
    from dothi.foundation.keys.roots import read_root_keys
    from dothi.foundation.ledger.erasing import erase
    from dothi.foundation.ledger.types import ActorRef

    settings = environment()
    with psycopg.connect(settings.dsn) as connection, connection.transaction():
        connection.execute("delete from identity_residence where person_id = %s", [args.person])
        unlinked = erase(
            connection, read_root_keys(Path(settings.root_key_file)), args.person,
            actor=ActorRef("system", service="dothi erase"), authority=args.order, law=args.law,
            node=settings.node, at=datetime.now(UTC),
        )  # fmt: skip
    print("erased before" if unlinked is None else f"erased; {unlinked} links to entries deleted")
    return 1 if unlinked is None else 0
