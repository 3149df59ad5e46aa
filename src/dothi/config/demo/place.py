"""
The demo city that a command at the terminal means: its folder, its root key and its clock's file.

Without Django and without a database: the supervisor has written what is needed into the data folder.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from dothi.config.environment import environment
from dothi.config.supervisor.layout import Layout
from dothi.config.supervisor.node import default_var


class NoDemoCity(Exception):
    """This user has started no demo city from this checkout; the text says what to do."""


@dataclass(frozen=True)
class Place:
    """Where the keys and the clock of a demo city lie; `moves` tells whether anybody reads the clock."""

    root_key: Path
    clock: Path
    moves: bool


def place() -> Place:
    """Return the place of this checkout's demo city. Raises NoDemoCity."""
    settings = environment()
    layout = Layout(default_var(settings))
    root_key = Path(settings.root_key_file) if settings.root_key_file else layout.root_key
    if not root_key.exists():
        raise NoDemoCity(
            f"Chưa có hệ thống nào trong {layout.var}; hãy chạy make run trước (cùng người dùng).\n"
            f"There is no node in {layout.var}; run make run first (as the same user)."
        )
    clock = Path(settings.clock_file) if settings.clock_file else layout.demo / "clock"
    return Place(root_key, clock, moves=bool(settings.demo) or _ran_as_demo(layout.state))


def _ran_as_demo(state: Path) -> bool:
    try:
        return bool(json.loads(state.read_text(encoding="utf-8")).get("demo"))
    except (OSError, ValueError):
        return False
