"""The catalog of the product, read for tests."""

from functools import cache

from dothi.procedures import document
from dothi.procedures.catalog import documents
from dothi.procedures.types import Procedure

FILES = documents()
STATUS, MARRIAGE = "1.004873", "1.000894"


@cache
def procedure(code: str) -> Procedure:
    """Return the catalog's procedure of this code."""
    [file] = [file for file in FILES if file.parent.name == code]
    return document.load(file.read_text())
