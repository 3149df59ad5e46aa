"""A resident signs in without JavaScript; an official signs in by code, adds a passkey, comes back by it."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Page
from pytest_django import DjangoDbBlocker

from dothi.config.supervisor import postgres
from tests.conftest import _connect
from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import Shoot
from tests.support.identity import running_idp
from tests.support.pages import serving
from tests.support.people import PASSWORD, code_now, give_post, official


@pytest.fixture(scope="module")
def site(
    cluster: postgres.Cluster, site_dsn: str, django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:  # fmt: skip
    """The pages with an official in the database and the demo provider beside them."""
    with django_db_blocker.unblock(), ThreadPoolExecutor(1) as apart:
        # Apart, for the browser's loop runs in this thread and Django refuses to block it.
        apart.submit(_employ, cluster, site_dsn.rsplit("/", 1)[1]).result()
    folder: Path = tmp_path_factory.mktemp("idp")
    listener = socket.create_server(("127.0.0.1", 0))
    issuer = f"http://localhost:{listener.getsockname()[1]}"
    key = folder / "idp" / "client.pem"
    with (
        serving(site_dsn, idp_url=issuer, idp_client_key_file=str(key)) as address,
        running_idp(folder, address, listener=listener),
    ):
        yield address


def _employ(cluster: postgres.Cluster, database: str) -> None:
    before = dict(connections["default"].settings_dict)
    _connect(cluster, database)
    give_post(official(), ["process"])
    connections.close_all()
    connections["default"].settings_dict.update(before)


class TestResident:
    def test_signs_in_and_out_without_javascript(self, plain_page: Page, site: str, shot: Shoot) -> None:
        plain_page.set_viewport_size({"width": 320, "height": 720})
        plain_page.goto("/account/security/")
        shot(plain_page, "sign-in-320")
        plain_page.click("main form button")
        assert "BẢN MÔ PHỎNG" in plain_page.inner_text("body")
        assert plain_page.evaluate("document.documentElement.scrollWidth") <= 320
        shot(plain_page, "idp-320")
        plain_page.check("input[value=binh]")
        plain_page.click("button[value=agree]")
        plain_page.wait_for_url(f"{site}/account/security/")
        assert "Trần Văn Bình" in plain_page.inner_text("body")
        plain_page.click(".dt-menu summary")
        plain_page.click(".dt-menu__out")
        plain_page.wait_for_url(f"{site}/account/signed-out/")

    def test_is_told_what_to_do_when_vneid_knows_nobody(self, plain_page: Page, shot: Shoot) -> None:
        plain_page.goto("/account/sign-in/?next=/account/security/")
        plain_page.click("main form button")
        plain_page.click("summary")
        plain_page.check("input[value=unknown]")
        plain_page.click("button[value=agree]")
        assert "không tìm thấy công dân" in plain_page.inner_text("h1")
        shot(plain_page, "citizen-unknown")


class TestOfficial:
    def test_signs_in_by_code_adds_a_passkey_and_comes_back_by_it(
        self, page: Page, site: str, shot: Shoot
    ) -> None:
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        page.goto("/account/official/?next=/account/security/")
        assert_accessible(page)
        page.fill("#username", "minh.hoankiem")
        page.fill("#password", PASSWORD)
        page.click("main form:not([data-passkey]) button")
        page.fill("#code", code_now())
        page.click("main form button")
        page.wait_for_url(f"{site}/account/security/")
        page.goto("/account/security/passkey/")
        page.click("form[data-passkey] button")
        page.wait_for_url(f"{site}/account/security/")
        assert_accessible(page)
        shot(page, "security-official")
        page.click(".dt-menu summary")
        page.click(".dt-menu__out")
        page.goto("/account/official/?next=/account/security/")
        page.click("form[data-passkey] button")
        page.wait_for_url(f"{site}/account/security/")


DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
