"""A warning of this room as a message of CAP: names and shapes of its wards, sender, references."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from dothi.foundation.clock import civil_date
from dothi.incidents import cap
from dothi.incidents.hazards import hazards
from dothi.incidents.models import PublicWarning, WarningMessage
from dothi.incidents.shapes import outlines_of
from dothi.incidents.telling import name_of
from dothi.incidents.warning_types import LANGUAGES
from dothi.registers.agencies.queries import areas
from dothi.registers.agencies.types import AreaRow, UnitRow

PAGE = "/warnings/{}/"
"""Where the portal tells of a warning."""


def compose(warning: PublicWarning, unit: UnitRow, at: datetime) -> cap.Message:
    """Return the message that tells the public of `warning`, sent at `at`; at most four statements."""
    wards = {row.code: row for row in areas(civil_date(at)) if row.code in warning.wards}
    rings = outlines_of(warning.wards)
    hazard = hazards()[warning.hazard]
    return cap.Message(
        identifier=name_of(warning), sender=sender_of(unit), sent=at, status=warning.status,
        msg_type=warning.msg_type, category=hazard.category, hazard=warning.hazard,
        urgency=warning.urgency, severity=warning.severity, certainty=warning.certainty,
        onset=warning.onset_at, expires=warning.expires_at,
        web=settings.PUBLIC_URL + PAGE.format(warning.id), references=_references(warning),
        infos=tuple(_info(language, warning, unit, wards, rings) for language in LANGUAGES),
    )  # fmt: skip


def sender_of(unit: UnitRow) -> str:
    """Return the sender of a unit: its code at the name of the node."""
    return f"{unit.code}@{settings.NODE}"


def _info(
    language: str,
    warning: PublicWarning,
    unit: UnitRow,
    wards: dict[str, AreaRow],
    rings: Mapping[str, tuple[cap.Ring, ...]],
) -> cap.Info:
    words = warning.words[language]
    return cap.Info(
        language=LANGUAGES[language], event=getattr(hazards()[warning.hazard].event, language),
        sender_name=getattr(unit.name, language), headline=words["headline"],
        description=words["description"], instruction=words["instruction"],
        areas=tuple(
            cap.Area(getattr(wards[code].name, language), rings.get(code, ()), code) for code in warning.wards
        ),
    )  # fmt: skip


def _references(warning: PublicWarning) -> tuple[cap.Reference, ...]:
    """Return every message that this one follows, the first one first; one statement each."""
    found: list[cap.Reference] = []
    earlier = warning.replaces
    while earlier is not None:
        told = WarningMessage.objects.get(pk=earlier.pk)
        found.append(cap.Reference(told.sender, told.identifier, told.sent_at))
        earlier = earlier.replaces
    return tuple(reversed(found))
