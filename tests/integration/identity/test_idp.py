"""Whether the demo identity provider speaks the protocol and refuses everything beside it."""

import base64
import hashlib
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from dothi.config.demo.idp.settings import Provider
from tests.support.identity import running_idp, sign_in_at

VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture
def idp(tmp_path: Path) -> Iterator[Provider]:
    with running_idp(tmp_path, "http://localhost:9") as provider:
        yield provider


def asked(idp: Provider, **changes: str) -> dict[str, str]:
    query = {
        "client_id": "dothi", "redirect_uri": idp.redirect_uri, "response_type": "code",
        "scope": "openid profile", "state": "s1", "nonce": "n1", "code_challenge": CHALLENGE,
        "code_challenge_method": "S256", **changes,
    }  # fmt: skip
    return {name: value for name, value in query.items() if value}


def address(idp: Provider, **changes: str) -> str:
    return f"{idp.issuer}/authorize?{urlencode(asked(idp, **changes))}"


def assertion(idp: Provider, key: ECKey | None = None, /, **changes: str | int | None) -> str:
    key = key or ECKey.import_key(idp.client_key_file.read_bytes())
    claims = {
        "iss": "dothi", "sub": "dothi", "aud": f"{idp.issuer}/token", "jti": str(uuid4()),
        "exp": int(time.time()) + 60, **changes,
    }  # fmt: skip
    return jwt.encode({"alg": "ES256"}, claims, key)


def exchange(idp: Provider, code: str, **changes: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": idp.redirect_uri,
        "code_verifier": VERIFIER, "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion(idp), **changes,
    }  # fmt: skip
    return httpx.post(f"{idp.issuer}/token", data=form)


def userinfo(idp: Provider, token: str) -> httpx.Response:
    return httpx.get(f"{idp.issuer}/userinfo", headers={"Authorization": f"Bearer {token}"})


class TestCodeFlow:
    def test_vouches_for_the_person_who_agreed(self, idp: Provider) -> None:
        answer = sign_in_at(address(idp))
        assert answer["state"] == "s1"
        assert answer["iss"] == idp.issuer
        tokens = exchange(idp, answer["code"]).json()
        keys = KeySet.import_key_set(httpx.get(f"{idp.issuer}/jwks").json())
        claims = jwt.decode(tokens["id_token"], keys, algorithms=["ES256"]).claims
        assert (claims["iss"], claims["aud"]) == (idp.issuer, "dothi")
        assert (claims["nonce"], claims["acr"]) == ("n1", "level2")
        told = userinfo(idp, tokens["access_token"]).json()
        assert (told["sub"], told["name"], told["level"]) == (claims["sub"], "Nguyễn Thị An", 2)

    def test_puts_no_personal_data_into_the_id_token(self, idp: Provider) -> None:
        tokens = exchange(idp, sign_in_at(address(idp))["code"]).json()
        key = ECKey.import_key((idp.folder / "signing.pem").read_bytes())
        claims = jwt.decode(tokens["id_token"], key, algorithms=["ES256"]).claims
        assert set(claims) == {"iss", "aud", "sub", "iat", "exp", "auth_time", "nonce", "acr"}

    def test_says_so_when_the_person_does_not_agree(self, idp: Provider) -> None:
        answer = sign_in_at(address(idp), choice="refuse")
        assert (answer["error"], "code" in answer) == ("access_denied", False)

    @pytest.mark.parametrize(("person", "scenario"), [("an", "unknown"), ("nobody", "normal")])
    def test_says_so_when_there_is_no_such_citizen(self, idp: Provider, person: str, scenario: str) -> None:
        assert sign_in_at(address(idp), person, scenario=scenario)["error"] == "citizen_not_found"

    def test_answers_503_when_it_is_down(self, idp: Provider) -> None:
        assert exchange(idp, sign_in_at(address(idp), scenario="down")["code"]).status_code == 503

    def test_answers_late_when_it_is_slow(self, idp: Provider) -> None:
        code = sign_in_at(address(idp), scenario="slow")["code"]
        started = time.monotonic()
        assert exchange(idp, code).status_code == 200
        assert time.monotonic() - started >= idp.slow_s


