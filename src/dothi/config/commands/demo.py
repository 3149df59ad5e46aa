"""`dothi demo`: build what the demo city lacks, or print how its officials sign in."""

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dothi.config.demo.load import Told

NAME = "demo"
HELP = "Load what the demo city lacks, or print how its officials sign in."


def add_arguments(parser: ArgumentParser) -> None:
    """Take what to do."""
    parser.add_argument("what", choices=["load", "accounts"])


def run(args: Namespace) -> int:
    """Load and print each step, or print the accounts. 2 on a node that is no demo city."""
    import django

    django.setup()
    from django.conf import settings

    if not settings.DEMO:
        print("This node is no demo city (DOTHI_DEMO is not set).", file=sys.stderr)
        return 2
    _load() if args.what == "load" else _accounts()
    return 0


def _load() -> None:
    from dothi.config.demo.load import load
    from dothi.foundation.clock import now

    load(at=now(), tell=_print)


def _accounts() -> None:
    from dothi.config.demo.accounts import credentials
    from dothi.foundation.keys.actions import root_keys

    for found in credentials(root_keys()):
        print(f"{found.official.username}  {found.password}  {found.secret}  {found.code()}")


def _print(told: "Told") -> None:
    written = " (new)" if told.new else ""
    print(f"{told.name}: {told.done}/{told.total}{written}", file=sys.stdout, flush=True)
