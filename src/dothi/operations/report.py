"""The report of a situation: one page in Vietnamese for who decides, under the seal of the center."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from dothi.foundation.clock import HANOI, civil_date
from dothi.foundation.papers.kinds import register
from dothi.foundation.papers.types import Draft, Official, Order
from dothi.incidents import kinds
from dothi.incidents.hazards import hazards
from dothi.incidents.shifts.actions import SITUATION
from dothi.incidents.shifts.moments import moment_of
from dothi.incidents.types import IncidentRow
from dothi.incidents.warning_types import WarningRow
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
SEAL = "Dấu điện tử của trung tâm điều hành"
FOOT = "Báo cáo do hệ thống lập từ số liệu của thời điểm ghi trên; số liệu đến muộn có thể làm thay đổi."
MOST = 40
"""Lines of one section; a report is to be read."""


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
        "number": code, "code": code, "foot": FOOT, "signer": {"post": SEAL, "name": unit.name.vi},
        "at": local(moment.at), "known_at": local(moment.known_at) if moment.known_at else None,
        "figures": [_figure(one) for one in found.figures],
        "incidents": [_incident(one) for one in found.incidents[:MOST]],
        "alerts": [
            {"title": one.title_vi, "facts": f"từ {written(one.raised_at)}"}
            for one in found.alerts[:MOST] if one.is_open
        ],
        "warnings": [_warning(one) for one in found.warnings[:MOST]],
    }  # fmt: skip
    return Draft(SITUATION, data, seal, f"bao-cao-{code}.pdf", reason="Báo cáo nhanh", place=settings.NODE)


def local(at: datetime) -> str:
    """Return an instant as the templates read it, in Hanoi's time."""
    return at.astimezone(HANOI).strftime("%Y-%m-%dT%H:%M")


def written(at: datetime) -> str:
    """Return an instant as people read it, in Hanoi's time."""
    return at.astimezone(HANOI).strftime("%H:%M %d/%m/%Y")


def _incident(one: IncidentRow) -> dict[str, object]:
    known = kinds.types().get(one.type)
    what = known.name.vi if known else one.type
    return {"title": one.title, "facts": f"{one.code}, {what}, từ {written(one.opened_at)}"}


def _warning(one: WarningRow) -> dict[str, object]:
    hazard = hazards()[one.hazard].event.vi
    return {"title": one.words["vi"].headline, "facts": f"{hazard}, đến {written(one.expires_at)}"}


def _figure(one: Figure) -> dict[str, object]:
    value = "–" if one.value is None else f"{one.value:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    state = LEVELS[one.level] + (" (số liệu cũ)" if one.stale else "")
    where = ", ".join(filter(None, (one.of.vi if one.of else "", one.source)))
    return {"name": FIGURES[one.name], "value": f"{value} {one.unit}".strip(), "state": state, "of": where}
