"""The doors of warnings for residents, and what a ward knows of itself: nothing, figures, a warning."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from xml.etree import ElementTree as Xml

import pytest
from django.db import connection
from django.test import Client

from dothi.config.supervisor import postgres
from dothi.foundation.clock import now
from dothi.incidents.messages import PAGE
from dothi.incidents.warning_types import Status, Wording
from dothi.sectors.environment import vn_aqi
from tests.support import center as centers
from tests.support.center import BA_DINH, HOAN_KIEM, Center
from tests.support.told import Telemetry, telemetry_of, tell
from tests.support.warnings import WORDS, canceled, issued

ATOM = {"atom": "http://www.w3.org/2005/Atom"}
HEADLINE = WORDS["vi"].headline


@pytest.fixture
def ioc(db: None, monkeypatch: pytest.MonkeyPatch) -> Center:
    """A center whose clock begins an hour ago: pages ask for the present."""
    began = now() - timedelta(hours=1)
    monkeypatch.setattr(centers, "AT", began)
    monkeypatch.setattr("tests.support.warnings.AT", began)
    return centers.center()


@pytest.fixture
def browser() -> Client:
    return Client(SERVER_NAME="localhost")


def seen(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


class TestMyWard:
    def test_asks_for_a_ward_first(self, ioc: Center, browser: Client) -> None:
        page = seen(browser, "/my-ward/")
        assert "Phường Hoàn Kiếm" in page
        assert "Mưa" not in page

    def test_names_wards_by_their_type_in_the_language_of_the_page(
        self, ioc: Center, browser: Client
    ) -> None:
        browser.cookies["django_language"] = "en"
        page = seen(browser, "/my-ward/")
        assert "Hoàn Kiếm Ward" in page
        assert "Phường" not in page
        assert "Xã " not in page

    def test_says_where_nothing_is_known(self, ioc: Center, browser: Client) -> None:
        page = seen(browser, f"/my-ward/?ward={HOAN_KIEM}")
        assert page.count("Chưa biết:") == 3
        assert "Không có cảnh báo nào đang có hiệu lực" in page

    def test_keeps_the_ward_for_every_other_page(self, ioc: Center, browser: Client) -> None:
        issued(ioc)
        assert HEADLINE not in seen(browser, "/")
        assert "dt-alarm__link" in seen(browser, f"/my-ward/?ward={HOAN_KIEM}")
        assert HEADLINE in seen(browser, "/")
        seen(browser, f"/my-ward/?ward={BA_DINH}")
        assert HEADLINE not in seen(browser, "/")

    @pytest.mark.parametrize("ward", ["99999", "<script>", "' or 1=1", "\u0660\u0660\u0660\u0667\u0660"])
    def test_tells_of_no_ward_that_is_not_there(self, ioc: Center, browser: Client, ward: str) -> None:
        answer = browser.get("/my-ward/", {"ward": ward})
        assert answer.status_code == 200
        assert "Hiện không có phường, xã này" in answer.content.decode()
        assert "dothi_ward" not in answer.cookies

    def test_bears_any_cookie(self, ioc: Center, browser: Client) -> None:
        for value in ("x" * 4000, "00070'", "²²²²²"):
            browser.cookies["dothi_ward"] = value
            seen(browser, "/my-ward/")

    def test_speaks_english(self, ioc: Center, browser: Client) -> None:
        issued(ioc)
        browser.cookies["django_language"] = "en"
        page = seen(browser, f"/my-ward/?ward={HOAN_KIEM}")
        assert WORDS["en"].headline in page
        assert "Chưa biết" not in page


class TestBanner:
    def test_of_all_wards_stands_on_every_page(self, ioc: Center, browser: Client) -> None:
        issued(ioc, wards=(HOAN_KIEM, BA_DINH))
        for path in ("/", "/procedures/", "/track/", "/my-ward/", "/account/sign-in/"):
            assert "dt-alarm__link" in seen(browser, path), path

    def test_goes_with_the_warning(self, ioc: Center, browser: Client) -> None:
        first = issued(ioc, wards=(HOAN_KIEM, BA_DINH))
        canceled(ioc, first, 10)
        assert "dt-alarm__link" not in seen(browser, "/")

    def test_is_text_whatever_was_written(self, ioc: Center, browser: Client) -> None:
        evil = Wording("<script>alert(1)</script>", "<img src=x onerror=1>", "</p><script>")
        key = issued(ioc, wards=(HOAN_KIEM, BA_DINH), words={"vi": evil, "en": evil})
        for path in ("/", f"/my-ward/?ward={HOAN_KIEM}", f"/warnings/{key}/", "/warnings/"):
            page = seen(browser, path)
            assert "<script>alert" not in page
            assert "<img src=x" not in page
            assert "&lt;script&gt;" in page

    def test_costs_one_statement(self, ioc: Center, browser: Client) -> None:
        connection.force_debug_cursor = True
        try:
            connection.queries_log.clear()
            seen(browser, "/track/")
            asked = [one["sql"] for one in connection.queries_log if "incidents_publicwarning" in one["sql"]]
        finally:
            connection.force_debug_cursor = False
        assert len(asked) == 1


class TestDoors:
    @pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST])
    def test_are_closed_to_an_exercise(self, ioc: Center, browser: Client, status: Status) -> None:
        key = issued(ioc, status=status, wards=(HOAN_KIEM, BA_DINH))
        for path in ("/", f"/my-ward/?ward={HOAN_KIEM}", "/my-ward/", "/warnings/", "/warnings/feed.atom"):
            page = seen(browser, path)
            assert HEADLINE not in page
            assert str(key) not in page
        for path in (f"/warnings/{key}/", f"/warnings/{key}/cap.xml"):
            assert browser.get(path).status_code == 404

    def test_tell_of_an_actual_one(self, ioc: Center, browser: Client) -> None:
        key = issued(ioc)
        assert HEADLINE in seen(browser, "/warnings/")
        assert WORDS["vi"].instruction in seen(browser, f"/warnings/{key}/")
        document = browser.get(f"/warnings/{key}/cap.xml")
        assert document["Content-Type"] == "application/cap+xml"
        assert PAGE.format(key) in document.content.decode()

    def test_say_what_became_of_one_that_ended(self, ioc: Center, browser: Client) -> None:
        first = issued(ioc)
        last = canceled(ioc, first, 10)
        assert "đã được thay bằng tin khác" in seen(browser, f"/warnings/{first}/")
        assert "hủy một cảnh báo trước đó" in seen(browser, f"/warnings/{last}/")

    def test_feed_gives_each_message_with_its_document(self, ioc: Center, browser: Client) -> None:
        first = issued(ioc)
        last = canceled(ioc, first, 10)
        feed = Xml.fromstring(seen(browser, "/warnings/feed.atom"))
        links = [link.get("href") for link in feed.findall("atom:entry/atom:link[@rel='enclosure']", ATOM)]
        assert [str(link).split("/")[-2] for link in links] == [str(last), str(first)]
        for link in links:
            assert browser.get("/" + str(link).split("/", 3)[3]).status_code == 200
        assert feed.findtext("atom:title", "", ATOM) == "Cảnh báo công cộng tại Hà Nội"

    def test_empty_feed_is_a_feed(self, ioc: Center, browser: Client) -> None:
        assert Xml.fromstring(seen(browser, "/warnings/feed.atom")).findall("atom:entry", ATOM) == []


@pytest.fixture
def told(cluster: postgres.Cluster, fresh_database: str) -> Iterator[Telemetry]:
    """A connection as ingest has one, to a database of this test's own."""
    with telemetry_of(cluster, fresh_database) as telemetry:
        yield telemetry


