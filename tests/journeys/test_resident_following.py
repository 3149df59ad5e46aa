"""An follows what she has filed: withdraws, is refused, scans a code; others learn nothing of it."""

import io
import re
from collections.abc import Iterator
from uuid import uuid4

import pypdfium2
import pytest
import zxingcpp
from django.conf import settings
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pytest_django import DjangoDbBlocker

from dothi.config.supervisor import postgres
from dothi.dossiers.actions import receive
from dothi.foundation.papers.models import Paper
from tests.journeys.conftest import Shoot
from tests.journeys.residents import Walker, expect_heading
from tests.support.live import Live
from tests.support.standing import Standing
from tests.support.town import Town, town


@pytest.fixture(scope="module")
def running(
    cluster: postgres.Cluster, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    assert settings.ROOT_KEY_FILE is not None
    folder = tmp_path_factory.mktemp("town")
    live = Live()
    with live.listener, town(cluster, django_db_blocker, folder, settings.ROOT_KEY_FILE, live) as it:
        yield it


@pytest.fixture(scope="module")
def site(running: Town) -> str:
    return running.address


@pytest.fixture
def standing(running: Town) -> Standing:
    """An's dossiers."""
    return Standing(running)


@pytest.fixture
def an(page: Page, running: Town, shot: Shoot) -> Walker:
    """An, signed in."""
    walker = Walker(page, running, shot, "following")
    walker.sign_in("an")
    return walker


class TestWithdrawing:
    def test_asks_once_more_and_ends_the_work(self, an: Walker, standing: Standing) -> None:
        dossier = standing.accepted()
        an.page.goto(f"/dossiers/{dossier}/")
        an.go("main a:has-text('Rút hồ sơ')")
        expect(an.page.locator(".dt-warning")).to_contain_text("không mở lại được")
        an.go("main a:has-text('Không rút')")
        assert standing.row(dossier).state == "processing"
        an.go("main a:has-text('Rút hồ sơ')")
        an.press("Rút hồ sơ")
        expect(an.page.locator("main")).to_contain_text("Người nộp đã rút hồ sơ")
        assert standing.row(dossier).state == "withdrawn"
        expect(an.page.locator("main a:has-text('Rút hồ sơ')")).to_have_count(0)


class TestRefusal:
    def test_says_the_ground_the_law_and_how_to_complain(self, an: Walker, standing: Standing) -> None:
        dossier = standing.refused()
        an.page.goto(f"/dossiers/{dossier}/")
        reason = an.page.locator(".dt-faults--refused")
        for told in ("Không thuộc thẩm quyền", "Nơi thường trú ở Ba Đình", "Điều 9 khoản 3, 60/2014/QH13",
                     "khiếu nại quyết định này, gửi đến Ủy ban nhân dân"):  # fmt: skip
            expect(reason).to_contain_text(told)
        an.until(".dt-papers", "Phiếu từ chối (PDF)")
        an.seen("refused")


class TestLevelOne:
    def test_can_prepare_everything_and_is_told_how_to_be_allowed_to_file(
        self, page: Page, running: Town, shot: Shoot
    ) -> None:
        chau = Walker(page, running, shot, "following")
        chau.sign_in("chau")
        page.goto("/procedures/1.004873/begin/")
        expect(page.locator(".dt-notification--warning")).to_contain_text("mức độ 1")
        dossier = Standing(running, "chau").drafted()
        page.goto(f"/dossiers/{dossier}/check/")
        form = chau.form_of_this_page()
        chau.press("Nộp hồ sơ")
        expect_heading(page, "Nộp hồ sơ cần tài khoản mức độ 2")
        expect(page.locator("main")).to_contain_text("công an phường, xã")
        chau.seen("level")
        # The button leads elsewhere, and whoever posts its form all the same is refused.
        refused = page.request.post(
            form["address"], form={k: v for k, v in form.items() if k != "address"},
            headers={"Referer": form["address"]},
        )  # fmt: skip
        assert refused.status == 403
        assert Standing(running, "chau").row(dossier).state == "draft"


class TestAnother:
    def test_cannot_tell_her_things_from_such_as_do_not_exist(
        self, page: Page, running: Town, shot: Shoot, standing: Standing
    ) -> None:
        dossier = standing.returned()
        row = standing.row(dossier)
        paper = running.do(lambda: Paper.objects.filter(about__endswith=str(dossier)).order_by("id")[0].id)
        binh = Walker(page, running, shot, "following")
        binh.sign_in("binh")
        for address, thing in (
            ("/dossiers/{}/", dossier), ("/dossiers/{}/sent/", dossier), ("/dossiers/{}/check/", dossier),
            ("/dossiers/{}/withdraw/", dossier), ("/dossiers/{}/questions/holder/", dossier),
            ("/dossiers/{}/files/earlier_certificate/", dossier), ("/papers/{}/", paper),
            ("/papers/{}/proof/", paper), ("/vault/{}/", row.result_id),
        ):  # fmt: skip
            hers, nothing = (answered(binh, address.format(one)) for one in (thing, uuid4()))
            assert hers == nothing, "\n".join(set(hers[1].splitlines()) ^ set(nothing[1].splitlines()))[:3000]
            assert hers[0] == 404, address


def answered(one: Walker, address: str) -> tuple[int, str]:
    """Return status and words of a page, without what is made anew for each."""
    answer = one.page.request.get(address, max_redirects=0)
    return answer.status, re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|value=\"[^\"]*\"", "", answer.text())


