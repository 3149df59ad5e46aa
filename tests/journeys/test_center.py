"""The operations center in a storm: it rises on the screen, people act, residents read, the past is there."""

import re
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pytest_django import DjangoDbBlocker

from dothi.config.supervisor import postgres
from dothi.foundation.clock import HANOI, civil_date
from tests.journeys.axe import assert_accessible, contrast_faults, walk_by_keyboard
from tests.journeys.conftest import ALL_PICTURES, Shoot
from tests.journeys.screen import (
    COUNT_TONES,
    KEEP_MAP,
    PLAYED,
    goes_home_until_it_is_moved,
    names_stand_where_there_is_room,
)
from tests.support.chromium import opened
from tests.support.desk import Desk
from tests.support.devices import Ingest, ingest
from tests.support.live import Live
from tests.support.ruling import a_failure, a_shadow, a_wet_year
from tests.support.storm import draw_stops, draw_wards, rain, set_up_gauges, tell
from tests.support.town import Town, town, watching
from tests.support.waiting import PATIENCE_S

WIDTHS = ((320, 900), (768, 1024), (1440, 900))
SHOWN = WIDTHS if ALL_PICTURES else WIDTHS[-1:]
WALL = (3840, 2160)
"""Drawn with PICTURES=all only: without a graphics card two cores draw such a map for ten seconds."""
FALLS = 252
"""What the storm of three hours adds at the worst gauge, in mm."""

DRAWN = 60
"""Colors that a drawn map has at least; one that was not drawn has its ground only."""


@pytest.fixture(scope="module")
def running(
    live: Live, cluster: postgres.Cluster, django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Town]:  # fmt: skip
    """A town with its wards drawn and its watcher at work."""
    root_key = Path(settings.ROOT_KEY_FILE or "")
    with town(cluster, django_db_blocker, tmp_path_factory.mktemp("town"), root_key, live) as it:
        it.do(draw_wards, it)
        it.do(draw_stops, it)
        it.do(set_up_gauges, datetime.now(UTC) - timedelta(days=1))
        with watching(it, root_key):
            yield it


@pytest.fixture(scope="module")
def door(running: Town) -> Iterator[Ingest]:
    """The town's MQTT door."""
    with ingest(running.dsn("dothi_telemetry"), running.folder / "ingest.log") as it:
        yield it


@pytest.fixture(scope="module")
def phone(browser: Browser, running: Town) -> Iterator[Page]:
    """A resident's phone, without JavaScript."""
    with ExitStack() as stack:
        yield stack.enter_context(opened(browser, running.address, scripts=False))


def screen(page: Page, address: str = "/center/") -> None:
    """Open the screen and wait until its map stands still."""
    page.goto(address)
    expect(page.locator("[data-map][data-idle]")).to_be_attached(timeout=PATIENCE_S * 1_000)


def begin(page: Page) -> None:
    """Open the screen where nothing is asked of its map."""
    page.goto("/center/")
    expect(page.locator("[data-live-sign]")).to_have_attribute("data-live", "true")


def back_to_now(page: Page) -> None:
    """Let the screen show the present again."""
    page.locator("[data-now]").click()
    expect(page.locator(".ct-past")).to_have_count(0)


def colors(page: Page, folder: Path) -> int:
    """Return how many colors the map shows."""
    target = folder / "map.png"
    page.locator(".ct-stage").screenshot(path=target)
    with Image.open(target) as image:
        return len(image.convert("RGB").getcolors(maxcolors=1 << 24) or ())


def value(page: Page, label: str) -> str:
    """Return what a figure says."""
    tile = page.locator(".ct-tile", has_text=label)
    return tile.locator(".ct-tile__value").inner_text()


def millimeters(page: Page) -> int:
    """Return what the rain figure says; 0 while no gauge has told anything."""
    return int("".join(filter(str.isdigit, value(page, "Mưa lớn nhất").partition(" mm")[0])) or 0)


def _shown(page: Page, shot: Shoot, name: str, sizes: Sequence[tuple[int, int]] = SHOWN) -> None:
    """Take the picture of a page of the thread; with PICTURES=all at each size."""
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        shot(page, f"{name}-{width}")


