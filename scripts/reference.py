"""
The pages that are made from code: settings and commands here, the others in `reference_code`.

The glossary is written by hand and put in order here.

`.venv/bin/python scripts/reference.py` writes them; with `--check`, as `make check` calls it, it compares.
"""

import argparse
import ast
import sys
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import reference_code
import reference_models

PROJECT = Path(__file__).resolve().parents[1]
ENVIRONMENT = PROJECT / "src/dothi/config/environment.py"
PAGES = PROJECT / "docs/reference"
GLOSSARY = PROJECT / "docs/glossary.md"

SETTINGS_HEAD = """# Settings

Each process reads its settings from the environment, then from `var/dothi.toml` (names in small
letters, without the prefix), then takes the default. `dothi up` tells each child only what that
child needs. This page is made from `src/dothi/config/environment.py` by `scripts/reference.py`.

| Name | Default | Meaning |
|---|---|---|
"""
COMMANDS_HEAD = """# Commands

`dothi COMMAND`, one module a command in `src/dothi/config/commands`. This page is made by
`scripts/reference.py`.
"""


def pages() -> dict[Path, str]:
    """Return each generated page with its text."""
    made = {PAGES / name: text for name, text in reference_code.pages().items()}
    return {
        PAGES / "settings.md": _settings(),
        PAGES / "commands.md": _commands(),
        PAGES / "models.md": reference_models.page(),
        **made,
        GLOSSARY: _in_order(GLOSSARY.read_text(encoding="utf-8")),
    }


def complaints() -> list[str]:
    """Return one line for each page that does not match the code."""
    differing = [
        f"{path.relative_to(PROJECT)} does not match the code; run scripts/reference.py"
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    return differing + reference_code.unknown_emitters()


def _in_order(glossary: str) -> str:
    """Return the glossary with its rows by term: rooms add theirs at the end."""
    lines = glossary.splitlines(keepends=True)
    table = [number for number, line in enumerate(lines) if line.startswith("|")]
    first, last = table[2], table[-1] + 1
    return "".join([*lines[:first], *sorted(lines[first:last], key=_term), *lines[last:]])


def _term(row: str) -> str:
    return row.split("|")[1].strip().casefold()


def _settings() -> str:
    from dothi.config.environment import ALIASES, PROJECT, Environment

    meanings = _meanings()
    rows = []
    for field in fields(Environment):
        names = [
            f"`DOTHI_{field.name.upper()}`",
            *(f"`{alias}`" for alias in [ALIASES.get(field.name)] if alias),
        ]
        default = str(field.default).replace(str(PROJECT), "checkout")
        rows.append(f"| {', '.join(names)} | {f'`{default}`' if default else ''} | {meanings[field.name]} |")
    return SETTINGS_HEAD + "\n".join(rows) + "\n"


def _meanings() -> dict[str, str]:
    """Return the text that stands under each field."""
    tree = ast.parse(ENVIRONMENT.read_text(encoding="utf-8"))
    body = next(
        node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Environment"
    )
    found = {}
    for field, text in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
            found[ast.unparse(field.target)] = " ".join(str(ast.literal_eval(text.value)).split())
    return found


def _commands() -> str:
    from dothi.config.commands import registry

    parts = []
    for name, command in registry().items():
        parser = argparse.ArgumentParser(prog=f"dothi {name}", add_help=False, formatter_class=_Wide)
        command.add_arguments(parser)
        parts.append(f"\n## dothi {name}\n\n{command.HELP}\n\n```text\n{parser.format_help().strip()}\n```\n")
    return COMMANDS_HEAD + "".join(parts)


class _Wide(argparse.HelpFormatter):
    """Help of one width, whatever the terminal."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=100)


def write() -> None:
    """Write every page as the code has it now."""
    for page, content in pages().items():
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    if "--check" not in sys.argv:
        write()
    found = complaints()
    print("\n".join(found))
    sys.exit(bool(found))
