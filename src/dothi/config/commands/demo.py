"""`dothi demo load`: build what the demo city lacks."""

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dothi.config.demo.load import Told

NAME = "demo"
HELP = "Load the demo city: territory, calendar, units, officials, procedures."


def add_arguments(parser: ArgumentParser) -> None:
    """Take what to do: so far only `load`."""
    parser.add_argument("what", choices=["load"])


def run(_args: Namespace) -> int:
    """Load and print each step. 0 when all is loaded."""
    import django

    django.setup()
    from dothi.config.demo.load import load
    from dothi.foundation.clock import now

    load(at=now(), tell=_print)
    return 0


def _print(told: "Told") -> None:
    written = " (new)" if told.new else ""
    print(f"{told.name}: {told.done}/{told.total}{written}", file=sys.stdout, flush=True)
