"""
What root's earlier starts have left in the system folder: copies of programs, nodes of deleted checkouts.

A copy of programs is made again at need, so one that no process uses and no start has asked for
during a day may go. A node is left over when the checkout that it belonged to is gone and nobody
holds its lock; a node that does not say whose it was is left alone.
"""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dothi.config.supervisor import lock
from dothi.config.supervisor.runtime import SYSTEM_HOME

UNUSED_SECONDS = 86_400.0
CHECKOUT = "checkout"


@dataclass(frozen=True)
class Leftover:
    """A folder that nothing needs; `has_data` when people's data may be in it."""

    folder: Path
    why: str
    has_data: bool


def note_checkout(node: Path, checkout: Path) -> None:
    """Write into the folder of a node whose it is."""
    (node / CHECKOUT).write_text(f"{checkout}\n", encoding="utf-8")


def find(home: Path = SYSTEM_HOME) -> list[Leftover]:
    """Return what is left over under `home`, programs first, by name."""
    return [*_programs(home / "programs"), *_nodes(home / "nodes")]


def remove(leftover: Leftover) -> None:
    """Remove it; first out of the way, so that what dies half-way is never taken for whole."""
    aside = leftover.folder.with_name(f".gone-{leftover.folder.name}")
    leftover.folder.rename(aside)
    shutil.rmtree(aside)


def _programs(folder: Path) -> Iterator[Leftover]:
    used = _mapped_files() if folder.exists() else ""
    for copy in _folders(folder):
        idle_s = time.time() - copy.stat().st_mtime
        if f"{copy}/" not in used and idle_s > UNUSED_SECONDS:
            yield Leftover(copy, f"no process uses it, unused for {idle_s / 86_400:.0f} days", has_data=False)


def _nodes(folder: Path) -> Iterator[Leftover]:
    for node in _folders(folder):
        note = node / CHECKOUT
        checkout = note.read_text(encoding="utf-8").strip() if note.exists() else ""
        if checkout and not Path(checkout).exists() and not lock.holder(node / "lock"):
            yield Leftover(node, f"its checkout {checkout} is gone", has_data=(node / "pg/data").exists())


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.exists() else []


def _mapped_files() -> str:
    """Return the files that every process has in memory, as the kernel lists them."""
    found = []
    for maps in Path("/proc").glob("[0-9]*/maps"):
        try:
            found.append(maps.read_text(errors="replace"))
        except OSError:  # gone meanwhile
            continue
    return "\n".join(found)
