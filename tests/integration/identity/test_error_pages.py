"""Pages that say that something could not be shown: in the frame of who reads them, whom they know."""

import pytest
from django.test import Client

from dothi.web.components.middleware import MOST_BYTES
from tests.support.people import found_center, signed_in

pytestmark = pytest.mark.django_db
FRAMES = {"/center/": "ct-bar", "/desk/": "dt-desk", "/backoffice/": "dt-desk"}


def at_desk(*, checked: bool = False) -> Client:
    """Return the browser of an official who may process dossiers, and nothing of the center."""
    browser = Client(enforce_csrf_checks=checked, SERVER_NAME="localhost")
    return signed_in(browser, "ha.trang", ["process"], found_center())


def page(browser: Client, path: str, status: int) -> str:
    answer = browser.get(path)
    assert answer.status_code == status
    return answer.content.decode()


class TestOfOfficials:
    @pytest.mark.parametrize("room", FRAMES)
    def test_that_are_not_there_stand_in_the_frame_of_their_room(self, room: str) -> None:
        shown = page(at_desk(), f"{room}no-such-page", 404)
        assert FRAMES[room] in shown
        assert "/account/sign-in/" not in shown
        assert "/account/sign-out/" in shown
        assert "1900 1009" not in shown.partition("<main")[2]

    def test_that_are_refused_stand_there_too(self) -> None:
        assert "ct-bar" in page(at_desk(), "/center/warnings/new", 403)

    def test_of_forged_forms_stand_there_too(self) -> None:
        answer = at_desk(checked=True).post("/desk/find/", {})
        assert answer.status_code == 403
        assert "dt-desk" in answer.content.decode()

    def test_of_forged_forms_are_data_for_whoever_asks_for_data(self) -> None:
        asked = {"Accept": "application/problem+json"}
        answer = at_desk(checked=True).post("/desk/find/", {}, headers=asked)
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
        assert answer.json()["type"] == "urn:dothi:problem:form-too-old"

    @pytest.mark.parametrize("room", FRAMES)
    def test_of_bodies_that_are_too_large_stand_there_too(self, room: str) -> None:
        answer = at_desk().post(f"{room}any-page", CONTENT_LENGTH=str(MOST_BYTES + 1))
        assert answer.status_code == 413
        assert FRAMES[room] in answer.content.decode()
        assert "/account/sign-out/" in answer.content.decode()


class TestOfOthers:
    def test_say_what_cannot_be_read_and_what_is_too_large(self) -> None:
        browser = Client(SERVER_NAME="localhost")
        assert browser.post("/center/", CONTENT_LENGTH=str(MOST_BYTES + 1)).status_code == 413
        assert browser.post("/account/official/", {f"n{one}": "" for one in range(1_001)}).status_code == 400

    @pytest.mark.parametrize("path", ["/no-such-page", *(f"{room}no-such-page" for room in FRAMES)])
    def test_stand_in_the_frame_of_residents(self, path: str) -> None:
        shown = page(Client(SERVER_NAME="localhost"), path, 404)
        assert "/account/sign-in/" in shown
        assert not any(frame in shown for frame in FRAMES.values())

    def test_tell_programs_in_their_own_way(self) -> None:
        answer = Client(SERVER_NAME="localhost").get("/no-such-page", headers={"Accept": "application/json"})
        assert answer["Content-Type"] == "application/problem+json"
