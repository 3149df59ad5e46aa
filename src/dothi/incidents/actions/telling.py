"""Telling the people of a ward of a warning, and counting how many were told."""

from datetime import datetime
from uuid import UUID

from django.db.models import F

from dothi.foundation.clock import HANOI
from dothi.foundation.identity.authority import SYSTEM
from dothi.foundation.identity.queries import residents_of
from dothi.foundation.keys.errors import SubjectErased
from dothi.foundation.notices.actions import tell
from dothi.foundation.notices.types import Fact, NoticeKind
from dothi.foundation.statements import together
from dothi.incidents.errors import WarningNotFound
from dothi.incidents.models import Delivery, PublicWarning
from dothi.incidents.notices import PURPOSE
from dothi.incidents.telling import name_of
from dothi.incidents.types import WarningId
from dothi.incidents.warning_types import Status, WarningState

BATCH = 500
"""People told in one transaction."""
NOTICE = "notice"


def tell_ward(*, warning_id: WarningId, ward_code: str, kind: NoticeKind, at: datetime) -> int:
    """
    Put a notice of an issued, actual warning into the inbox of everyone who lives in a ward; return how many.

    People in batches of 500, each a transaction; who was told before is not told again, and counted once.
    Raises WarningNotFound where the public must not know of it.
    """
    issued = {"state": WarningState.ISSUED.value, "status": Status.ACTUAL.value}
    warning = PublicWarning.objects.filter(pk=warning_id, **issued).first()
    if warning is None:
        raise WarningNotFound
    Delivery.objects.filter(warning=warning, way=NOTICE, ward_code=ward_code).delete()
    delivery = Delivery.objects.create(warning=warning, way=NOTICE, ward_code=ward_code, people=0, told_at=at)
    after, total = None, 0
    while True:
        with together():
            people = residents_of(
                ward_code, after=after, limit=BATCH, reader=SYSTEM, authority="system", purpose=PURPOSE, at=at
            )
            told = sum(_told(warning, kind, person, at) for person in people)
            Delivery.objects.filter(pk=delivery.pk).update(people=F("people") + told, told_at=at)
        total += told
        if len(people) < BATCH:
            return total
        after = people[-1]


def _told(warning: PublicWarning, kind: NoticeKind, person_id: UUID, at: datetime) -> bool:
    """Put the notice into one inbox; tell whether there is still a person to read it."""
    until = warning.expires_at.astimezone(HANOI)
    facts: dict[str, Fact] = {
        "vi": warning.words["vi"]["headline"], "en": warning.words["en"]["headline"],
        "until": f"{until:%H:%M, %d/%m/%Y}",
    }  # fmt: skip
    name = name_of(warning)
    try:
        tell(person_id=person_id, kind=kind, facts=facts, about=name, key=f"{name}:{kind.slug}", at=at)
    except SubjectErased:
        return False
    return True
