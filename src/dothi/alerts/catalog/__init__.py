"""The rules that the product brings: one YAML file a version, `<code>/<version>.yaml`."""

from pathlib import Path

FOLDER = Path(__file__).parent


def documents() -> list[Path]:
    """Return the files, ordered by code and version."""
    return sorted(FOLDER.glob("*/*.yaml"))


def latest() -> dict[str, Path]:
    """Return the file of the latest version of each rule, by code; 10 is later than 9."""
    ordered = sorted(documents(), key=lambda file: (file.parent.name, len(file.stem), file.stem))
    return {file.parent.name: file for file in ordered}
