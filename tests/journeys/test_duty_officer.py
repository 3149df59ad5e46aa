"""
A duty officer's hour: a call, a runbook that its sensor ends, a merge, a warning that is updated.

The same acts by their forms, without a browser: tests/integration/incidents/test_pages.py.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import ParamSpec, TypeVar

import psycopg
import pytest
from django.conf import settings
from django.test import Client
from django.test.utils import override_settings
from playwright.sync_api import Browser, Page, expect
from pytest_django import DjangoDbBlocker

from dothi.config.supervisor import postgres
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import SYSTEM
from dothi.incidents.actions.roads import keep_graph
from dothi.incidents.actions.runbooks import begin, take_step
from dothi.incidents.actions.units import Fix, bind, take_positions
from dothi.incidents.queries import runs_of, units_at
from dothi.incidents.roads.reading import read
from dothi.incidents.tasks import check_steps
from dothi.incidents.types import IncidentId, Place, WarningId
from dothi.kernel.ids import new_id
from tests.conftest import connected_to
from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import Shoot
from tests.support import center as centers
from tests.support import warnings
from tests.support.center import HOAN_KIEM, Center, call, center, later, opened, unit
from tests.support.chromium import opened as browsing
from tests.support.people import signed_in
from tests.support.roads import RIVER, at, river
from tests.support.told import tell
from tests.support.trackers import keep_tracker

WIDTHS = (320, 768, 1440)
DEVICE = "ngap-hang-bai"
HERE = Place(at(2, RIVER).lon, at(2, RIVER).lat, HOAN_KIEM)
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Office:
    """The center at work in the database of the pages, apart from the browser's loop, and who sits there."""

    apart: ThreadPoolExecutor
    ioc: Center
    van: Page
    bao: Page
    incident: IncidentId
    same: IncidentId
    warning: WarningId

    def do(self, act: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do something in the database of the pages."""
        return self.apart.submit(act, *args, **kwargs).result(60)


@pytest.fixture(scope="module")
def office(
    cluster: postgres.Cluster, site_dsn: str, site: str, browser: Browser, django_db_blocker: DjangoDbBlocker
) -> Iterator[Office]:
    name = str(psycopg.conninfo.conninfo_to_dict(site_dsn)["dbname"])
    telemetry = cluster.dsn("dothi_telemetry", name)
    with (
        pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(),
        override_settings(SECRET_KEY="only-for-this-test"), ThreadPoolExecutor(1) as apart,
        browsing(browser, site) as van, browsing(browser, site) as bao,
    ):  # fmt: skip
        for module in (centers, warnings):
            patch.setattr(module, "AT", now() - timedelta(hours=1))
        connection = connected_to(cluster, name)
        apart.submit(connection.__enter__).result()
        ioc, cookies, ids = apart.submit(_set_up).result()
        apart.submit(_measure, telemetry).result()
        for page, cookie in zip((van, bao), cookies, strict=True):
            page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])
        yield Office(apart, ioc, van, bao, *ids)
        apart.submit(connection.__exit__, None, None, None).result()


def _set_up() -> tuple[Center, list[str], tuple[IncidentId, IncidentId, WarningId]]:
    """Found the center, units with and without a device, roads with one bridge, two incidents, a warning."""
    ioc = center()
    content = river()
    graph, _ = read(content, "roads.geojson")
    keep_graph(
        drawn=graph, content=content, source="Mạng đường thử", actor=SYSTEM, at=centers.AT, key=new_id()
    )
    for sign, place in (("Bơm 01", at(2, RIVER + 1)), ("Bơm 02", at(10, RIVER)), ("Bơm 03", None)):
        made = unit(ioc, sign, seen=place)
    seen = next(row.id for row in units_at(now()) if row.call_sign == "Bơm 02")
    take_positions(fixes=[Fix(seen, now(), at(10, RIVER).lon, at(10, RIVER).lat)], at=now())
    keep_tracker("xe-bom-03")
    keep_tracker("xe-bom-04")
    bind(response_unit_id=made, device="xe-bom-03", actor=ioc.van, at=now(), key=new_id())
    of = {"van.truc": ["operate", "dispatch", "draft_warning"], "bao.truc": ["operate", "approve_warning"]}
    browsers = [
        signed_in(Client(SERVER_NAME="localhost"), name, duties, ioc.unit_id) for name, duties in of.items()
    ]
    cookies = [one.cookies[settings.SESSION_COOKIE_NAME].value for one in browsers]
    flooded, same = opened(ioc, place=HERE), opened(ioc, 1, title="Nước vào nhà", place=HERE)
    begin(call(flooded, ioc.van, 2), code="flooded-point", device=DEVICE)
    (run,) = runs_of(flooded)
    take_step(call(flooded, ioc.van, 15), run_id=run.id, step_id="pump")
    return ioc, cookies, (flooded, same, warnings.issued(ioc, 2))


def _looks(page: Page, shot: Shoot, name: str) -> None:
    """Look at a page at each width, and hold it to what everybody must be able to use."""
    assert_accessible(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        shot(page, f"{name}-{width}")
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.long
class TestDutyOfficer:
    def test_gathers_a_call_and_lets_a_sensor_end_the_runbook(self, office: Office, shot: Shoot) -> None:
        page = office.van
        page.goto(f"/center/incidents/{office.incident}")
        page.click("#act-join-word summary")
        page.fill("#join-word-note", "Nước ngập đến đầu gối")
        page.get_by_role("button", name="Ghép cuộc gọi hoặc phản ánh").click()
        expect(page.locator("main")).to_contain_text("Nước ngập đến đầu gối")
        page.get_by_role("button", name="Đã xong Rào chắn").click()
        expect(page.locator("main")).to_contain_text("bằng tay: Công chức")
        expect(page.locator("main")).to_contain_text("chờ cảm biến")
        office.do(check_steps)
        page.reload()
        expect(page.locator("main")).to_contain_text("do cảm biến ngap-hang-bai: 0,02 m")
        page.click("#act-begin-rising-water summary")
        page.get_by_role("button", name="Bắt đầu quy trình “Nước sông, hồ dâng”").click()
        expect(page.locator("main")).to_contain_text("Báo Ủy ban nhân dân các phường")
        _looks(page, shot, "incident")

    def test_finds_both_codes_in_one_place_after_merging(self, office: Office, shot: Shoot) -> None:
        page = office.van
        page.goto(f"/center/incidents/{office.same}")
        code = page.locator(".govuk-caption-m").inner_text().split(" ")[0]
        page.click("#act-merge summary")
        page.get_by_role("button", name="Gộp vào sự cố khác").click()
        expect(page.locator("h1")).to_have_text("Ngập phố Hàng Bài")
        expect(page.locator("main")).to_contain_text(f"Đã gộp vào đây: {code}")
        page.goto("/center/incidents/")
        _looks(page, shot, "incidents")
        page.fill("#code", code.lower())
        page.get_by_role("button", name="Đến sự cố").click()
        expect(page.locator("h1")).to_have_text("Ngập phố Hàng Bài")

    def test_sees_where_units_are_and_what_runbooks_there_are(self, office: Office, shot: Shoot) -> None:
        page = office.van
        page.goto("/center/units/")
        expect(page.locator("main")).to_contain_text("xe-bom-03 chưa báo vị trí")
        expect(page.locator("main")).to_contain_text("Mạng đường thử")
        _looks(page, shot, "units")
        page.goto("/center/runbooks/")
        expect(page.locator("main")).to_contain_text("Nước sông, hồ dâng")
        _looks(page, shot, "runbooks")
        page.click("button[name=language]")
        expect(page.locator("main")).to_contain_text("Rising river or lake")
        page.click("button[name=language]")

    def test_updates_a_warning_that_another_approves(self, office: Office, shot: Shoot) -> None:
        page, lead = office.van, office.bao
        page.goto(f"/center/warnings/{office.warning}")
        _looks(page, shot, "warning-issued")
        page.get_by_role("link", name="Soạn bản cập nhật").click()
        page.fill("#draft-headline_vi", "Nước đang rút ở Hoàn Kiếm")
        _looks(page, shot, "warning-update")
        page.get_by_role("button", name="Soạn cảnh báo").click()
        expect(page.locator("main")).to_contain_text("chờ duyệt")
        lead.goto(page.url)
        lead.get_by_role("button", name="Duyệt và phát").click()
        expect(lead.locator(".dt-notification--success")).to_contain_text("Đã phát")
        lead.goto(f"/warnings/{page.url.rstrip('/').split('/')[-1]}/")
        expect(lead.locator("main")).to_contain_text("Nước đang rút ở Hoàn Kiếm")


def _measure(dsn: str) -> None:
    """Let the sensor say that the water fell, twenty minutes after the center's day began."""
    with psycopg.connect(dsn, autocommit=True) as telemetry:
        for minute in range(20, 33, 2):
            tell(telemetry, DEVICE, "depth", 0.02, later(minute))
        tell(telemetry, DEVICE, "level", 4.8, later(30))
