"""The catalog of the product, read for tests."""

from functools import cache
from pathlib import Path

from dothi import procedures
from dothi.procedures import document
from dothi.procedures.types import Procedure

FOLDER = Path(procedures.__file__).parent / "catalog"
FILES = sorted(FOLDER.glob("*/*.yaml"))
STATUS, MARRIAGE = "1.004873", "1.000894"


@cache
def procedure(code: str) -> Procedure:
    """Return the catalog's procedure of this code."""
    [file] = FOLDER.glob(f"{code}/*.yaml")
    return document.load(file.read_text())
