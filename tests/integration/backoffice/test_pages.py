"""The device officer's pages: every task without JavaScript, in both languages, harmless when repeated."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dothi.foundation.clock import now
from dothi.foundation.identity.actions.attempts import CLAIM, CLAIM_ADDRESS, Limit, within
from dothi.foundation.ledger.queries import history_of
from dothi.kernel.ids import new_id, urn
from dothi.registers.devices import rules
from tests.support.center import areas
from tests.support.fleet import Officer, keep_device, keep_profile, officer_of_the_center
from tests.support.people import sign_in

HERE = "/backoffice/devices/"
ONE = f"{HERE}one/rain-1/"


@pytest.fixture
def officer(db: None) -> Officer:
    keep_profile()
    return officer_of_the_center()


@pytest.fixture
def nam(officer: Officer) -> Client:
    """The officer's browser."""
    return sign_in(Client(SERVER_NAME="localhost"), officer.account)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def post(browser: Client, where: str, **fields: Any) -> Any:
    return browser.post(where, {"key": str(new_id()), **fields})


def acts(device: str) -> list[str]:
    return [str(one.said["act"]) for one in history_of(urn(settings.NODE, "device", device))]


class TestRegister:
    FORM = {
        "device": "rain-1",
        "profile": "rain-gauge",
        "name_vi": "Trạm mưa Láng",
        "lon": "105,8",
        "lat": "21.02",
    }

    def test_shows_the_token_and_what_the_device_is_told(self, nam: Client) -> None:
        key = str(new_id())
        shown = nam.post(f"{HERE}register/", {**self.FORM, "key": key})
        (token,) = re.findall(r'dt-panel__code">([^<]+)<', text(shown))
        assert len(token) == 43
        assert "devices/rain-1/readings" in text(shown)
        assert "no-store" in shown["Cache-Control"]
        assert token in text(nam.post(f"{HERE}register/", {**self.FORM, "key": key}))
        assert acts("rain-1") == ["devices.register"]
        assert token not in text(nam.get(ONE))

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("device", "a b"),
            ("profile", ""),
            ("profile", "none"),
            ("lon", "x"),
            ("lat", ""),
            ("ward_code", "7"),
        ],
    )
    def test_says_beside_the_field_what_is_wrong_and_keeps_the_rest(
        self, nam: Client, field: str, value: str
    ) -> None:
        answer = post(nam, f"{HERE}register/", **{**self.FORM, field: value})
        assert answer.status_code == 422
        assert f'href="#{field}"' in text(answer)
        assert "Trạm mưa Láng" in text(answer)

    def test_does_nothing_without_the_key_of_its_form(self, nam: Client) -> None:
        assert nam.post(f"{HERE}register/", self.FORM).status_code == 422
        assert nam.get(ONE).status_code == 404


class TestBoxes:
    def test_keeps_good_lines_and_names_bad_ones(self, nam: Client) -> None:
        content = (
            "device,profile,lon\nrain-1,rain-gauge,\nrain 2,rain-gauge,\nrain-3,none,\nrain-4,rain-gauge,x\n"
        )
        answer = self._sent(nam, content.encode())
        assert answer.status_code == 200
        assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", text(answer))
        for said in ("chữ cái không dấu", "Không có loại thiết bị này", "không phải số độ"):
            assert said in text(answer)
        assert acts("rain-1") == ["devices.register-boxes"]

    def test_shows_the_same_codes_when_the_form_is_sent_again(self, nam: Client) -> None:
        key = str(new_id())
        codes = [self._codes(self._sent(nam, b"device,profile\nrain-1,rain-gauge\n", key)) for _ in range(2)]
        assert codes[0] == codes[1] != []
        assert self._codes(self._sent(nam, b"device,profile\nrain-1,rain-gauge\n")) == []

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a,b\n1,2\n"])
    def test_says_that_a_file_is_none(self, nam: Client, content: bytes) -> None:
        assert self._sent(nam, content).status_code == 422

    def test_names_the_limit_that_a_file_is_over(self, nam: Client) -> None:
        answer = self._sent(nam, b"x" * (rules.MOST_BYTES + 1))
        assert "Tệp này lớn hơn mức cho phép là 1 MB</span>" in text(answer)

    def test_asks_for_the_file(self, nam: Client) -> None:
        assert post(nam, f"{HERE}boxes/").status_code == 422

    @staticmethod
    def _sent(browser: Client, content: bytes, key: str = "") -> Any:
        file = SimpleUploadedFile("devices.csv", content or b" ", "text/csv")
        return browser.post(f"{HERE}boxes/", {"key": key or str(new_id()), "file": file})

    @staticmethod
    def _codes(answer: Any) -> list[str]:
        return re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}(?=<)", text(answer))


