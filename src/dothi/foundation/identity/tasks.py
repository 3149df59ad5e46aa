"""Jobs of identity: what has ended is swept away, so that visitors do not fill the database."""

from datetime import timedelta

from django.contrib.sessions.models import Session

from dothi.foundation.clock import now
from dothi.foundation.identity.models import Attempt
from dothi.foundation.jobs.declaring import periodic

KEEP_ATTEMPTS = timedelta(days=1)
"""Longer than the window of any limit."""


@periodic("identity.sweep", cron="12 20 * * *")
def sweep() -> None:
    """Delete browser sessions that have expired and counts of attempts that count no more."""
    Session.objects.filter(expire_date__lt=now()).delete()
    Attempt.objects.filter(since__lt=now() - KEEP_ATTEMPTS).delete()