class TestAsk:
    @pytest.mark.parametrize("changes", [
        {"redirect_uri": "http://localhost:9/account/vneid/callback"},
        {"redirect_uri": "http://localhost:9/account/vneid/callback/?next=//evil.example"},
        {"redirect_uri": "http://evil.example/account/vneid/callback/"},
        {"redirect_uri": ""}, {"client_id": "other"}, {"client_id": ""},
    ])  # fmt: skip
    def test_sends_nobody_to_an_address_that_is_not_registered(
        self, idp: Provider, changes: dict[str, str]
    ) -> None:
        page = httpx.get(address(idp, **changes))
        assert (page.status_code, "location" in page.headers) == (400, False)

    @pytest.mark.parametrize("changes", [
        {"code_challenge_method": "plain"}, {"code_challenge_method": ""}, {"code_challenge": ""},
        {"code_challenge": "short"}, {"response_type": "token"}, {"scope": "profile"}, {"nonce": ""},
        {"state": ""}, {"state": "s" * 513},
    ])  # fmt: skip
    def test_demands_pkce_state_and_nonce(self, idp: Provider, changes: dict[str, str]) -> None:
        page = httpx.get(address(idp, **changes))
        assert page.status_code == 303
        assert page.headers["location"].startswith(idp.redirect_uri + "?")
        assert "error=" in page.headers["location"]

    def test_is_framed_by_nobody_and_runs_no_script(self, idp: Provider) -> None:
        page = httpx.get(address(idp))
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert "script-src" not in page.headers["content-security-policy"]
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "BẢN MÔ PHỎNG" in page.text

    def test_answers_a_page_once_and_only_from_its_own_origin(self, idp: Provider) -> None:
        ticket = httpx.get(address(idp)).text.split('name="ticket" value="')[1].split('"')[0]
        form = {"ticket": ticket, "person": "an", "choice": "agree"}
        where = f"{idp.issuer}/authorize"
        assert httpx.post(where, data=form).status_code == 303
        assert httpx.post(where, data=form).status_code == 400
        fresh = httpx.get(address(idp)).text.split('name="ticket" value="')[1].split('"')[0]
        foreign = httpx.post(where, data={**form, "ticket": fresh}, headers={"Origin": "http://evil.example"})
        assert foreign.status_code == 400


class TestToken:
    def test_gives_tokens_once_and_takes_them_back_when_a_code_is_replayed(self, idp: Provider) -> None:
        code = sign_in_at(address(idp))["code"]
        token = exchange(idp, code).json()["access_token"]
        assert userinfo(idp, token).status_code == 200
        assert exchange(idp, code).json() == {"error": "invalid_grant"}
        assert userinfo(idp, token).status_code == 401

    @pytest.mark.parametrize("changes", [
        {"code_verifier": "w" * 43}, {"code_verifier": ""}, {"code_verifier": CHALLENGE},
        {"redirect_uri": "http://localhost:9/other/"}, {"grant_type": "password"}, {"code": "guessed"},
    ])  # fmt: skip
    def test_refuses_a_code_that_is_not_proven(self, idp: Provider, changes: dict[str, str]) -> None:
        code = sign_in_at(address(idp))["code"]
        answer = exchange(idp, changes.pop("code", code), **changes)
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})

    @pytest.mark.parametrize("claims", [
        {"iss": "other"}, {"sub": "other"}, {"aud": "http://elsewhere/token"}, {"exp": 1}, {"jti": None},
    ])  # fmt: skip
    def test_refuses_a_client_that_proves_something_else(
        self, idp: Provider, claims: dict[str, str | int | None]
    ) -> None:
        code = sign_in_at(address(idp))["code"]
        assert exchange(idp, code, client_assertion=assertion(idp, None, **claims)).status_code == 401

    def test_refuses_a_client_with_another_key_and_one_without_proof(self, idp: Provider) -> None:
        code = sign_in_at(address(idp))["code"]
        stolen = assertion(idp, ECKey.generate_key("P-256"))
        assert exchange(idp, code, client_assertion=stolen).status_code == 401
        assert exchange(idp, code, client_assertion="").status_code == 401

    def test_refuses_a_proof_that_was_used(self, idp: Provider) -> None:
        proof = assertion(idp)
        exchange(idp, "x", client_assertion=proof)
        assert exchange(idp, "x", client_assertion=proof).status_code == 401


class TestUserinfo:
    @pytest.mark.parametrize("header", ["", "Bearer", "Bearer guessed", "Basic guessed"])
    def test_tells_nobody_without_a_token(self, idp: Provider, header: str) -> None:
        answer = httpx.get(f"{idp.issuer}/userinfo", headers={"Authorization": header})
        assert answer.status_code == 401


class TestLogout:
    def test_goes_back_only_to_the_registered_address(self, idp: Provider) -> None:
        hint = exchange(idp, sign_in_at(address(idp))["code"]).json()["id_token"]
        for target, expected in ((idp.signed_out_uri, 303), ("http://evil.example/", 200)):
            query = {"id_token_hint": hint, "post_logout_redirect_uri": target}
            assert httpx.get(f"{idp.issuer}/logout", params=query).status_code == expected
        assert httpx.get(f"{idp.issuer}/logout", params={"id_token_hint": "x.y.z"}).status_code == 400


class TestStore:
    def test_keeps_neither_codes_nor_tokens_in_clear_and_hides_its_files(self, idp: Provider) -> None:
        code = sign_in_at(address(idp))["code"]
        token = exchange(idp, code).json()["access_token"]
        content = (idp.folder / "users.sqlite3").read_bytes()
        assert code.encode() not in content
        assert token.encode() not in content
        for path in (idp.folder / "signing.pem", idp.folder / "users.sqlite3", idp.client_key_file):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


class TestCommand:
    def test_refuses_to_start_outside_a_demonstration(self) -> None:
        environ = {"PATH": "/usr/bin", "DOTHI_IDP_URL": "http://localhost:1"}
        start = [sys.executable, "-m", "dothi.config.cli", "idp"]
        done = subprocess.run(start, env=environ, capture_output=True, timeout=30, check=False)
        assert done.returncode == 2
