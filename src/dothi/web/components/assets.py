"""The files that Vite built from frontend/ and the drawings of the icons."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

BUILT = Path(__file__).parent / "static" / "dist"
FIRST_FONTS = ("latin-400", "vietnamese-400", "latin-600", "vietnamese-600")


@cache
def manifest() -> dict[str, Any]:
    """Return Vite's manifest: built files by source name. Raises ImproperlyConfigured before a build."""
    return dict(_built("manifest.json"))


@cache
def icons() -> dict[str, str]:
    """Return the inner SVG of each icon by its Lucide name."""
    return dict(_built("icons.json"))


def address(source: str) -> str:
    """Return the address of the file built from `source`, a path below frontend/."""
    return static(f"dist/{manifest()[source]['file']}")


def styles(entry: str) -> list[str]:
    """Return the addresses of the style sheets of `entry`, `resident` or `desk`."""
    return [static(f"dist/{sheet}") for sheet in manifest()[f"src/{entry}.ts"]["css"]]


def scripts(entry: str) -> list[str]:
    """Return the addresses of the entry's module and of those it imports, the entry first."""
    chunk = manifest()[f"src/{entry}.ts"]
    imported = [manifest()[name]["file"] for name in chunk.get("imports", ())]
    return [static(f"dist/{name}") for name in (chunk["file"], *imported)]


def fonts() -> list[str]:
    """Return the addresses of the fonts that the first screen needs, in the order of need."""
    sources = {name: chunk["file"] for name, chunk in manifest().items() if name.endswith(".woff2")}
    return [
        static(f"dist/{file}") for wanted in FIRST_FONTS for name, file in sources.items() if wanted in name
    ]


def _built(name: str) -> dict[str, Any]:
    try:
        return dict(json.loads((BUILT / name).read_text()))
    except FileNotFoundError as missing:
        raise ImproperlyConfigured("The assets are not built. Run `make build`.") from missing