class TestClaim:
    def test_opens_a_box_and_says_what_no_code_is(self, nam: Client) -> None:
        (code,) = TestBoxes._codes(TestBoxes._sent(nam, b"device,profile\nrain-1,rain-gauge\n"))
        assert "chờ nhận" in text(nam.get(ONE))
        wrong = post(nam, f"{HERE}claim/", code="ABCD-EFGH")
        assert (wrong.status_code, "đang chờ với mã này" in text(wrong)) == (422, True)
        shown = post(nam, f"{HERE}claim/", code=code.lower())
        assert shown.status_code == 200
        assert "chưa gửi số đo" in text(nam.get(ONE))
        assert acts("rain-1")[0] == "devices.claim"

    def test_counts_codes_that_are_tried_and_stops_taking_any(self, nam: Client, officer: Officer) -> None:
        (code,) = TestBoxes._codes(TestBoxes._sent(nam, b"device,profile\nrain-1,rain-gauge\n"))
        tried(CLAIM, str(officer.account.id), CLAIM.most - 1)
        assert post(nam, f"{HERE}claim/", code="ABCD-EFGH").status_code == 422
        assert post(nam, f"{HERE}claim/", code=code).status_code == 429
        assert "chờ nhận" in text(nam.get(ONE))

    def test_counts_them_by_address_too(self, nam: Client) -> None:
        tried(CLAIM_ADDRESS, "127.0.0.1", CLAIM_ADDRESS.most)
        assert post(nam, f"{HERE}claim/", code="ABCD-EFGH").status_code == 429

    def test_does_not_count_anew_after_a_claim_that_is_repeated(self, nam: Client, officer: Officer) -> None:
        (code,) = TestBoxes._codes(TestBoxes._sent(nam, b"device,profile\nrain-1,rain-gauge\n"))
        key = str(new_id())
        tried(CLAIM, str(officer.account.id), CLAIM.most - 2)
        told = [nam.post(f"{HERE}claim/", {"key": key, "code": code}).status_code for _ in range(3)]
        assert told == [200, 200, 429]


def tried(limit: Limit, key: str, times: int) -> None:
    """Count so many attempts as if they had been made."""
    for _ in range(times):
        within(limit=limit, key=key, at=now())


