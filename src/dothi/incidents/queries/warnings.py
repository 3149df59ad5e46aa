"""
Public warnings: what the staff sees, and what the public may know.

Everything that a door of the public shows comes from `public_…` below: issued, and Actual. An exercise or a
test is no warning to anybody outside, by whichever door.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from dothi.foundation.clock import acted_by
from dothi.foundation.identity.authority import Actor, require
from dothi.foundation.notices.types import NoticeKind
from dothi.incidents import rules
from dothi.incidents.errors import WarningNotFound
from dothi.incidents.models import Delivery, PublicWarning, WarningMessage, WarningStep
from dothi.incidents.notices import OF_TYPE, OVER_HERE
from dothi.incidents.types import IncidentId, WarningId
from dothi.incidents.warning_types import (
    DeliveryRow,
    MsgType,
    Status,
    WarningRow,
    WarningState,
    Wording,
)
from dothi.kernel.ids import UnitId

MOST = 200
MOST_IN_BANNER = 10
KEPT_IN_FEED = timedelta(days=7)
"""How long the feed tells of a message that has ended. House rule."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and when: any moment is read by the authority that `actor` has at `at`, now."""

    actor: Actor
    at: datetime

    @property
    def unit_id(self) -> UnitId:
        """Return the unit whose drafts are read. Raises Refused."""
        return require(self.actor, rules.READ_WARNINGS, None, self.at).unit_id


_PUBLIC = Q(state=WarningState.ISSUED.value, status=Status.ACTUAL.value)


def public_warnings(
    at: datetime, wards: Collection[str] | None = None, *, limit: int = MOST
) -> list[WarningRow]:
    """
    Return the actual warnings in force at `at`, of `wards` where given; the gravest first, then the latest.

    At most `limit`; one statement.
    """
    rows = PublicWarning.objects.filter(_PUBLIC, _in_force(at))
    rows = rows if wards is None else rows.filter(wards__overlap=list(wards))
    found = [_row(row) for row in rows.order_by("-issued_at", "-id")[:limit]]
    return sorted(found, key=lambda row: _RANK[row.severity])


def public_banner(at: datetime, ward_code: str = "") -> list[WarningRow]:
    """
    Return the actual warnings in force for all wards, and for one where given; the gravest first.

    At most ten; one statement, which each page of the portal asks.
    """
    concerns = Q(everywhere=True) | Q(wards__contains=[ward_code]) if ward_code else Q(everywhere=True)
    rows = PublicWarning.objects.filter(_PUBLIC, _in_force(at), concerns)
    found = [_row(row) for row in rows.order_by("-issued_at", "-id")[:MOST_IN_BANNER]]
    return sorted(found, key=lambda row: _RANK[row.severity])


def public_warning(warning_id: UUID) -> WarningRow:
    """Return one issued, actual warning, ended ones too; one statement. Raises WarningNotFound."""
    found = PublicWarning.objects.filter(_PUBLIC, pk=warning_id).first()
    if found is None:
        raise WarningNotFound
    return _row(found)


def public_feed(at: datetime, *, limit: int = MOST) -> list[WarningRow]:
    """Return the actual messages of seven days, cancellations too, the latest first; one statement."""
    rows = PublicWarning.objects.filter(_PUBLIC, issued_at__gt=at - KEPT_IN_FEED, issued_at__lte=at)
    return [_row(row) for row in rows.order_by("-issued_at", "-id")[:limit]]


def public_message(warning_id: UUID) -> bytes:
    """Return the CAP document of an issued, actual warning; one statement. Raises WarningNotFound."""
    found = WarningMessage.objects.filter(
        warning__state=WarningState.ISSUED.value, warning__status=Status.ACTUAL.value, pk=warning_id
    )
    document = found.values_list("document", flat=True).first()
    if document is None:
        raise WarningNotFound
    return bytes(document)


def warnings_at(at: datetime, known_at: datetime | None = None, *, limit: int = MOST) -> list[WarningRow]:
    """
    Return every message in force at `at`, exercises and tests too: for the screen of the center.

    A message is issued and replaced at the instant at which the node learns of it, so what was known
    later is what had happened: `known_at` before `at` only hides what came between. The latest first;
    at most `limit`; one statement.
    """
    then = acted_by(at, known_at)
    rows = PublicWarning.objects.filter(_in_force(then), state=WarningState.ISSUED.value, expires_at__gt=at)
    return [_stood(row, then) for row in rows.order_by("-issued_at", "-id")[:limit]]


def waiting(
    reader: Reader, at: datetime, known_at: datetime | None = None, *, limit: int = MOST
) -> list[WarningRow]:
    """
    Return the drafts that waited at `at` in the reader's unit, the earliest first.

    Of what was known by `known_at`, as `warnings_at`; at most `limit`; one statement. Raises Refused.
    """
    then = acted_by(at, known_at)
    still = Q(state=WarningState.DRAFTED.value) | Q(issued_at__gt=then) | Q(_shelved(at__gt=then))
    rows = PublicWarning.objects.filter(still, unit_id=reader.unit_id, drafted_at__lte=then)
    return [_stood(row, then) for row in rows.order_by("drafted_at", "id")[:limit]]


