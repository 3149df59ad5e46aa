"""
Our side of OpenID Connect: authorization code with PKCE, state, nonce and private_key_jwt.

The ID token's signature, issuer, audience, times and nonce are checked, and that userinfo speaks of
the same subject: a token put in the place of another is noticed. Times are those of the machine, not
of the demo clock: the other side has none.

Sources: OpenID Connect Core 1.0 (3.1), RFC 7523, RFC 7636, RFC 9207, RFC 9700.
"""

import base64
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ssl import SSLContext
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from dothi.foundation.identity.errors import (
    CitizenUnknown,
    ConsentWithheld,
    ProviderDoubtful,
    ProviderDown,
    ProviderSlow,
    SignInExpired,
)
from dothi.foundation.identity.types import Claims, Profile
from dothi.kernel.problems import Problem

LEVELS = {"level1": 1, "level2": 2}
NUMBER = re.compile(r"[0-9]{12}")
CLOCK_SKEW_S = 60
LARGEST = 64 * 1024
REFUSALS: Mapping[str, type[Problem]] = {
    "access_denied": ConsentWithheld,
    "citizen_not_found": CitizenUnknown,
    "temporarily_unavailable": ProviderDown,
    "server_error": ProviderDown,
}


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that was begun: kept in the person's session until the provider answers."""

    state: str
    nonce: str
    verifier: str


def begin() -> Pending:
    """Return fresh secrets for one sign-in."""
    return Pending(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))


class Client:
    """One relying party of one provider. Each call may raise ProviderDown, ProviderSlow, ProviderDoubtful."""

    def __init__(self, issuer: str, client_id: str, key: ECKey, redirect_uri: str, timeout_s: float) -> None:
        self.issuer, self.client_id, self.key, self.redirect_uri = issuer, client_id, key, redirect_uri
        self._timeout_s = timeout_s

    def address(self, pending: Pending) -> str:
        """Return where the person goes to sign in; its absence shows here already."""
        challenge = hashlib.sha256(pending.verifier.encode()).digest()
        query = {
            "client_id": self.client_id, "redirect_uri": self.redirect_uri, "response_type": "code",
            "scope": "openid profile", "state": pending.state, "nonce": pending.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{self._endpoint('authorization_endpoint')}?{urlencode(query)}"

    def farewell(self, id_token: str, signed_out_uri: str) -> str:
        """Return where the person signs out of the provider too."""
        query = {"id_token_hint": id_token, "post_logout_redirect_uri": signed_out_uri}
        return f"{self._endpoint('end_session_endpoint')}?{urlencode(query)}"

    def complete(self, pending: Pending, answer: Mapping[str, str]) -> Claims:
        """
        Return what the provider vouches for, given the query of its answer.

        Raises also ConsentWithheld, CitizenUnknown, SignInExpired.
        """
        if answer.get("iss") != self.issuer:
            raise ProviderDoubtful(part="iss")
        if "error" in answer:
            raise REFUSALS.get(answer["error"], ProviderDoubtful)(part="error")
        tokens = self._exchange(answer.get("code", ""), pending.verifier)
        facts = self._verified(str(tokens.get("id_token", "")), pending.nonce)
        told = self._json(
            "GET", self._endpoint("userinfo_endpoint"), token=str(tokens.get("access_token", ""))
        )
        if told.get("sub") != facts["sub"]:
            raise ProviderDoubtful(part="sub")
        return Claims(_profile(told), LEVELS[facts["acr"]], str(tokens["id_token"]))

    def _exchange(self, code: str, verifier: str) -> dict[str, Any]:
        endpoint = self._endpoint("token_endpoint")
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri,
            "code_verifier": verifier, "client_assertion": self._proof(endpoint),
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        }  # fmt: skip
        return self._json("POST", endpoint, form=form)

    def _proof(self, audience: str) -> str:
        claims = {
            "iss": self.client_id, "sub": self.client_id, "aud": audience,
            "jti": secrets.token_urlsafe(16), "exp": int(time.time()) + 60,
        }  # fmt: skip
        return jwt.encode({"alg": "ES256"}, claims, self.key)

    def _verified(self, id_token: str, nonce: str) -> dict[str, Any]:
        registry = jwt.JWTClaimsRegistry(
            leeway=CLOCK_SKEW_S, iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id}, exp={"essential": True},
            iat={"essential": True}, sub={"essential": True}, acr={"essential": True, "values": list(LEVELS)},
        )  # fmt: skip
        try:
            told: Any = self._json("GET", self._endpoint("jwks_uri"))
            keys = KeySet.import_key_set(told)
            claims = jwt.decode(id_token, keys, algorithms=["ES256"]).claims
            registry.validate(claims)
        except (JoseError, LookupError, TypeError, ValueError) as error:
            # The last three: what came is no set of keys or no token at all.
            raise ProviderDoubtful(part="id_token") from error
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise ProviderDoubtful(part="nonce")
        return claims

    def _endpoint(self, name: str) -> str:
        metadata = self._json("GET", f"{self.issuer}/.well-known/openid-configuration")
        address = str(metadata.get(name, ""))
        if metadata.get("issuer") != self.issuer or not address.startswith(self.issuer + "/"):
            raise ProviderDoubtful(part="metadata")
        return address

    def _json(
        self, method: str, url: str, *, form: Mapping[str, str] | None = None, token: str = ""
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            with httpx.Client(verify=_trusted(), timeout=self._timeout_s, trust_env=False) as http:
                response = http.request(method, url, data=form, headers=headers)
        except httpx.TimeoutException as error:
            raise ProviderSlow from error
        except httpx.HTTPError as error:
            raise ProviderDown from error
        return _body(response)


@cache
def _trusted() -> SSLContext:
    """Return the authorities that are trusted: reading them takes longer than a whole request."""
    return httpx.create_ssl_context(trust_env=False)


def _body(response: httpx.Response) -> dict[str, Any]:
    if response.status_code >= 500:
        raise ProviderDown(status=response.status_code)
    body = _told(response)
    # RFC 6749, 5.2: the code came too late or was used. That is nobody's lie; the person begins again.
    if response.status_code == 400 and body.get("error") == "invalid_grant":
        raise SignInExpired
    if response.status_code != 200:
        raise ProviderDoubtful(part="status", status=response.status_code)
    return body


def _told(response: httpx.Response) -> dict[str, Any]:
    if len(response.content) > LARGEST:
        raise ProviderDoubtful(part="size")
    try:
        body = response.json()
    except (RecursionError, ValueError) as error:
        raise ProviderDoubtful(part="json") from error
    if not isinstance(body, dict):
        raise ProviderDoubtful(part="json")
    return body


def _profile(told: Mapping[str, Any]) -> Profile:
    number, name = str(told.get("personal_number", "")), str(told.get("name", "")).strip()
    if not NUMBER.fullmatch(number) or not name:
        raise ProviderDoubtful(part="claims")
    residence = told.get("address")
    at = residence if isinstance(residence, dict) else {}
    said = {field: str(told.get(claim, "")) for field, claim in _SAID.items()}
    return Profile(
        name, number, **said, ward=str(at.get("ward_code", "")), address=str(at.get("street_address", ""))
    )


_SAID = {
    "sex": "gender", "born_on": "birthdate", "ethnicity": "ethnicity", "nationality": "nationality",
}  # fmt: skip
