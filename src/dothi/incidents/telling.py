"""The events of the room: what happened to an incident, a response unit, a warning. Ids only."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from dothi.foundation.events.actions import emit
from dothi.foundation.events.types import Event
from dothi.incidents.models import Incident, PublicWarning, ResponseUnit
from dothi.incidents.types import EntryKind, UnitState
from dothi.kernel.ids import new_id, urn

OF_INCIDENT: Mapping[EntryKind, str] = {
    EntryKind.OPENED: "vn.dothi.incidents.incident.opened.v1",
    EntryKind.ALERT_JOINED: "vn.dothi.incidents.incident.alert-joined.v1",
    EntryKind.CALL_JOINED: "vn.dothi.incidents.incident.call-joined.v1",
    EntryKind.REPORT_JOINED: "vn.dothi.incidents.incident.report-joined.v1",
    EntryKind.NOTED: "vn.dothi.incidents.incident.noted.v1",
    EntryKind.ASSESSED: "vn.dothi.incidents.incident.assessed.v1",
    EntryKind.UNIT_SENT: "vn.dothi.incidents.incident.unit-sent.v1",
    EntryKind.UNIT_ARRIVED: "vn.dothi.incidents.incident.unit-arrived.v1",
    EntryKind.UNIT_CLEARED: "vn.dothi.incidents.incident.unit-cleared.v1",
    EntryKind.RUNBOOK_STARTED: "vn.dothi.incidents.incident.runbook-started.v1",
    EntryKind.STEP_DONE: "vn.dothi.incidents.incident.step-done.v1",
    EntryKind.STEP_UNMET: "vn.dothi.incidents.incident.step-unmet.v1",
    EntryKind.ROADS_CLOSED: "vn.dothi.incidents.incident.roads-closed.v1",
    EntryKind.WARNING_ISSUED: "vn.dothi.incidents.incident.warning-issued.v1",
    EntryKind.ASSIGNMENT_GIVEN: "vn.dothi.incidents.incident.assignment-given.v1",
    EntryKind.ASSIGNMENT_ACCEPTED: "vn.dothi.incidents.incident.assignment-accepted.v1",
    EntryKind.ASSIGNMENT_DONE: "vn.dothi.incidents.incident.assignment-done.v1",
    EntryKind.ASSIGNMENT_WITHDRAWN: "vn.dothi.incidents.incident.assignment-withdrawn.v1",
    EntryKind.STABILIZED: "vn.dothi.incidents.incident.stabilized.v1",
    EntryKind.MERGED: "vn.dothi.incidents.incident.merged.v1",
    EntryKind.CLOSED: "vn.dothi.incidents.incident.closed.v1",
}
KNOWN = "vn.dothi.incidents.unit.made-known.v1"
BOUND = "vn.dothi.incidents.unit.device-bound.v1"
RELEASED = "vn.dothi.incidents.unit.device-released.v1"
OF_UNIT: Mapping[UnitState, str] = {
    UnitState.AVAILABLE: "vn.dothi.incidents.unit.freed.v1",
    UnitState.SENT: "vn.dothi.incidents.unit.sent.v1",
    UnitState.ON_SCENE: "vn.dothi.incidents.unit.arrived.v1",
    UnitState.OFF: "vn.dothi.incidents.unit.taken-off.v1",
}
OF_WARNING: Mapping[str, str] = {
    "drafted": "vn.dothi.incidents.warning.drafted.v1",
    "issued": "vn.dothi.incidents.warning.issued.v1",
    "refused": "vn.dothi.incidents.warning.refused.v1",
    "discarded": "vn.dothi.incidents.warning.discarded.v1",
}
KINDS = {Incident: "incident", ResponseUnit: "response-unit", PublicWarning: "warning"}


def name_of(thing: Incident | ResponseUnit | PublicWarning) -> str:
    """Return the name of an incident, a response unit or a warning across nodes."""
    return urn(settings.NODE, KINDS[type(thing)], thing.id)


def tell_of_incident(kind: EntryKind, incident: Incident, at: datetime) -> None:
    """Emit the event that a line of `kind` was added to the incident's timeline."""
    emit(
        Event(
            id=new_id(), type=OF_INCIDENT[kind], subject=name_of(incident), at=at,
            data={
                "incident": str(incident.id), "unit_id": str(incident.unit_id), "type": incident.type,
                "severity": incident.severity, "state": incident.state, "ward": incident.ward_code,
                "revision": incident.revision,
            },
        )
    )  # fmt: skip


def tell_of_unit(type_: str, unit: ResponseUnit, at: datetime) -> None:
    """Emit the event `type_` of a response unit, as it stands now."""
    emit(
        Event(
            id=new_id(), type=type_, subject=name_of(unit), at=at,
            data={
                "response_unit": str(unit.id), "unit_id": str(unit.unit_id), "kind": unit.kind,
                "state": unit.state, "incident": str(unit.incident_id) if unit.incident_id else None,
                "revision": unit.revision,
            },
        )
    )  # fmt: skip


def tell_of_warning(happened: str, warning: PublicWarning, at: datetime) -> None:
    """Emit the event that a warning was `happened`: drafted, issued, refused or discarded."""
    emit(
        Event(
            id=new_id(), type=OF_WARNING[happened], subject=name_of(warning), at=at,
            data={
                "warning": str(warning.id), "unit_id": str(warning.unit_id), "status": warning.status,
                "msg_type": warning.msg_type, "hazard": warning.hazard, "severity": warning.severity,
                "state": warning.state, "wards": list(warning.wards),
                "replaces": str(warning.replaces_id) if warning.replaces_id else None,
            },
        )
    )  # fmt: skip
