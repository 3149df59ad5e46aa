"""Reads of the published procedures. A version, once read, is kept in the process: it cannot change."""

from datetime import date
from functools import lru_cache
from uuid import UUID

from dothi.foundation.statements import read
from dothi.procedures import document
from dothi.procedures.errors import ProcedureUnknown
from dothi.procedures.models import InForce, ProcedureVersion
from dothi.procedures.search import Match, match
from dothi.procedures.types import Found, Period, Procedure, VersionId, VersionRow


def current(code: str, on: date) -> Procedure:
    """
    Return the procedure in force on `on`.

    One SQL statement, two when the version is new to the process. Raises ProcedureUnknown.
    """
    return version(current_version_id(code, on))


def current_version_id(code: str, on: date) -> VersionId:
    """Return the id of the version in force on `on`. One SQL statement. Raises ProcedureUnknown."""
    found = read(InForce, "where code = %(code)s and valid @> %(on)s", {"code": code, "on": on})
    if not found:
        raise ProcedureUnknown(code=code, on=on.isoformat())
    return VersionId(found[0].version_id)


@lru_cache(maxsize=512)
def version(version_id: UUID) -> Procedure:
    """Return the procedure of a version. One SQL statement, none when known. Raises ProcedureUnknown."""
    row = ProcedureVersion.objects.filter(id=version_id).values_list("document", flat=True).first()
    if row is None:
        raise ProcedureUnknown(version=str(version_id))
    return document.trusted(row)


def versions(code: str) -> list[VersionRow]:
    """Return all versions of a procedure, the earliest period first. One SQL statement."""
    rows = InForce.objects.filter(code=code).order_by("valid").select_related("version")
    return [_row(row) for row in rows]


def in_force(on: date) -> list[VersionRow]:
    """Return the versions in force on `on`, ordered by code; all of them. One SQL statement."""
    rows = InForce.objects.filter(valid__contains=on).order_by("code").select_related("version")
    return [_row(row) for row in rows.defer("version__document")]


def search(words: str, on: date, limit: int = 10) -> list[Found]:
    """
    Return the procedures in force on `on` that fit everyday `words`, the best first, then by code.

    At most `limit`; nothing where nothing fits. One SQL statement, and one for each version that is
    found and new to the process. The comparison is made in this process, 0.5 to 2 ms a procedure
    (measured on two busy cores): a catalog of more than some fifty needs an index first.
    """
    held = InForce.objects.filter(valid__contains=on).order_by("code")
    rows = held.values_list("code", "version_id", "version__words")
    scored = [(match(words, phrases), code, version_id) for code, version_id, phrases in rows]
    best = sorted((row for row in scored if row[0].score), key=lambda row: (-row[0].score, row[1]))
    return [_found(fit, version_id) for fit, _, version_id in best[:limit]]


def _found(fit: Match, version_id: UUID) -> Found:
    procedure = version(version_id)
    return Found(
        procedure.code, VersionId(version_id), procedure.title, procedure.summary, fit.score, fit.phrases
    )


def _row(row: InForce) -> VersionRow:
    held = row.version
    period = Period(row.valid.lower, row.valid.upper)
    return VersionRow(VersionId(held.id), held.code, held.version, period, held.sha256, held.published_at)
