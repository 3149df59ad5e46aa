"""The source files of the house, parsed once, for the tests of its habits."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src/dothi"
FOLDERS = ("src", "tests", "bench", "scripts")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def python_files() -> tuple[Path, ...]:
    """Return every Python file of the house but migrations, whose shape Django gives."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    return tuple(sorted(path for path in found if "migrations" not in path.parts))


def package_files() -> tuple[Path, ...]:
    """Return every Python file of the program itself."""
    return tuple(path for path in python_files() if path.is_relative_to(PACKAGE))


@cache
def tree(path: Path) -> ast.Module:
    """Return the parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    """Yield every function of a file, those inside others included."""
    for node in ast.walk(tree(path)):
        if isinstance(node, Function):
            yield node


def public_functions(path: Path) -> Iterator[Function]:
    """Yield the functions that other modules may call."""
    for node in tree(path).body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node


def place(path: Path, line: int = 0) -> str:
    """Return how a complaint names a place."""
    return f"{path.relative_to(ROOT)}:{line}"
