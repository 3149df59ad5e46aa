"""Jobs of this room: a rule tried on the past, which may take minutes."""

from uuid import UUID

from dothi.alerts.actions.trials import JOB, work
from dothi.foundation.clock import now
from dothi.foundation.jobs.declaring import job


@job(JOB, retries=2)
def try_rule(*, trial_id: str) -> None:
    """Try a rule as it was ordered."""
    work(trial_id=UUID(trial_id), at=now())
