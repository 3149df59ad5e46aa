"""
What the provider accepts: pure checks of requests, without state.

Sources: RFC 6749 (section 4.1), RFC 7636, RFC 9700, OpenID Connect Core 1.0 (section 3.1).
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from dothi.config.demo.idp.settings import CLIENT_ID, Provider

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
LONGEST = 512


class Untrusted(Exception):
    """The client or the address is not ours: the person is told here, and sent nowhere."""


class BadRequest(Exception):
    """The client asked wrongly; the error code goes back to its registered address."""


@dataclass(frozen=True, slots=True)
class Question:
    """One valid authorization request."""

    redirect_uri: str
    state: str
    nonce: str
    challenge: str

    def facts(self) -> dict[str, Any]:
        """Return it for the store."""
        return asdict(self)


def question(provider: Provider, given: Mapping[str, str]) -> Question:
    """Return the request if every part holds. Raises Untrusted, BadRequest(code)."""
    if given.get("client_id") != CLIENT_ID or given.get("redirect_uri") != provider.redirect_uri:
        raise Untrusted
    if given.get("response_type") != "code":
        raise BadRequest("unsupported_response_type")
    if "openid" not in given.get("scope", "").split():
        raise BadRequest("invalid_scope")
    if given.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(
        given.get("code_challenge", "")
    ):
        raise BadRequest("invalid_request")
    state, nonce = given.get("state", ""), given.get("nonce", "")
    if not (0 < len(state) <= LONGEST and 0 < len(nonce) <= LONGEST):
        raise BadRequest("invalid_request")
    return Question(provider.redirect_uri, state, nonce, given["code_challenge"])


def proves(verifier: str, challenge: str) -> bool:
    """Tell whether `verifier` is the one that `challenge` was made from (S256)."""
    if not VERIFIER.fullmatch(verifier):
        return False
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(digest, challenge.encode())


def back(uri: str, issuer: str, **answer: str) -> str:
    """Return `uri` with the answer and the issuer (RFC 9207) as its query."""
    return f"{uri}?{urlencode({**answer, 'iss': issuer})}"


def discovery(provider: Provider) -> dict[str, Any]:
    """Return the provider's metadata (OpenID Connect Discovery 1.0)."""
    return {
        "issuer": provider.issuer,
        "authorization_endpoint": f"{provider.issuer}/authorize",
        "token_endpoint": f"{provider.issuer}/token",
        "userinfo_endpoint": f"{provider.issuer}/userinfo",
        "jwks_uri": f"{provider.issuer}/jwks",
        "end_session_endpoint": f"{provider.issuer}/logout",
        "scopes_supported": ["openid", "profile"],
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": ["level1", "level2"],
        "authorization_response_iss_parameter_supported": True,
    }
