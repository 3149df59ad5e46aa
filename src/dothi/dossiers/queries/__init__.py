"""
Reads of dossiers: as lines of a list, which name nobody, and opened to one who may.

    rows    lines of lists, codes
    opened  one dossier in the clear, or as everybody may follow it
"""

from dothi.dossiers.queries.opened import (
    Asked,
    Editing,
    Happened,
    Held,
    Open,
    Tracked,
    editing,
    open_dossier,
    tracked,
)
from dothi.dossiers.queries.rows import MOST, Row, codes_of, id_of, own, row_of, slim

__all__ = [
    "MOST",
    "Asked",
    "Editing",
    "Happened",
    "Held",
    "Open",
    "Row",
    "Tracked",
    "codes_of",
    "editing",
    "id_of",
    "open_dossier",
    "own",
    "row_of",
    "slim",
    "tracked",
]
