"""One device with all that its page shows."""

from datetime import datetime

from dothi.foundation.identity.authority import Actor, CaseFacts, require
from dothi.foundation.statements import Statement, ask
from dothi.registers.devices.errors import DeviceUnknown
from dothi.registers.devices.owners import administers, unit_id_of
from dothi.registers.devices.queries.lists import moment, row_of
from dothi.registers.devices.queries.profiles import profile_named
from dothi.registers.devices.statements import sql
from dothi.registers.devices.types import DeviceId, DeviceView, Found, Twin, Value

READ = administers("devices.read")
READINGS, FINDINGS = 20, 10


def device(*, device_id: DeviceId, actor: Actor, at: datetime) -> DeviceView:
    """Return a device of one's units; six statements. Raises Refused, DeviceUnknown."""
    every = {"owners": [], "center": True, "text": "", "group": "", "profile": "", "state": "", "after": ""}
    asked = {**every, "owners": _every_owner(device_id), "id": device_id, "limit": 1, **moment(at)}
    rows = ask(Statement(sql("devices"), asked))[0]
    if not rows:
        raise DeviceUnknown(device=device_id)
    row, extra = row_of(rows[0]), rows[0][15:20]
    case = CaseFacts("device", unit_id=unit_id_of(row.owner, at), absent=DeviceUnknown)
    require(actor, READ, case, at)
    has_token, has_certificate, old_until, created_at, revoked_at = extra
    profile = profile_named(row.facts.profile)
    assert profile is not None  # a foreign key of telemetry's
    of = {"device": device_id, "limit": FINDINGS}
    found = ask(Statement(sql("findings"), of), Statement(sql("twins"), {"device": device_id}))
    return DeviceView(
        row, profile, has_token, has_certificate, old_until, created_at,
        None if row.claim_until else revoked_at, _readings(device_id, row.seen_at),
        [Found(*one) for one in found[0]], [Twin(*one) for one in found[1]],
    )  # fmt: skip


def _every_owner(device_id: DeviceId) -> list[str]:
    rows = ask(Statement("select owner from telemetry.device where id = %(id)s", {"id": device_id}))[0]
    return [owner for (owner,) in rows]


def _readings(device_id: DeviceId, seen_at: datetime | None) -> list[Value]:
    if seen_at is None:
        return []
    asked = {"device": device_id, "seen_at": seen_at, "limit": READINGS}
    return [Value(*row) for row in ask(Statement(sql("readings"), asked))[0]]
