"""Jobs of the dossiers room: what silence means, done when its day has come."""

from uuid import uuid5

from dothi.dossiers.acting import perform
from dothi.dossiers.actions.process import SILENCE
from dothi.dossiers.models import Dossier
from dothi.dossiers.types import Act, Call
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import SYSTEM
from dothi.foundation.jobs.declaring import job
from dothi.kernel.ids import DossierId
from dothi.procedures.queries import version
from dothi.procedures.types import VersionId


@job(SILENCE)
def silence(*, dossier_id: str, revision: int) -> None:
    """Do the act that silence means, unless something has happened to the dossier since."""
    dossier = Dossier.objects.filter(pk=dossier_id, revision=revision).first()
    if dossier is None:
        return
    procedure = version(VersionId(dossier.version_id))
    for row in procedure.clock.tacit:
        if row.state == dossier.state:
            key = uuid5(dossier.id, f"silence:{revision}")
            perform(Act(row.act), Call(DossierId(dossier.id), SYSTEM, now(), key=key))