class TestDevice:
    @pytest.fixture(autouse=True)
    def _device(self, officer: Officer) -> None:
        keep_device("rain-1")

    def test_links_a_measure_to_the_live_context_and_lets_it_go(self, nam: Client) -> None:
        page = text(nam.get(ONE))
        assert 'data-again-ms="1000"' in page
        assert "urn:ngsi-ld" not in page
        post(
            nam, f"{ONE}twins/rain/", entity_id="urn:ngsi-ld:W:1", entity_type="W", attribute="precipitation"
        )
        assert "urn:ngsi-ld:W:1" in text(nam.get(ONE))
        post(nam, f"{ONE}twins/rain/", entity_id="", entity_type="", attribute="")
        assert "urn:ngsi-ld:W:1" not in text(nam.get(ONE))
        assert post(nam, f"{ONE}twins/rain/", entity_id="x").status_code == 422
        assert nam.get(f"{ONE}twins/wind/").status_code == 404

    def test_is_described_keyed_and_revoked(self, nam: Client) -> None:
        facts = {"profile": "rain-gauge", "name_vi": "Trạm Láng", "ward_code": "00070"}
        assert post(nam, f"{ONE}facts/", **facts).status_code == 302
        assert "Trạm Láng" in text(nam.get(ONE))
        assert "dt-panel__code" in text(post(nam, f"{ONE}token/", overlap="none"))
        assert post(nam, f"{ONE}token/", overlap="").status_code == 422
        assert post(nam, f"{ONE}certificate/", pem="x").status_code == 422
        assert post(nam, f"{ONE}revoke/", reason="").status_code == 422
        assert post(nam, f"{ONE}revoke/", reason="mất cắp").status_code == 302
        page = text(nam.get(ONE))
        assert "mất cắp" in page
        assert "/revoke/" not in page
        assert post(nam, f"{ONE}token/", overlap="none").status_code == 409
        assert acts("rain-1") == ["devices.revoke", "devices.issue-token", "devices.assign"]

    def test_is_described_in_words(self, nam: Client) -> None:
        page = text(nam.get(ONE))
        assert "Trung tâm điều hành đô thị (ioc)" in page
        assert re.search(rf'href="{ONE}twins/rain/">mưa<', page)
        assert "Liên kết với ngữ cảnh đô thị: mưa" in text(nam.get(f"{ONE}twins/rain/"))

    @pytest.mark.parametrize(("code", "said"), [("00070", "Phường Hoàn Kiếm (00070)"), ("99999", "99999")])
    def test_stands_in_a_ward_that_has_a_name(self, nam: Client, code: str, said: str) -> None:
        areas({"00070": "Hoàn Kiếm"})
        post(nam, f"{ONE}facts/", profile="rain-gauge", ward_code=code)
        assert re.search(rf">\s*{re.escape(said)}\s*<", text(nam.get(ONE)))

    def test_rules_lead_back_to_the_devices(self, nam: Client) -> None:
        page = text(nam.get("/center/rules/"))
        assert f'<a href="{HERE}">' in page
        assert 'href="/center/incidents/' not in page

    def test_is_found_by_filters_and_in_english(self, nam: Client) -> None:
        keep_device("air-9")
        page = text(nam.get(f"{HERE}?text=AIR"))
        assert ("device-air-9" in page, "device-rain-1" in page) == (True, False)
        assert "Không có thiết bị nào khớp" in text(nam.get(f"{HERE}?state=revoked"))
        nam.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        assert "Devices of this unit" in text(nam.get(HERE))


class TestHolds:
    URL = f"{HERE}holds/"
    FORM = {
        "first-day": "1", "first-month": "10", "first-year": "2026", "last-day": "3", "last-month": "10",
        "last-year": "2026", "reason": "vụ ngập", "order": "Quyết định 12",
    }  # fmt: skip

    def test_are_made_and_lifted_and_harmless_when_repeated(self, nam: Client) -> None:
        key = str(new_id())
        for _ in range(2):
            assert nam.post(self.URL, {**self.FORM, "key": key}).status_code == 302
        (place,) = re.findall(rf'href="({self.URL}\d+/)"', text(nam.get(self.URL)))
        assert "vụ ngập" in text(nam.get(place))
        assert post(nam, place, order="").status_code == 422
        for _ in range(2):
            assert post(nam, place, order="Quyết định 13").status_code == 302
        assert not re.findall(rf'href="({self.URL}\d+/)"', text(nam.get(self.URL)))
        assert nam.get(f"{self.URL}999/").status_code == 404

    @pytest.mark.parametrize(
        ("field", "value"), [("first-month", "13"), ("last-year", "2025"), ("reason", ""), ("order", "")]
    )
    def test_say_what_is_wrong(self, nam: Client, field: str, value: str) -> None:
        assert post(nam, self.URL, **{**self.FORM, field: value}).status_code == 422