def _rises(desk: Desk, door: Ingest, running: Town, shot: Shoot) -> None:
    page = desk.at("van")
    screen(page)
    expect(page.locator("[data-live-sign]")).to_have_attribute("data-live", "true")
    fallen = millimeters(page)
    running.do(tell, door.port, rain(datetime.now(UTC), 3))
    expect(page.locator(".ct-tile", has_text="Mưa lớn nhất")).to_contain_text(f"{fallen + FALLS} mm")
    expect(page.locator(".ct-strip")).to_contain_text("Phường Hoàn Kiếm: mưa")
    assert value(page, "Điểm ngập") == "1"
    assert colors(page, running.folder) >= DRAWN
    _shown(page, shot, "thread-center", (*SHOWN, WALL) if ALL_PICTURES else SHOWN)
    page.set_viewport_size({"width": 1280, "height": 900})


def _becomes_an_incident(desk: Desk, shot: Shoot) -> None:
    page = desk.at("van")
    page.locator(".ct-strip a", has_text="Phường Hoàn Kiếm: mưa").first.click()
    expect(page.locator("main")).to_contain_text("thì không có cảnh báo này")
    shot(page, "thread-center-alert")
    page.get_by_role("button", name="Tiếp nhận").click()
    expect(page.locator(".dt-notification--success")).to_contain_text("Đã tiếp nhận")
    page.get_by_role("link", name="Mở sự cố").click()
    page.fill("#open-title", "Ngập phố Hàng Bài")
    page.select_option("#open-type", "flood")
    page.get_by_role("button", name="Mở sự cố này").click()
    expect(page.locator("h1")).to_have_text("Ngập phố Hàng Bài")


def _brings_the_nearest_pump_team(desk: Desk, shot: Shoot) -> None:
    page = desk.at("van")
    first = page.locator(".ct-units__first")
    expect(first).to_contain_text("gần nhất và phù hợp")
    first.get_by_role("button").click()
    expect(page.locator(".ct-units").first).to_contain_text("đang đến")
    shot(page, "thread-center-incident")


def _asks_the_ward(desk: Desk, shot: Shoot) -> None:
    page, ward = desk.at("van"), desk.at("minh")
    page.click("#act-assign summary")
    page.fill("#assign-words", "Chở 200 bao cát tới phố Hàng Bài")
    page.click("#act-assign button")
    expect(page.locator("main")).to_contain_text("Chở 200 bao cát tới phố Hàng Bài")
    ward.goto("/desk/")
    ward.get_by_role("link", name="Trung tâm giao: Chở 200 bao cát").click()
    ward.get_by_role("button", name="Nhận nhiệm vụ").click()
    ward.fill("#report-note", "Đã chở đủ")
    shot(ward, "thread-center-agency")
    ward.get_by_role("button", name="Báo đã làm xong").click()
    expect(ward.locator("main")).to_contain_text("Đã báo xong")
    page.reload()
    expect(page.locator("main")).to_contain_text("Cơ quan báo đã xong")
    shot(page, "thread-center-asked")


def _is_told_in_one_timeline(desk: Desk) -> None:
    page = desk.at("van")
    begin(page)
    lines = page.locator(".ct-lines")
    for said in ("Mở sự cố", "Đã giao cho cơ quan", "tới người dân", "đang đến"):
        expect(lines).to_contain_text(said)
    for part in ("alert", "incident", "unit", "warning", "shift"):
        page.uncheck(f'[name="part-of"][value="{part}"]')
    expect(lines).not_to_contain_text("đang đến")
    expect(lines).to_contain_text("Đã giao cho cơ quan")
    page.get_by_role("link", name="Toàn bộ dòng thời gian").click()
    expect(page.locator(".ct-lines")).to_contain_text("Cơ quan báo đã xong")


def _draws_bus_stops_when_asked_by_keyboard(desk: Desk) -> None:
    page, asked = desk.at("van"), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(KEEP_MAP)
    screen(page)
    names_stand_where_there_is_room(page)
    goes_home_until_it_is_moved(page)
    frame, box = page.locator(".ct-map"), page.locator('input[data-extra="stops"]')
    assert not [one for one in asked if "/layers/" in one]
    for state in ("true", "false", "true"):
        box.press("Space")
        expect(frame).to_have_attribute("data-extra", f"stops {state}")
    assert len([one for one in asked if one.endswith("/layers/stops.json")]) == 1
    expect(page).to_have_url(re.compile(r"/center/\?layer=stops$"))
    expect(page.locator("[data-hung]")).to_have_attribute("href", re.compile("layer=stops"))
    page.locator("[data-slider]").press("Home")
    expect(page.locator(".ct-key__none")).to_have_text("Đến lúc đó chưa có dữ liệu về: Điểm dừng xe buýt")
    units = page.locator(".ct-nav").get_by_role("link", name="Lực lượng")
    expect(units).to_have_attribute("href", re.compile(r"\?at="))
    back_to_now(page)
    expect(page.locator(".ct-key__none")).to_have_text("")
    page.locator('a[href="/center/layers/stops"]').click()
    page.fill("#q", "hang bai")
    page.get_by_role("button", name="Tìm").click()
    expect(page.locator("main")).to_contain_text("Bến Hàng Bài")
    page.goto("/center/?wall=1&layer=stops")
    expect(frame).to_have_attribute("data-extra", "stops true")


