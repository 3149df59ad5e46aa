"""Jobs of the register: the digests of readings get their entries in the ledger."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from dothi.foundation.clock import now
from dothi.foundation.jobs.declaring import periodic
from dothi.foundation.ledger.actions import record
from dothi.foundation.ledger.errors import AlreadyRecorded
from dothi.foundation.ledger.types import ActorRef, Entry
from dothi.foundation.statements import Statement, ask
from dothi.kernel.ids import urn
from dothi.registers.devices.statements import sql


@periodic("devices.record_digests", cron="*/10 * * * *")
def record_digests() -> None:
    """Record each hour's digest of readings that has no entry; the entry's id stands with the digest."""
    [rows] = ask(Statement(sql("digests"), {}))
    for entry, hour, batches, readings, root in rows:
        with transaction.atomic():
            try:
                record(
                    _entry(entry, hour, {"batches": batches, "readings": readings, "root": bytes(root).hex()})
                )
            except AlreadyRecorded:
                continue


def _entry(key: UUID, hour: datetime, facts: dict[str, int | str]) -> Entry:
    told = f"{hour:%Y-%m-%dT%HZ}"
    return Entry(
        id=key, act="devices.digest_readings", at=now(), actor=ActorRef("system", service="ingest"),
        authority="system", object=urn(settings.NODE, "readings", told), facts={"hour": told, **facts},
    )  # fmt: skip
