"""Jobs of the incidents room: telling the people of wards, and asking the sensors that steps wait for."""

from uuid import UUID

from dothi.foundation.clock import now
from dothi.foundation.jobs.declaring import job, periodic
from dothi.incidents.actions.runbooks import check_step
from dothi.incidents.actions.telling import tell_ward
from dothi.incidents.actions.warnings import TELL
from dothi.incidents.queries.runs import watched
from dothi.incidents.queries.warnings import wards_to_tell
from dothi.incidents.types import WarningId


@job(TELL)
def tell_wards(*, warning_id: str) -> None:
    """Put the notice into the inboxes of each ward, ward by ward; those told before are not told again."""
    key = WarningId(UUID(warning_id))
    for ward_code, kind in wards_to_tell(key):
        tell_ward(warning_id=key, ward_code=ward_code, kind=kind, at=now())


@periodic("incidents.check_steps", cron="* * * * *")
def check_steps() -> None:
    """Ask, each minute, the sensor of every step that waits for one."""
    at = now()
    for run_id, step_id in watched():
        check_step(run_id=run_id, step_id=step_id, at=at)