def _plays_and_pauses(desk: Desk) -> None:
    page = desk.at("van")
    shown = page.locator("[data-screen]")
    page.select_option("[data-speed]", "12")
    play = page.locator("[data-play]")
    play.click()
    page.wait_for_function(PLAYED, arg=3)
    expect(play).to_have_attribute("aria-pressed", "true")
    first, second = page.evaluate("window.moments.slice(-2)")
    assert datetime.fromisoformat(second) - datetime.fromisoformat(first) == timedelta(hours=1)
    play.click()
    expect(play).to_have_attribute("aria-pressed", "false")
    expect(shown).to_have_attribute("data-busy", "")


def _rings_for_what_nobody_answered(desk: Desk) -> None:
    page = desk.at("van")
    begin(page)
    page.evaluate(COUNT_TONES)
    expect(page.locator("[data-unanswered]")).not_to_have_attribute("data-unanswered", "0")
    page.locator("[data-sound]").click()
    expect(page.locator("[data-sound]")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("window.tones") == 2
    page.locator("[data-sound]").click()
    assert page.evaluate("window.tones") == 2
    page.locator("[data-slider]").press("Home")
    expect(page.locator(".ct-past")).to_contain_text("Quá khứ")
    page.locator("[data-sound]").click()
    assert page.evaluate("window.tones") == 4, "who looks at the past still hears of the present"
    page.locator("[data-sound]").click()
    back_to_now(page)


def _says_when_it_cannot_be_renewed(desk: Desk) -> None:
    with closing(desk.at("van").context.new_page()) as page:  # which says of the lost answer what it should
        begin(page)
        said = page.get_by_role("alert")
        expect(said).to_have_count(0)
        page.route("**/center/?part=1*", lambda route: route.fulfill(status=502))
        slider = page.locator("[data-slider]")
        slider.press("ArrowLeft")
        expect(said).to_contain_text("chưa cập nhật được từ")
        assert_accessible(page)
        page.unroute("**/center/?part=1*")
        slider.press("ArrowRight")
        expect(said).to_have_count(0)


def _is_warned_of(desk: Desk, phone: Page, shot: Shoot) -> None:
    page = desk.at("van")
    page.get_by_role("link", name="Soạn cảnh báo cho người dân").click()
    for language, words in (("vi", "Ngập sâu quanh hồ Hoàn Kiếm"), ("en", "Deep water around the lake")):
        page.fill(f"#draft-headline_{language}", words)
        page.fill(f"#draft-description_{language}", words)
        page.fill(f"#draft-instruction_{language}", words)
    page.select_option("#draft-hazard", "flood")
    page.locator("#draft-headline_en").press("Enter")  # which keeps the draft, and takes no group of wards
    expect(page.locator("main")).to_contain_text("chờ duyệt")
    expect(page.get_by_role("button", name="Duyệt và phát")).to_have_count(0)
    phone.goto("/my-ward/?ward=00070")
    expect(phone.locator("main")).not_to_contain_text("Ngập sâu quanh hồ")
    lead = desk.at("bao")
    lead.goto("/center/")
    lead.locator(".ct-strip a", has_text="Ngập sâu quanh hồ").click()
    lead.get_by_role("button", name="Duyệt và phát").click()
    expect(lead.locator(".dt-notification--success")).to_contain_text("Đã phát")
    lead.get_by_role("link", name="Cảnh báo công cộng").first.click()
    expect(lead.locator("main")).to_contain_text("đang có hiệu lực")
    _shown(lead, shot, "center-warnings", WIDTHS if ALL_PICTURES else ())
    phone.goto("/my-ward/?ward=00070")
    expect(phone.locator("main")).to_contain_text("Ngập sâu quanh hồ Hoàn Kiếm")
    phone.set_viewport_size({"width": 390, "height": 844})
    shot(phone, "thread-center-phone")


def _is_not_there_the_evening_before(desk: Desk, shot: Shoot) -> None:
    page = desk.at("van")
    back_to_now(page)
    expect(page.locator(".ct-strip")).to_contain_text("Ngập phố Hàng Bài")
    slider = page.locator("[data-slider]")
    slider.focus()
    slider.press("Home")
    expect(page.locator(".ct-past")).to_contain_text("Quá khứ")
    expect(page.locator(".ct-strip")).not_to_contain_text("Ngập phố Hàng Bài")
    expect(page.locator(".ct-strip")).not_to_contain_text("mưa")
    assert millimeters(page) == 0
    shot(page, "thread-center-past")
    assert_accessible(page)
    back_to_now(page)
    expect(page.locator(".ct-strip")).to_contain_text("Ngập phố Hàng Bài")


def _is_looked_back_at_without_javascript(desk: Desk, browser: Browser, running: Town) -> None:
    then = datetime.now(HANOI) - timedelta(hours=10)
    cookies = desk.at("van").context.cookies()
    with opened(browser, running.address, scripts=False) as plain:
        plain.context.add_cookies(cookies)  # type: ignore[arg-type]  # as they were given
        plain.goto("/center/")
        expect(plain.locator(".ct-strip")).to_contain_text("Ngập phố Hàng Bài")
        plain.fill('[name="on"]', f"{then:%Y-%m-%d}")
        plain.fill('[name="clock"]', f"{then:%H:%M}")
        plain.get_by_role("button", name="Xem").click()
        expect(plain.locator(".ct-past")).to_contain_text("Quá khứ")
        expect(plain.locator(".ct-strip")).not_to_contain_text("Ngập phố Hàng Bài")


class TestStorm:
    def test_rises_is_answered_warned_of_and_looked_back_at(
        self, desk: Desk, door: Ingest, running: Town, phone: Page, browser: Browser, shot: Shoot
    ) -> None:
        """One story: each step stands on the one before."""
        _rises(desk, door, running, shot)
        _becomes_an_incident(desk, shot)
        _brings_the_nearest_pump_team(desk, shot)
        _asks_the_ward(desk, shot)
        _is_warned_of(desk, phone, shot)
        _is_told_in_one_timeline(desk)
        _draws_bus_stops_when_asked_by_keyboard(desk)
        _rings_for_what_nobody_answered(desk)
        _plays_and_pauses(desk)
        _says_when_it_cannot_be_renewed(desk)
        _is_not_there_the_evening_before(desk, shot)
        _is_looked_back_at_without_javascript(desk, browser, running)


class TestLive:
    def test_comes_back_by_itself_when_the_live_process_was_killed(
        self, desk: Desk, live: Live, door: Ingest, running: Town
    ) -> None:
        context = desk.at("van").context
        desk.look_away()
        with closing(context.new_page()) as page:  # which says of the lost stream what it should
            begin(page)
            sign = page.locator("[data-live-sign]")
            live.servers[-1].end(signal.SIGKILL)
            expect(sign).to_have_attribute("data-live", "false")
            live.servers[-1].begin()
            expect(sign).to_have_attribute("data-live", "true")
            before = value(page, "Mưa lớn nhất")
            running.do(tell, door.port, rain(datetime.now(UTC), 0.2))
            expect(
                page.locator(".ct-tile", has_text="Mưa lớn nhất").locator(".ct-tile__value")
            ).not_to_have_text(before)


class TestShift:
    def test_is_handed_over_with_what_is_open(self, desk: Desk, shot: Shoot) -> None:
        page, lead = desk.at("van"), desk.at("bao")
        page.goto("/center/shifts/")
        page.click("#act-hand summary")
        page.fill("#hand-note", "Đội bơm đang ở Hàng Bài")
        page.get_by_role("button", name="Bàn giao ca").click()
        expect(page.locator("main")).to_contain_text("chờ nhận")
        lead.goto("/center/shifts/")
        lead.get_by_role("button", name="Nhận bàn giao ca").click()
        expect(lead.locator("main")).to_contain_text(re.compile("Trưởng ca trực nhận"))
        shot(lead, "thread-center-shifts")


class TestReport:
    def test_is_made_by_one_press_and_signed(self, desk: Desk) -> None:
        page = desk.at("van")
        page.goto("/center/")
        page.get_by_role("button", name="Báo cáo tình hình").click()
        opens = page.locator("a", has_text="Mở báo cáo")
        deadline = time.monotonic() + 120
        while not opens.count():
            assert time.monotonic() < deadline, page.inner_text("main")
            page.wait_for_timeout(200)
            page.reload()
        address = opens.get_attribute("href")
        answer = page.request.get(address or "")
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.body().startswith(b"%PDF")


def _reads_of_rules(page: Page, shot: Shoot) -> None:
    page.goto("/center/")
    page.get_by_role("link", name="Quy tắc cảnh báo").click()
    expect(page.locator("main")).to_contain_text("đang chạy")
    _shown(page, shot, "thread-rules")
    page.get_by_role("link", name="Mưa 100 mm trong 24 giờ").click()
    expect(page.locator("main")).to_contain_text("khi tổng trong 24 giờ gần nhất từ 100 mm trở lên")
    expect(page.locator("main")).to_contain_text("18/2021/QĐ-TTg")
    expect(page.get_by_role("button", name="Đưa phiên bản 3")).to_have_count(0)
    _shown(page, shot, "thread-rule")


def _tries_it_on_last_year(page: Page) -> str:
    """Try it without JavaScript; return the address of what came out."""
    page.goto("/center/rules/rain-24h-100")
    page.locator("#act-try summary").click()
    # The storm of another journey may have come in the last three hours, so perhaps yesterday.
    page.fill("#act-try [name=last]", (civil_date(datetime.now(UTC)) - timedelta(days=2)).isoformat())
    page.get_by_role("button", name="Chạy thử trên quá khứ").click()
    expect(page.locator("h1")).to_contain_text("chạy thử")
    deadline = time.monotonic() + 120
    while not page.locator("svg.ct-chart").count():
        assert time.monotonic() < deadline, page.inner_text("main")
        page.wait_for_timeout(200)
        page.reload()
    expect(page.locator("main")).to_contain_text("Phiên bản 2 sẽ phát 3 cảnh báo ở 1 trên 3 nơi")
    expect(page.locator("main")).to_contain_text("Phiên bản 3 sẽ phát 1 cảnh báo")
    return page.url


def _reads_what_came_out(page: Page, address: str, shot: Shoot) -> None:
    page.goto(address)
    _shown(page, shot, "thread-trial")
    assert_accessible(page)


def _is_promoted_by_its_keeper(page: Page, shot: Shoot) -> None:
    page.goto("/center/rules/rain-24h-100")
    expect(page.locator("main")).to_contain_text("Phiên bản 3 tạm ngừng vì lỗi")
    expect(page.locator("main")).to_contain_text("ZeroDivisionError")
    shot(page, "thread-rule-quarantine")
    assert_accessible(page)
    page.get_by_role("button", name="Cho phiên bản 3 chạy lại").click()
    expect(page.locator(".dt-notification--success")).to_contain_text("Quy tắc đã được chạy lại")
    page.locator("summary", has_text="Đưa phiên bản 3").click()
    page.get_by_role("button", name="Đưa phiên bản 3").click()
    expect(page.locator(".dt-notification--success")).to_contain_text("đã được đưa vào chạy")
    expect(page.locator("main")).to_contain_text("ngưỡng (fire_at)")


class TestRule:
    def test_is_tried_on_last_year_beside_its_shadow_and_promoted_by_its_keeper(
        self, desk: Desk, browser: Browser, running: Town, shot: Shoot
    ) -> None:
        """One story: each step stands on the one before."""
        running.do(a_wet_year, running)
        running.do(a_shadow, "rain-24h-100", 150)
        page = desk.at("van")
        _reads_of_rules(page, shot)
        with opened(browser, running.address, scripts=False) as plain:
            plain.context.add_cookies(page.context.cookies())  # type: ignore[arg-type]  # as they were given
            address = _tries_it_on_last_year(plain)
        _reads_what_came_out(page, address, shot)
        running.do(a_failure, "rain-24h-100", "3")
        _is_promoted_by_its_keeper(desk.at("nam"), shot)


class TestThemes:
    @pytest.mark.parametrize("theme", ["light", "high"])
    def test_can_be_read_in_each(self, desk: Desk, theme: str) -> None:
        with closing(desk.at("van").context.new_page()) as page:
            page.goto("/center/")
            assert contrast_faults(page, theme) == []


class TestKeyboard:
    def test_reaches_all_of_the_screen_and_leaves_the_map_in_forced_colors(self, desk: Desk) -> None:
        with closing(desk.at("van").context.new_page()) as page:
            page.emulate_media(forced_colors="active", reduced_motion="reduce")
            screen(page)
            walked = walk_by_keyboard(page)
            for part in (
                "maplibregl-canvas",
                "data-extra",
                "ct-strip",
                "data-slider",
                "data-hung",
                "part-of",
            ):
                assert any(part in one for one in walked), part
            assert page.evaluate("document.getAnimations().length") == 0
