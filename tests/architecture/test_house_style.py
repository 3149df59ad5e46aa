"""Habits of the house that neither ruff nor mypy nor the import linter can see."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import (
    PACKAGE,
    Function,
    functions,
    package_files,
    place,
    public_functions,
    python_files,
    tree,
)

LONGEST_FUNCTION = 60
LONGEST_FILE = 500
BARRED_NAMES = {"utils", "helpers", "common", "misc", "manager"}

CLOCKS = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.time|timezone\.now)\(")
EDGES = ("config/", "web/", "foundation/clock.py")
# The token that proves this node to the identity provider is judged by the provider's real clock.
OWN_CLOCK = {"foundation/identity/oidc.py"}
# Jobs have no caller who could hand them the instant: they begin here, as a request begins in a view.
JOBS = re.compile(r"tasks\.py$")
# Parts that actions are made of, and which are called within theirs.
PARTS = tuple(f"foundation/{part}/" for part in ("ledger", "events", "jobs", "keys", "files"))
NOT_ACTIONS = {
    "dossiers/actions/draft.py": {"keep"},  # what opening online and at the counter share
    "dossiers/actions/process.py": {"say_why", "end"},  # changes that acts share
    "dossiers/actions/conclude.py": {"last_day"},  # arithmetic
    "registers/agencies/actions/recording.py": {"administers", "perform"},  # what all its acts share
    "foundation/identity/actions/factors.py": {"credentials_of"},  # a read beside its write
}
TIMELESS = {
    "foundation/identity/actions/attempts.py": {"forget"},  # deletes, whenever
    "foundation/tasks/actions.py": {"release", "move"},  # leave no instant behind
}
CALLS = {"Call", "Act"}


class TestSizes:
    def test_no_function_is_longer_than_a_screen(self) -> None:
        assert not [
            place(path, found.lineno)
            for path in python_files()
            for found in functions(path)
            if _length(found) > LONGEST_FUNCTION
        ]

    def test_no_file_is_longer_than_a_reader_can_hold(self) -> None:
        assert not [
            place(path)
            for path in python_files()
            if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE
        ]

    def test_no_module_is_a_drawer_for_everything(self) -> None:
        assert not [place(path) for path in python_files() if {path.stem, path.parent.name} & BARRED_NAMES]


class TestTime:
    def test_the_clock_is_read_only_at_edges(self) -> None:
        assert not [
            f"{place(path, number)} {line.strip()}"
            for path in package_files()
            if not _within(path, EDGES) and _inside(path) not in OWN_CLOCK
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if CLOCKS.search(line)
        ]

    def test_what_lies_below_edges_is_told_the_instant(self) -> None:
        assert not [
            place(path)
            for path in package_files()
            if not _within(path, EDGES) and not JOBS.search(_inside(path))
            if _imports_now(tree(path))
        ]


class TestActions:
    def test_are_called_by_keywords_or_with_one_call(self) -> None:
        assert not [
            f"{place(path, action.lineno)} {action.name}"
            for path, action in _actions()
            if action.args.args and not _takes_call(action)
        ]

    def test_are_told_the_instant(self) -> None:
        assert not [
            f"{place(path, action.lineno)} {action.name}"
            for path, action in _actions()
            if action.name not in TIMELESS.get(_inside(path), set())
            if not _takes_call(action) and "at" not in {one.arg for one in action.args.kwonlyargs}
        ]


class TestRules:
    def test_and_the_kernel_import_no_framework_directly(self) -> None:
        pure = [path for path in package_files() if path.name == "rules.py" or _within(path, ("kernel/",))]
        assert len(pure) > 20
        assert not [
            f"{place(path)} {name}"
            for path in pure
            for node in ast.walk(tree(path))
            for name in _imported(node)
            if name.split(".")[0] in {"django", "psycopg", "nats", "procrastinate"}
        ]

    def test_the_kernel_runs_where_django_is_not_installed(self) -> None:
        modules = [
            ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
            for path in package_files()
            if _within(path, ("kernel/",)) and path.name != "apps.py"
        ]
        program = "import sys, importlib\nsys.modules['django'] = None\n" + "".join(
            f"importlib.import_module({name.removesuffix('.__init__')!r})\n" for name in modules
        )
        subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


class TestSuppressions:
    @pytest.mark.parametrize("mark", ["type: ignore", "noqa: "])
    def test_say_why(self, mark: str) -> None:
        bare = re.compile(rf"# {mark}(\[[\w, -]+\]|[A-Z]+\d+)\s*$")
        assert not [
            f"{place(path, number)} {line.strip()}"
            for path in package_files()
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if bare.search(line)
        ]


class TestTemplates:
    @pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.html")), ids=lambda path: path.name)
    def test_begin_with_what_they_are_for(self, path: Path) -> None:
        beginning = path.read_text(encoding="utf-8")[:400]
        assert "{% comment %}" in beginning or "{#" in beginning, place(path)

    def test_say_their_language_wherever_a_page_begins(self) -> None:
        pages = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.html")]
        begun = [found for page in pages for found in re.findall(r"<html[^>]*>", page)]
        assert begun
        assert all("lang=" in found for found in begun)


def _length(found: Function) -> int:
    assert found.end_lineno is not None
    return found.end_lineno - found.lineno + 1


def _inside(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def _within(path: Path, beginnings: tuple[str, ...]) -> bool:
    return _inside(path).startswith(beginnings)


def _actions() -> list[tuple[Path, Function]]:
    return [
        (path, found)
        for path in package_files()
        if path.name == "actions.py" or path.parent.name == "actions"
        if not _within(path, PARTS)
        for found in public_functions(path)
        if found.name not in NOT_ACTIONS.get(_inside(path), set())
    ]


def _takes_call(action: Function) -> bool:
    first = action.args.args[0].annotation if action.args.args else None
    return isinstance(first, ast.Name) and first.id in CALLS


def _imports_now(module: ast.Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "dothi.foundation.clock"
        and any(name.name == "now" for name in node.names)
        for node in ast.walk(module)
    )


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
