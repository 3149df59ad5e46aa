"""
Who asks: with closed doors each request brings a bearer token (RFC 6750), checked in this process.

A token is a JWT signed by Ed25519 (RFC 8037) for this node's broker. Rights are data in it:

    {"iss": NODE, "aud": "broker", "sub": …, "exp": …,
     "rights": [{"tenant": "" or a name, "operations": ["read", "write"]}]}

A right that names `types`, `scopes` or `attributes` opens nothing: it wants an answer that is narrowed
to them, and operations do not narrow theirs yet. Without a key to check tokens by nobody comes in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dothi.context.api.ask import TENANT
from dothi.context.api.operations import ROOT

ALGORITHMS: Final = ["EdDSA", "Ed25519"]
AUDIENCE: Final = "broker"
READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
QUERIES: Final = frozenset({f"{ROOT}/entityOperations/query", f"{ROOT}/temporal/entityOperations/query"})
"""Paths at which POST reads."""
NARROWING: Final = frozenset({"types", "scopes", "attributes"})
PUBLIC: Final = frozenset({"/-/alive"})


class Refused(Exception):
    """A token that is none; the text says why."""


@dataclass(frozen=True)
class Callers:
    """Knows callers by tokens that `key`, of the node `issuer`, has signed."""

    key: OKPKey
    issuer: str
    clock: Callable[[], datetime]

    def rights(self, token: str) -> list[Mapping[str, Any]]:
        """Return the rights in a token. Raises Refused."""
        try:
            claims = jwt.decode(token, self.key, algorithms=ALGORITHMS).claims
            jwt.JWTClaimsRegistry(
                now=int(self.clock().timestamp()), exp={"essential": True},
                iss={"essential": True, "value": self.issuer}, aud={"essential": True, "value": AUDIENCE},
            ).validate(claims)  # fmt: skip
        except (JoseError, ValueError) as error:
            raise Refused(type(error).__name__) from error
        told = claims.get("rights")
        return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []


@dataclass(frozen=True)
class Doors:
    """Lets callers through to `app` as far as their rights go; with no `callers` nobody."""

    app: ASGIApp
    callers: Callers | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand on the start and the end of the process."""
        refused = self._refused(Request(scope)) if scope["type"] == "http" else None
        await (refused or self.app)(scope, receive, send)

    def _refused(self, request: Request) -> Response | None:
        if request.scope["path"] in PUBLIC:
            return None
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if self.callers is None or scheme.lower() != "bearer":
            return _unknown("Bearer")
        try:
            rights = self.callers.rights(token.strip())
        except Refused:
            return _unknown('Bearer error="invalid_token"')
        return None if any(_opens(one, request) for one in rights) else Response(status_code=403)


def _opens(right: Mapping[str, Any], request: Request) -> bool:
    reads = request.method in READING or (
        request.method == "POST" and request.scope["path"].rstrip("/") in QUERIES
    )
    return (
        not NARROWING & set(right)
        and right.get("tenant") == request.headers.get(TENANT, "")
        and isinstance(right.get("operations"), list)
        and ("read" if reads else "write") in right["operations"]
    )


def _unknown(challenge: str) -> Response:
    return Response(status_code=401, headers={"WWW-Authenticate": challenge})
