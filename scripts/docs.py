"""
The written pages: every link leads somewhere, every page is on the index, the glossary is in order.

Pages that are made from code are compared by `reference.py`.
"""

import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

PROJECT = Path(__file__).resolve().parents[1]
DOCS = PROJECT / "docs"
TOP = ("README.md", "README.vi.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "NOTICE.md",
       "CODE_OF_CONDUCT.md")  # fmt: skip
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
ADR = re.compile(r"\d{4}-[a-z0-9-]+\.md")


def complaints() -> list[str]:
    """Return one line for each fault of the written pages."""
    return [*_missing(), *_broken(), *_unlisted(), *_glossary()]


def written() -> list[Path]:
    """Return every page in Markdown that people read."""
    return [*(PROJECT / name for name in TOP), *sorted(DOCS.rglob("*.md"))]


def _missing() -> Iterator[str]:
    yield from (f"{name} is missing" for name in TOP if not (PROJECT / name).exists())


def _broken() -> Iterator[str]:
    for page in filter(Path.exists, written()):
        for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
            if "://" in target or target.startswith("mailto:"):
                continue
            path, _, anchor = target.partition("#")
            aim = (page.parent / unquote(path)).resolve() if path else page
            if not aim.exists():
                yield f"{page.relative_to(PROJECT)}: {target} leads nowhere"
            elif anchor and aim.suffix == ".md" and anchor not in _anchors(aim):
                yield f"{page.relative_to(PROJECT)}: {target} has no such heading"


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _unlisted() -> Iterator[str]:
    """Yield pages that the index of docs, or of decisions, does not name."""
    index, decisions = DOCS / "README.md", DOCS / "adr/README.md"
    listed = {
        (base.parent / target.partition("#")[0]).resolve()
        for base in (index, decisions)
        if base.exists()
        for target in LINK.findall(base.read_text(encoding="utf-8"))
        if "://" not in target
    }
    for page in sorted(DOCS.rglob("*.md")):
        if page not in (index,) and page.resolve() not in listed:
            yield f"{page.relative_to(PROJECT)} is on no index"
        if page.parent.name == "adr" and page.name != "README.md" and not ADR.fullmatch(page.name):
            yield f"{page.relative_to(PROJECT)}: a decision is named NNNN-title.md"


def _glossary() -> Iterator[str]:
    lines = (DOCS / "glossary.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("|")][2:]
    terms = [row.split("|")[1].strip() for row in rows]
    for row in rows:
        if row.count("|") != 5:
            yield f"docs/glossary.md: not four columns: {row[:60]}"
    for term in sorted({term for term in terms if terms.count(term) > 1}):
        yield f"docs/glossary.md: {term} stands twice"
    for before, after in pairwise(terms):
        if before.casefold() > after.casefold():
            yield f"docs/glossary.md: {after} stands after {before}"


if __name__ == "__main__":
    print("\n".join(complaints()))
    sys.exit(bool(complaints()))