class TestCode:
    def test_on_page_and_paper_leads_anyone_to_where_it_stands_and_why(
        self, an: Walker, standing: Standing, browser: Browser, running: Town
    ) -> None:
        dossier = standing.filed()
        code = standing.row(dossier).code
        an.page.goto(f"/dossiers/{dossier}/sent/")
        shown = Image.open(io.BytesIO(an.page.locator(".dt-qr__image").screenshot()))
        assert scanned(shown) == f"{running.address}/track/{code}/"
        an.until(".dt-papers", "Giấy xác nhận đã nộp, kèm bằng chứng (PDF)")
        paper = an.page.request.get(an.page.locator(".dt-papers a").first.get_attribute("href") or "")
        with pypdfium2.PdfDocument(paper.body()) as pdf:
            printed = scanned(pdf[0].render(scale=3).to_pil())
        assert printed.startswith(f"{running.address}/track/{code}/#leaf=")
        stranger = browser.new_page()
        stranger.goto(printed)
        expect(stranger.locator("main")).to_contain_text(code)
        # Filed and not yet accepted: no day is promised, but how the time is counted is said.
        expect(stranger.locator(".dt-why li")).not_to_have_count(0)
        assert "Nguyễn" not in stranger.inner_text("main")
        standing.act(receive.accept, dossier, "ha")
        stranger.reload()
        expect(stranger.locator("h2:has-text('Vì sao có ngày hẹn này')")).to_be_visible()
        expect(stranger.locator(".dt-why")).to_contain_text("Thời hạn: 3 ngày làm việc")
        stranger.close()


def scanned(picture: Image.Image) -> str:
    """Return what a phone reads from the only QR code of a picture."""
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    return str(found.text)


class TestOpenPage:
    def test_shows_a_new_state_without_being_loaded_again(self, an: Walker, standing: Standing) -> None:
        dossier = standing.filed()
        with an.page.expect_request("**/events?token=*"):
            an.page.goto(f"/dossiers/{dossier}/")
        an.page.evaluate("window.loadedOnce = true")
        standing.act(receive.accept, dossier, "ha")
        expect(an.page.locator("[data-live-region=clock]")).to_contain_text("Còn 3 ngày làm việc")
        assert an.page.evaluate("window.loadedOnce") is True
