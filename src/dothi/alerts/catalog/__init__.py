"""The rules that the product brings: one YAML file a version, `<code>/<version>.yaml`."""

from pathlib import Path

FOLDER = Path(__file__).parent


def documents() -> list[Path]:
    """Return the files, ordered by code and version."""
    return sorted(FOLDER.glob("*/*.yaml"))