def ended(
    reader: Reader, at: datetime, known_at: datetime | None = None, *, before: UUID | None = None,
    limit: int = MOST,
) -> list[WarningRow]:  # fmt: skip
    """
    Return what was issued and over at `at`, and drafts of the reader's unit that were refused or taken back.

    Of what was known by `known_at`, as `warnings_at`; the latest drafted first; `before` is the last of the
    page before; at most `limit`; one statement. Raises Refused.
    """
    then = acted_by(at, known_at)
    over = Q(expires_at__lte=at) | Q(replaced_at__lte=then) | Q(msg_type=MsgType.CANCEL.value)
    never = Q(_shelved(at__lte=then), unit_id=reader.unit_id)
    rows = PublicWarning.objects.filter(Q(over, issued_at__lte=then) | never)
    # Ids grow with time, and unlike instants no two are the same.
    rows = rows.filter(id__lt=before) if before else rows
    return [_stood(row, then, shelved=True) for row in rows.order_by("-id")[:limit]]


def warning(warning_id: UUID, reader: Reader, at: datetime, known_at: datetime | None = None) -> WarningRow:
    """
    Return one message as it stood, to the staff of the unit that wrote it; once issued, to every center's.

    Raises WarningNotFound, Refused.
    """
    then = acted_by(at, known_at)
    seen = PublicWarning.objects.filter(_seen_by(reader, then), pk=warning_id, drafted_at__lte=then)
    found = seen.first()
    if found is None:
        raise WarningNotFound
    return _stood(found, then, shelved=seen.filter(_shelved(at__lte=then)).exists())


def following(
    warning_id: WarningId, reader: Reader, at: datetime, known_at: datetime | None = None
) -> list[WarningRow]:
    """
    Return the messages that were to stand for one, drafts only to the staff of their unit.

    The earliest first; one statement. Raises Refused.
    """
    then = acted_by(at, known_at)
    rows = PublicWarning.objects.filter(
        ~Q(_shelved(at__lte=then)), _seen_by(reader, then), replaces_id=warning_id, drafted_at__lte=then
    )
    return [_stood(row, then) for row in rows.order_by("drafted_at", "id")[:MOST]]


def message(warning_id: UUID, reader: Reader) -> bytes:
    """Return the CAP document of an issued message to a center's staff. Raises WarningNotFound, Refused."""
    found = WarningMessage.objects.filter(pk=warning(warning_id, reader, reader.at).id)
    document = found.values_list("document", flat=True).first()
    if document is None:
        raise WarningNotFound
    return bytes(document)


def deliveries(warning_id: UUID, at: datetime) -> list[DeliveryRow]:
    """Return how many people of each ward had been told of a warning by `at`, by ward; one statement."""
    rows = Delivery.objects.filter(warning_id=warning_id, told_at__lte=at).order_by("way", "ward_code")
    return [DeliveryRow(row.way, row.ward_code, row.people, row.told_at) for row in rows]


def wards_to_tell(warning_id: WarningId) -> Iterator[tuple[str, NoticeKind]]:
    """
    Yield the wards whose people are to be told of an issued, actual warning, and what they are told.

    Those that it concerns; and those that the message before it did and it does not. Raises WarningNotFound.
    """
    found = PublicWarning.objects.filter(_PUBLIC, pk=warning_id).select_related("replaces").first()
    if found is None:
        raise WarningNotFound
    before = set(found.replaces.wards) if found.replaces else set()
    yield from ((ward, OF_TYPE[MsgType(found.msg_type)]) for ward in found.wards)
    yield from ((ward, OVER_HERE) for ward in sorted(before - set(found.wards)))


def _seen_by(reader: Reader, then: datetime) -> Q:
    """Return what one reads: all of one's own unit, of others what was issued. Raises Refused."""
    return Q(unit_id=reader.unit_id) | Q(issued_at__lte=then)


def _shelved(**when: datetime) -> Exists:
    """Return whether a message was refused or taken back, and when."""
    acts = [WarningState.REFUSED.value, WarningState.DISCARDED.value]
    return Exists(WarningStep.objects.filter(warning=OuterRef("pk"), act__in=acts, **when))


def _in_force(at: datetime) -> Q:
    stands = Q(replaced_at__isnull=True) | Q(replaced_at__gt=at)
    return Q(issued_at__lte=at, expires_at__gt=at) & stands & ~Q(msg_type=MsgType.CANCEL.value)


_RANK = {"Extreme": 0, "Severe": 1, "Moderate": 2, "Minor": 3, "Unknown": 4}


def _stood(found: PublicWarning, then: datetime, *, shelved: bool = False) -> WarningRow:
    """Return a message as it stood at `then`, by which it was `shelved`: nothing of what was done later."""
    row = _row(found)
    issued = row.issued_at is not None and row.issued_at <= then
    return replace(
        row,
        state=WarningState.ISSUED if issued else row.state if shelved else WarningState.DRAFTED,
        issued_at=row.issued_at if issued else None,
        replaced_at=row.replaced_at if row.replaced_at is not None and row.replaced_at <= then else None,
    )


def _row(found: PublicWarning) -> WarningRow:
    return WarningRow(
        WarningId(found.id), UnitId(found.unit_id), Status(found.status), MsgType(found.msg_type),
        found.hazard, found.urgency, found.severity, found.certainty,
        {language: Wording(**told) for language, told in found.words.items()}, tuple(found.wards),
        found.onset_at, found.expires_at, IncidentId(found.incident_id) if found.incident_id else None,
        WarningId(found.replaces_id) if found.replaces_id else None, WarningState(found.state),
        found.drafted_at, found.issued_at, found.replaced_at,
    )  # fmt: skip
