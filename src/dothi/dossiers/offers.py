"""What the applicant's own vault has for a draft, so that it need not be asked for again."""

from datetime import datetime
from uuid import UUID

from dothi.dossiers import rules
from dothi.dossiers.acting import actor_ref, facts_of
from dothi.dossiers.answers import read_answers
from dothi.dossiers.errors import DossierNotFound
from dothi.dossiers.models import Dossier
from dothi.dossiers.records import vault_record
from dothi.foundation.clock import civil_date
from dothi.foundation.identity.authority import Actor, require
from dothi.foundation.identity.purpose import Purpose
from dothi.foundation.statements import read
from dothi.kernel.ids import PersonId
from dothi.kernel.problems import msg
from dothi.procedures.engine import fitting
from dothi.procedures.queries import version
from dothi.procedures.types import VersionId
from dothi.vault.queries import satisfying
from dothi.vault.types import Result

REUSE = Purpose(
    slug="reuse-in-dossier",
    basis="Decree 61/2018/ND-CP, art. 25; Law 91/2025/QH15",
    text=msg("Take a result from the data vault instead of asking for it again"),
)


def offers(*, dossier_id: UUID, resident: Actor, at: datetime) -> list[Result]:
    """Return what the person's own vault has for the documents asked for; the read is recorded."""
    found = read(Dossier, "where id = %(id)s", {"id": dossier_id})
    if not found:
        raise DossierNotFound
    return offered(dossier=found[0], resident=resident, at=at)


def offered(*, dossier: Dossier, resident: Actor, at: datetime) -> list[Result]:
    """Return what the applicant's vault has for the components of this draft; the read is recorded."""
    decision = require(resident, rules.PREPARE, facts_of(dossier), at)
    procedure = version(VersionId(dossier.version_id))
    kinds = {way.kind for part in procedure.components for way in part.satisfied_by}
    found = satisfying(
        person=PersonId(dossier.owner_id), kinds=kinds, on=civil_date(at),
        actor=actor_ref(resident, None), authority=decision.authority, purpose=REUSE, at=at,
    )  # fmt: skip
    records = [vault_record(one, at) for one in found]
    usable = {one.id for one in fitting(procedure, read_answers(dossier), records, civil_date(at))}
    return [one for one in found if str(one.id) in usable]
