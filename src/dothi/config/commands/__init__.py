"""
One module a command of `dothi`: NAME, HELP, add_arguments(parser) and run(args) -> exit code.

A module is found by being here. It imports Django, the database or a room only inside `run`, so
that `dothi --help` is instant and the supervisor, which holds secrets, stays small.
"""

import importlib
import pkgutil
from argparse import ArgumentParser, Namespace
from typing import Protocol, cast


class Command(Protocol):
    """What each module of this package offers."""

    NAME: str
    HELP: str

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command's arguments."""

    def run(self, args: Namespace) -> int:
        """Do it and return the exit code."""


def registry() -> dict[str, Command]:
    """Return every command by its name, in order of name."""
    found = (
        cast("Command", importlib.import_module(f"{__name__}.{module.name}"))
        for module in pkgutil.iter_modules(__path__)
        if not module.name.startswith("_")
    )
    return {command.NAME: command for command in sorted(found, key=lambda command: command.NAME)}


def exists(name: str) -> bool:
    """Tell whether `dothi NAME` exists in this installation."""
    return name in registry()
