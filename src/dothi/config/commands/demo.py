"""`dothi demo`: build what the demo city lacks, or print how its officials sign in."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dothi.config.demo.load import Told

NAME = "demo"
HELP = "Load what the demo city lacks, or print how its officials sign in."


def add_arguments(parser: ArgumentParser) -> None:
    """Take what to do."""
    parser.add_argument("what", choices=["load", "accounts"])


def run(args: Namespace) -> int:
    """Load and print each step, or print the accounts. 2 where there is no demo city."""
    return _load() if args.what == "load" else _accounts()


def _load() -> int:
    import django

    django.setup()
    from django.conf import settings

    from dothi.config.demo.load import load
    from dothi.foundation.clock import now

    if not settings.DEMO:
        print("This node is no demo city (DOTHI_DEMO is not set).", file=sys.stderr)
        return 2
    load(at=now(), tell=_print)
    return 0


def _accounts() -> int:
    """Print name, password, authenticator secret and the code of this half minute, without a database."""
    import django

    django.setup()
    from dothi.config.demo.accounts import credentials
    from dothi.foundation.keys.roots import read_root_keys

    key = _root_key()
    if not key.exists():
        print(f"There is no node yet ({key}); start one with make run.", file=sys.stderr)
        return 2
    for found in credentials(read_root_keys(key)):
        official = found.official
        print(
            f"{official.username:<16} {found.password}  {found.secret}  {found.code()}  {official.post['vi']}"
        )
    return 0


def _root_key() -> Path:
    """Return the root key that the environment names, else that of this checkout's own node."""
    from dothi.config import environment
    from dothi.config.supervisor.layout import Layout
    from dothi.config.supervisor.node import default_var

    told = environment.environment()
    if told.root_key_file:
        return Path(told.root_key_file)
    return Layout(default_var(told)).root_key


def _print(told: "Told") -> None:
    written = " (new)" if told.new else ""
    print(f"{told.name}: {told.done}/{told.total}{written}", file=sys.stdout, flush=True)
