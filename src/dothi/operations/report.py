"""The report of a situation: one page in Vietnamese for who decides, under the seal of the center."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings

from dothi.alerts.types import AlertRow
from dothi.foundation.clock import HANOI, civil_date
from dothi.foundation.papers.kinds import register
from dothi.foundation.papers.types import Draft, Official, Order
from dothi.incidents import kinds
from dothi.incidents.hazards import hazards
from dothi.incidents.shifts.actions import SITUATION
from dothi.incidents.shifts.moments import Moment, moment_of
from dothi.incidents.types import IncidentRow
from dothi.incidents.warning_types import WarningRow
from dothi.operations.figures import DOSSIERS, INCIDENTS, POINTS
from dothi.operations.situation import situation
from dothi.operations.types import Figure, Level
from dothi.registers.agencies.queries import unit_of

FIGURES = {
    "rain": "Mưa lớn nhất trong 24 giờ", "river": "Mực nước cao nhất", "floods": "Điểm ngập",
    "air": "Chất lượng không khí (VN_AQI)", "incidents": "Sự cố đang mở",
    "due_today": "Hồ sơ đến hạn hôm nay", "late": "Hồ sơ quá hạn",
}  # fmt: skip
LEVELS = {
    Level.UNKNOWN: "chưa rõ", Level.CALM: "bình thường", Level.RAISED: "cần chú ý", Level.HIGH: "nguy hiểm"
}  # fmt: skip
SOURCES = {INCIDENTS: "sổ sự cố", DOSSIERS: "sổ hồ sơ", POINTS: "các điểm ngập"}
"""What this node counts itself; any other source is the id of a device."""
SEAL = "Dấu điện tử của trung tâm điều hành"
FOOT = "Báo cáo do hệ thống lập từ số liệu của thời điểm ghi trên; số liệu đến muộn có thể làm thay đổi."
MOST = 30
"""Lines of one section, which says how many there are: a report is to be read."""


def register_report() -> None:
    """Let the papers room know how reports are filled."""
    register(SITUATION, draw)


def draw(wanted: Order, at: datetime) -> Draft:
    """Return the report of the moment that the order names, as it is known when the job runs."""
    moment = moment_of(wanted.about)
    found = situation(moment.at, moment.known_at)
    unit = unit_of(wanted.owner, civil_date(at))
    seal = Official(unit.id, UUID(int=0), unit.name.vi, SEAL, unit.name.vi)
    code = wanted.about.rpartition(":")[2]
    data: dict[str, object] = {
        "agency": {"name": unit.name.vi}, "place": "Hà Nội",
        "issued_on": civil_date(at).isoformat(),
        "number": numbered(moment), "code": code, "foot": FOOT,
        "signer": {"post": SEAL, "name": unit.name.vi},
        "at": local(moment.at), "known_at": local(moment.known_at) if moment.known_at else None,
        "figures": [_figure(one) for one in found.figures],
        "incidents": _section([_incident(one) for one in found.incidents]),
        "warnings": _section([_warning(one) for one in found.warnings]),
        "alerts": _section([_alert(one) for one in found.alerts if one.is_open]),
    }  # fmt: skip
    return Draft(SITUATION, data, seal, f"bao-cao-{code}.pdf", reason="Báo cáo nhanh", place=settings.NODE)


def numbered(moment: Moment) -> str:
    """Return the number that people call the report by: its moment, and that of knowing, in Hanoi's time."""
    told = [moment.at.astimezone(HANOI).strftime("BC-%y%m%d-%H%M")]
    if moment.known_at and moment.known_at != moment.at:
        told.append(moment.known_at.astimezone(HANOI).strftime("%y%m%d-%H%M"))
    return "/".join(told)


def _section(rows: Sequence[Mapping[str, str]]) -> dict[str, object]:
    """Return the lines of a section, how many there are, and how many of these are left out."""
    return {"rows": rows[:MOST], "count": len(rows), "more": max(0, len(rows) - MOST)}


def local(at: datetime) -> str:
    """Return an instant as the templates read it, in Hanoi's time."""
    return at.astimezone(HANOI).strftime("%Y-%m-%dT%H:%M")


def written(at: datetime) -> str:
    """Return an instant as people read it, in Hanoi's time."""
    return at.astimezone(HANOI).strftime("%H:%M %d/%m/%Y")


def _alert(one: AlertRow) -> dict[str, str]:
    return {"title": one.title_vi, "facts": f"từ {written(one.raised_at)}"}


def _incident(one: IncidentRow) -> dict[str, str]:
    known = kinds.types().get(one.type)
    what = known.name.vi if known else one.type
    return {"title": one.title, "facts": f"{one.code}, {what}, từ {written(one.opened_at)}"}


def _warning(one: WarningRow) -> dict[str, str]:
    hazard = hazards()[one.hazard].event.vi
    return {"title": one.words["vi"].headline, "facts": f"{hazard}, đến {written(one.expires_at)}"}


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def _figure(one: Figure) -> dict[str, object]:
    value = "—" if one.value is None else f"{_number(one.value)} {one.unit}".strip()
    state = LEVELS[one.level] + (" (số liệu cũ)" if one.stale else "")
    where = ", ".join(filter(None, (one.of.vi if one.of else "", SOURCES.get(one.source, one.source))))
    return {"name": FIGURES[one.name], "value": value, "state": state, "of": where}
