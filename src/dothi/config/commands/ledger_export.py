"""`dothi ledger-export`: write the whole ledger into a folder that anyone can audit."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

NAME = "ledger-export"
HELP = "Export the ledger as tiles, entries and checkpoints, for `dothi verify --ledger`."


def add_arguments(parser: ArgumentParser) -> None:
    """Take the folder."""
    parser.add_argument("folder", type=Path)


def run(args: Namespace) -> int:
    """Export in one snapshot, as dothi_read."""
    import psycopg

    from dothi.config.environment import environment
    from dothi.foundation.ledger.export import export

    with psycopg.connect(environment().dsn) as connection, connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        print(export(cursor, args.folder))
    return 0
