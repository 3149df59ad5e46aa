"""Licenses: no installed package and no package of the pages' assets is under GPL or AGPL."""

import json
import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
LOCK = PROJECT / "frontend/package-lock.json"
LESSER = re.compile(r"lesser|\bLGPL", re.IGNORECASE)
COPYLEFT = re.compile(r"\bA?GPL|affero|gnu general public", re.IGNORECASE)


def forbidden(text: str) -> bool:
    """Tell whether no alternative of the license expression `text` is acceptable."""
    alternatives = re.split(r"\bOR\b|;", text)
    return all(COPYLEFT.search(part) and not LESSER.search(part) for part in alternatives)


def complaints() -> list[str]:
    """Return one line for each package whose license is not acceptable."""
    return [f"{name}: {text}" for name, text in [*_python(), *_npm()] if forbidden(text)]


def _python() -> list[tuple[str, str]]:
    command = [sys.executable, "-m", "piplicenses", "--format=json", "--from=mixed"]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    return [(row["Name"], row["License"]) for row in json.loads(told.stdout)]


def _npm() -> list[tuple[str, str]]:
    if not LOCK.exists():
        return []
    packages = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    return [(name, str(row.get("license", "unknown"))) for name, row in packages.items() if name]
