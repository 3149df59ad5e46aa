"""
Running numbers: of dossiers, restarted daily for each unit, and of results, restarted yearly.

Decision 20/2020/QD-TTg (organization codes), Circular 01/2018/TT-VPCP (dossier codes).
"""

from datetime import date
from pathlib import Path
from uuid import UUID

from dothi.foundation import statements
from dothi.kernel.dossier_code import DossierCode
from dothi.registers.agencies.queries import unit_of

_NEXT = (Path(__file__).parent / "sql" / "next_number.sql").read_text()


def next_code(unit_id: UUID, on: date) -> str:
    """Return the code of the next dossier that the unit receives on `on`; the number rolls back with it."""
    organization = unit_of(unit_id, on).code
    return str(DossierCode(organization, on, _next(organization, on)))


def next_result_number(unit_id: UUID, kind: str, on: date) -> str:
    """Return the number of the unit's next result of a kind in the year, e.g. `12/2026`."""
    return f"{_next(f'{unit_id}:{kind}'[:80], on.replace(month=1, day=1))}/{on.year}"


def _next(series: str, period: date) -> int:
    row = statements.ask_one(_NEXT, {"series": series, "period": period})
    assert row is not None  # it always returns its number
    return int(row[0])
