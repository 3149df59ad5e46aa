"""Rows of files: read with their line, and named where they cannot be used."""

import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class NoSuchData(Exception):
    """A folder has not the file that an import needs; the text names it."""


class Unusable(Exception):
    """A row that cannot be used; the text says why."""


@dataclass(frozen=True)
class Bad:
    """A row that is left out: its file, its line (or place from 1), and why."""

    file: str
    line: int
    reason: str


@dataclass
class Sheet:
    """The rows of one file; `bad` are those that could not be used."""

    path: Path
    bad: list[Bad] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield each row of a CSV file with its line. Raises NoSuchData."""
        with opened(self.path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            for row in reader:
                yield reader.line_num, row

    def each(self, rows: Iterator[tuple[int, T]], use: Callable[[T], Any]) -> list[Any]:
        """Return what `use` makes of each row; it raises Unusable, ValueError or KeyError where it cannot."""
        found = []
        for line, row in rows:
            try:
                found.append(use(row))
            except (Unusable, ValueError, KeyError) as error:
                self.bad.append(Bad(self.path.name, line, _reason(error)))
        return found


def opened(path: Path) -> Path:
    """Return a path that is there. Raises NoSuchData."""
    if not path.is_file():
        raise NoSuchData(f"there is no {path}")
    return path


def digests(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 (hex) of those files of a folder that are there, by their names."""
    there = [name for name in names if (folder / name).is_file()]
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in there}


def told(row: Mapping[str, str | None], column: str) -> str:
    """Return what a row says in a column. Raises Unusable where it says nothing."""
    value = (row.get(column) or "").strip()
    if not value:
        raise Unusable(f"{column} is empty")
    return value


def _reason(error: Exception) -> str:
    return f"there is no column {error}" if isinstance(error, KeyError) else str(error)
