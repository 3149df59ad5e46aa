"""What an operations center works at, each thing brought by the domain to where a page shows it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from dothi.alerts.actions import trials
from dothi.alerts.engine.samples import Decision
from dothi.alerts.keeping import at_work
from dothi.alerts.types import Place as Spot
from dothi.alerts.watched import Thing, microseconds
from dothi.foundation.clock import now
from dothi.incidents.actions import warnings as warning_acts
from dothi.incidents.actions.incidents import open_incident
from dothi.incidents.actions.runbooks import begin
from dothi.incidents.assignments.actions import give
from dothi.incidents.assignments.types import NewAssignment
from dothi.incidents.shifts.actions import Left, hand_over, order_report, plan
from dothi.incidents.shifts.moments import Moment
from dothi.incidents.types import Call, NewIncident, Origin, Place
from dothi.kernel.documents.types import Text
from dothi.kernel.ids import UnitId, new_id
from dothi.registers.devices import actions as devices
from dothi.registers.devices.types import Box, DeviceId, Facts
from dothi.telemetry.types import Flag
from tests.support import warnings
from tests.support.alerts import raise_alert
from tests.support.city import official
from tests.support.fleet import keep_profile
from tests.support.readings import store_many
from tests.support.storm import draw_wards, set_up_gauges
from tests.support.town import Town

GAUGE, FALLEN = "rain-00070", 14.0
STEP = timedelta(minutes=10)
WARD = "00070"


def at_work_in(town: Town) -> dict[str, object]:
    """Let a town have rain, an alert, an incident and all that follows; return the ids of it by name."""
    town.do(draw_wards, town)
    town.do(set_up_gauges, now() - timedelta(days=1))
    at = now()
    fell = [(GAUGE, "rain", at - STEP * ago, FALLEN) for ago in range(6)]
    store_many(town.dsn("dothi_telemetry"), [fell], waiting=False)
    return town.do(_stand, at)


def _stand(at: datetime) -> dict[str, object]:
    van, nam = official("van", at), official("nam", at)
    alert, incident, trial = _alert(at), new_id(), new_id()
    opened = open_incident(
        new=NewIncident("flood", "Severe", Place(105.852, 21.029, WARD), "Ngập phố Hàng Bài",
                        Origin.ALERT, (alert,)), actor=van, at=at, key=incident,
    ).incident_id  # fmt: skip
    begin(Call(opened, van, at), code="flooded-point", device="flood-1")
    asked = Call(opened, van, at)
    ward = UnitId(official("minh", at).holdings[0].unit_id)
    give(asked, new=NewAssignment(ward, "Chở 200 bao cát tới phố Hàng Bài", at + timedelta(hours=4)))
    trials.order(code="rain-24h-100", start=at - timedelta(days=9), end=at, actor=van, at=at, key=trial)
    return {
        "series": _series(), "alert": alert, "incident": opened, "assignment": asked.key, "trial": trial,
        **_warnings(at),
        **_shift(at), "device": _device(nam.holdings[0].unit_id, at), "hold": _hold(at),
    }  # fmt: skip


def _series() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select number from telemetry.series where device = %s", [GAUGE])
        return int(cursor.fetchone()[0])


def _alert(at: datetime) -> UUID:
    """Let the rule of an hour's rain have raised an alert by six readings, one of them doubtful."""
    watching = next(one for one in at_work() if one.rule.code == "rain-1h-50")
    samples = [[microseconds(at - STEP * ago), FALLEN, int(Flag.STEP) if ago == 3 else 0] for ago in range(6)]
    evidence = {"samples": samples, "direction": "above", "fire_at": 50, "weakest": 84, "kind": "window"}
    decision = Decision("raise", GAUGE, microseconds(at), 6 * FALLEN, evidence)
    gauge = Thing(GAUGE, Text("Phường Hoàn Kiếm", "Hoàn Kiếm Ward"), Spot(WARD, 105.85, 21.03))
    alert = raise_alert(watching, decision, gauge, at)
    assert alert is not None
    return alert


def _warnings(at: datetime) -> dict[str, object]:
    """Let one warning be in force and one wait for approval."""
    told = {"onset_at": at, "expires_at": at + timedelta(hours=6)}
    issued, draft = (
        warning_acts.draft(new=warnings.new(**told), actor=official("van", at), at=at, key=new_id())
        for _ in range(2)
    )
    warning_acts.approve(warning_id=issued, actor=official("bao", at), at=at, key=new_id())
    return {"warning": issued, "draft": draft}


def _shift(at: datetime) -> dict[str, object]:
    """Let a shift be planned and handed over, and a report be ordered."""
    van, bao = official("van", at), official("bao", at)
    post = van.holdings[0].post_id
    plan(post_id=post, starts_at=at, ends_at=at + timedelta(hours=8), actor=bao, at=at, key=new_id())
    hand_over(note="Đội bơm đang ở Hàng Bài", left=Left(1, 1), actor=van, at=at, key=new_id())
    return {"report": order_report(moment=Moment(at, None), actor=van, at=at, key=new_id())}


def _device(unit_id: UUID, at: datetime) -> DeviceId:
    """Let a box of the unit wait to be claimed."""
    keep_profile()
    facts = Facts("rain-gauge", "Trạm mưa Hoàn Kiếm", "Hoàn Kiếm rain station", 105.85, 21.03, WARD, "Mưa")
    box = Box(DeviceId("gauge-9"), facts)
    devices.register_boxes(boxes=[box], unit_id=unit_id, key=new_id(), actor=official("nam", at), at=at)
    return box.id


def _hold(at: datetime) -> int | None:
    day = at.date() - timedelta(days=30)
    return devices.hold(
        first=day, last=day, reason="Điều tra trận ngập", order="12/QĐ-UBND", key=new_id(),
        actor=official("nam", at), at=at,
    )  # fmt: skip
