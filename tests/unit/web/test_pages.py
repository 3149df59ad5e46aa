"""Policy, preferences, language and problems, by Django's own client; no database is touched."""

import json

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import OperationalError
from django.test import Client, RequestFactory

from dothi.kernel.problems import NotFound, Unavailable
from dothi.web.components.middleware import policy
from dothi.web.components.problems import TooMany, answer, server_error

ELSEWHERE = ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\t//evil")


@pytest.fixture
def client() -> Client:
    """A reader of localhost who has chosen nothing."""
    return Client(SERVER_NAME="localhost")


class TestPolicy:
    def test_lets_in_nothing_but_its_own_files(self) -> None:
        told = policy("http://localhost:8001/live", "https://id.example/issuer")
        assert told.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "connect-src 'self' http://localhost:8001;" in told
        assert "form-action 'self' https://id.example;" in told
        assert "frame-ancestors 'none'" in told
        assert "unsafe" not in told
        assert "data:" not in told

    def test_lets_in_what_lies_under_a_map(self) -> None:
        told = policy("http://localhost:8001/live", "", "https://tiles.example/style.json")
        assert "img-src 'self' blob: https://tiles.example;" in told
        assert "connect-src 'self' http://localhost:8001 https://tiles.example;" in told

    def test_goes_with_every_answer(self, client: Client) -> None:
        assert "default-src 'none'" in client.get("/components/view/").headers["Content-Security-Policy"]


class TestPages:
    @pytest.mark.parametrize("address", ["/components/", "/components/?shell=desk", "/components/view/"])
    def test_have_no_script_or_style_of_their_own(self, client: Client, address: str) -> None:
        page = client.get(address).content.decode()
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick" not in page
        assert "javascript:" not in page
        assert page.count("<script") == page.count('<script type="module" src="/static/')


class TestLanguage:
    def test_is_vietnamese_whatever_the_device_says(self, client: Client) -> None:
        page = client.get("/components/view/", headers={"Accept-Language": "en-US,en"})
        assert '<html lang="vi"' in page.content.decode()

    def test_changes_when_asked(self, client: Client) -> None:
        client.post("/components/language/", {"language": "en", "next": "/components/view/"})
        assert '<html lang="en"' in client.get("/components/view/").content.decode()

    def test_ignores_a_language_that_it_does_not_speak(self, client: Client) -> None:
        assert not client.post("/components/language/", {"language": "xx"}).cookies

    @pytest.mark.parametrize("elsewhere", ELSEWHERE)
    def test_never_leads_to_another_site(self, client: Client, elsewhere: str) -> None:
        answered = client.post("/components/language/", {"language": "en", "next": elsewhere})
        assert answered.headers["Location"] == "/"


class TestPreferences:
    def test_are_kept_and_shown(self, client: Client) -> None:
        client.post("/components/view/", {"size": "larger", "contrast": "dark"})
        assert "text-larger contrast-dark" in client.get("/components/view/").content.decode()

    def test_fall_back_when_the_cookie_is_nonsense(self, client: Client) -> None:
        client.cookies["dothi_view"] = '"><script>.dark'
        page = client.get("/components/view/").content.decode()
        assert "text-normal contrast-dark" in page


class TestProblem:
    def test_is_a_page_that_says_the_way_out(self) -> None:
        page = answer(_request(), NotFound())
        assert page.status_code == 404
        assert "Không tìm thấy" in page.content.decode()
        assert "Kiểm tra lại mã" in page.content.decode()

    def test_is_problem_json_for_programs(self) -> None:
        told = answer(_request(Accept="application/json"), TooMany())
        assert told.status_code == 429
        assert told.headers["Content-Type"] == "application/problem+json"
        assert json.loads(told.content)["type"] == "urn:dothi:problem:too-many"

    def test_says_how_long_to_wait_for_a_part_that_is_away(self) -> None:
        page = answer(_request(), Unavailable())
        assert (page.status_code, page.headers["Retry-After"]) == (503, "30")

    def test_is_a_wait_when_the_database_is_away(self) -> None:
        try:
            raise OperationalError
        except OperationalError:
            assert server_error(_request()).status_code == 503

    def test_needs_nothing_when_everything_may_be_broken(self) -> None:
        page = server_error(_request())
        assert page.status_code == 500
        assert 'lang="en"' in page.content.decode()

    def test_names_an_address_that_does_not_exist(self, client: Client) -> None:
        page = client.get("/no/such/page")
        assert page.status_code == 404
        assert "Không có trang này" in page.content.decode()


def _request(**headers: str) -> WSGIRequest:
    return RequestFactory().get("/x", headers=headers)
