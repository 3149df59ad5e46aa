"""A resident looks from a phone what is so in the ward: without signing in, without JavaScript."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import psycopg
import pytest
from playwright.sync_api import Page, expect
from pytest_django import DjangoDbBlocker

from dothi.config.supervisor import postgres
from dothi.foundation.clock import now
from dothi.incidents.actions import warnings as acts
from dothi.incidents.types import WarningId
from dothi.kernel.ids import new_id
from tests.conftest import connected_to
from tests.journeys.axe import assert_accessible, walk_by_keyboard
from tests.journeys.conftest import Shoot
from tests.support.center import BA_DINH, HOAN_KIEM, Center, center
from tests.support.told import tell
from tests.support.warnings import WORDS, new

WIDTHS = (320, 768, 1440)
HEADLINE = WORDS["vi"].headline


@pytest.fixture(scope="module")
def shift(cluster: postgres.Cluster, site_dsn: str, django_db_blocker: DjangoDbBlocker) -> Iterator["Shift"]:
    """The center at work in the database of the pages, apart from the browser's loop."""
    name = psycopg.conninfo.conninfo_to_dict(site_dsn)["dbname"]
    with django_db_blocker.unblock(), ThreadPoolExecutor(1) as apart:
        connection = connected_to(cluster, str(name))
        apart.submit(connection.__enter__).result()
        ioc = apart.submit(center).result()
        _measure(cluster, str(name))
        yield Shift(apart, ioc)
        apart.submit(connection.__exit__, None, None, None).result()


class Shift:
    """Vân and Bảo: who drafts and who approves."""

    def __init__(self, apart: ThreadPoolExecutor, ioc: Center) -> None:
        self._apart, self._ioc = apart, ioc

    def draft(self) -> WarningId:
        at = now()
        told = new(onset_at=at, expires_at=at + timedelta(hours=6))
        return self._apart.submit(
            lambda: acts.draft(new=told, actor=self._ioc.van, at=at, key=new_id())
        ).result()

    def approve(self, key: WarningId) -> None:
        self._apart.submit(
            lambda: acts.approve(warning_id=key, actor=self._ioc.bao, at=now(), key=new_id())
        ).result()

    def cancel(self, key: WarningId) -> None:
        at = now()
        last = self._apart.submit(
            lambda: acts.draft_cancel(replaces=key, words=WORDS, actor=self._ioc.van, at=at, key=new_id())
        ).result()
        self.approve(last)


def _measure(cluster: postgres.Cluster, name: str) -> None:
    with psycopg.connect(cluster.dsn("dothi_telemetry", name), autocommit=True) as telemetry:
        tell(telemetry, "rain-00070", "rain", 41.5, _ago(200))
        for hour in range(3):
            tell(telemetry, "pm25-us-embassy", "pm25", 35.0, _ago(125 - 60 * hour), BA_DINH)
        tell(telemetry, "ngap-hang-bai", "flooded", 1, _ago(4))
        tell(telemetry, "ngap-hang-bai", "depth", 0.35, _ago(4))
        tell(telemetry, "ngap-ly-thai-to", "flooded", 0, _ago(4))


def _ago(minutes: float) -> datetime:
    return now() - timedelta(minutes=minutes)


class TestResident:
    def test_chooses_a_ward_and_sees_the_warning_only_once_it_is_approved(
        self, plain_page: Page, shift: Shift
    ) -> None:
        plain_page.set_viewport_size({"width": 320, "height": 800})
        draft = shift.draft()
        plain_page.goto("/")
        plain_page.click("text=Chọn phường, xã")
        plain_page.select_option("select[name=ward]", HOAN_KIEM)
        plain_page.click("main form button")
        expect(plain_page.locator("main")).to_contain_text("41,5 mm")
        expect(plain_page.locator("main")).to_contain_text("Không có cảnh báo nào đang có hiệu lực")
        assert HEADLINE not in plain_page.content()
        shift.approve(draft)
        plain_page.reload()
        expect(plain_page.locator(".dt-alarm")).to_contain_text(HEADLINE)
        plain_page.goto("/track/")
        plain_page.click(f".dt-alarm >> text={HEADLINE}")
        expect(plain_page.locator("main")).to_contain_text(WORDS["vi"].instruction)
        shift.cancel(draft)
        plain_page.goto("/my-ward/")
        expect(plain_page.locator(".dt-alarm")).to_have_count(0)

    def test_reads_it_at_every_width_in_english_and_by_keyboard(
        self, page: Page, shift: Shift, shot: Shoot
    ) -> None:
        draft = shift.draft()
        shift.approve(draft)
        page.goto(f"/my-ward/?ward={HOAN_KIEM}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert_accessible(page)
            shot(page, f"my-ward-{width}")
        page.goto(f"/warnings/{draft}/")
        assert_accessible(page)
        shot(page, "warning-1440")
        page.goto("/my-ward/")
        page.click("button[name=language]")
        page.set_viewport_size({"width": 320, "height": 800})
        expect(page.locator(".dt-alarm")).to_contain_text(WORDS["en"].headline)
        expect(page.locator("main")).to_contain_text("Old figure")
        assert_accessible(page)
        shot(page, "my-ward-english-320")
        assert any("dt-alarm__link" in one for one in walk_by_keyboard(page))
        shift.cancel(draft)
