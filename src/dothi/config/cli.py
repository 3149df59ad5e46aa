"""The command line: `dothi COMMAND`, one command a module in `config/commands`."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence

from dothi.config.commands import registry

BEFORE_CYCLES_ARE_SOUGHT = 20_000
"""Objects. Imports make many times as many that stay: looking through them cost a quarter of a start."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that `argv` names and return its exit code."""
    gc.set_threshold(BEFORE_CYCLES_ARE_SOUGHT)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dothi.config.settings")
    parser = argparse.ArgumentParser(
        prog="dothi", description="The digital infrastructure of a capital city."
    )
    choices = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, command in registry().items():
        choice = choices.add_parser(name, help=command.HELP, description=command.HELP)
        command.add_arguments(choice)
        choice.set_defaults(run=command.run)
    args = parser.parse_args(argv)
    return int(args.run(args))


if __name__ == "__main__":
    sys.exit(main())
