"""Jobs of the incidents room: telling the people of the wards that a warning concerns."""

from uuid import UUID

from dothi.foundation.clock import now
from dothi.foundation.jobs.declaring import job
from dothi.incidents.actions.telling import tell_ward
from dothi.incidents.actions.warnings import TELL
from dothi.incidents.queries.warnings import wards_to_tell
from dothi.incidents.types import WarningId


@job(TELL)
def tell_wards(*, warning_id: str) -> None:
    """Put the notice into the inboxes of each ward, ward by ward; those told before are not told again."""
    key = WarningId(UUID(warning_id))
    for ward_code, kind in wards_to_tell(key):
        tell_ward(warning_id=key, ward_code=ward_code, kind=kind, at=now())
