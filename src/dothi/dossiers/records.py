"""Records offered for prefilling: the person's profile, and results of the vault."""

import json
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from dothi.foundation.identity.types import Profile
from dothi.procedures.types import Json, Prefilled, SourceRecord
from dothi.vault.types import Result


def population_record(person_id: UUID, profile: Profile, at: datetime) -> SourceRecord:
    """Return what the identity provider told of a person, as a record of the population database."""
    address: Json = {"ward": profile.ward, "line": profile.address}
    data: dict[str, Json] = {
        "full_name": profile.full_name,
        "birth_date": profile.born_on,
        "sex": profile.sex,
        "personal_number": profile.personal_number,
        "ethnicity": profile.ethnicity,
        "nationality": profile.nationality,
        "residence": address if profile.ward else None,
        "residence_kind": "permanent" if profile.ward else None,
    }
    return SourceRecord("population", "applicant", str(person_id), "", at, data)


def vault_record(result: Result, at: datetime) -> SourceRecord:
    """Return a vault result as the procedure's engine takes it."""
    facts: dict[str, Json] = json.loads(json.dumps(dict(result.facts), ensure_ascii=False))
    return SourceRecord(result.kind, "applicant", str(result.id), str(result.version), at, facts)


def sources_as_json(filled: Prefilled, names: Collection[str]) -> dict[str, Json]:
    """Return where the named answers came from, as a dossier keeps it."""
    return {
        name: json.loads(json.dumps(asdict(source), default=_plain))
        for name, source in filled.provenance.items()
        if name in names
    }


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