def ago(minutes: float) -> datetime:
    return now() - timedelta(minutes=minutes)


class TestFigures:
    def test_have_age_and_source_and_grow_stale(self, told: Telemetry, browser: Client) -> None:
        centers.center()
        tell(told, "rain-00070", "rain", 5.5, ago(1500))
        tell(told, "rain-00070", "rain", 10.0, ago(300))
        tell(told, "rain-00070", "rain", 2.5, ago(200))
        for hour in range(3):
            tell(told, "pm25-us-embassy", "pm25", 35.0, ago(5 + 60 * (2 - hour)), BA_DINH)
            tell(told, "pm25-us-embassy", "no2", 420.0, ago(5 + 60 * (2 - hour)), BA_DINH)
        tell(told, "far-away", "o3", 900.0, ago(5), BA_DINH)
        tell(told, "ngap-hang-bai", "flooded", 1, ago(3))
        tell(told, "ngap-hang-bai", "depth", 0.35, ago(3))
        tell(told, "ngap-ly-thai-to", "flooded", 0, ago(3))
        tell(told, "ngap-ba-dinh", "flooded", 1, ago(3), BA_DINH)
        page = seen(browser, f"/my-ward/?ward={HOAN_KIEM}")
        assert "12,5 " in page
        assert "Trạm rain-00070, số liệu giả lập" in page
        assert page.count("dt-reading--stale") == 1
        index = vn_aqi.hourly({"pm25": [35.0] * 3, "no2": [420.0] * 3})
        assert index is not None
        assert (index.pollutant, index.value > 70) == ("no2", True)
        assert f">{index.value}<" in page
        assert "cao nhất: Nitơ điôxít NO2" in page
        assert "420,0 " in page
        assert "Ôzôn" not in page
        assert "35,0 " in page
        assert ">35 <" in page
        assert "Không ngập: Trạm ngap-ly-thai-to" in page
        assert "ngap-ba-dinh" not in page

    def test_of_a_gauge_that_fell_silent_are_not_nothing_fell(self, told: Telemetry, browser: Client) -> None:
        centers.center()
        tell(told, "rain-00070", "rain", 5.5, ago(1500))
        assert "không có trạm đo mưa nào" in seen(browser, f"/my-ward/?ward={HOAN_KIEM}")
