"""
Who asks: with closed doors a request brings a bearer token (RFC 6750) or a client certificate.

A token is a JWT signed by Ed25519 (RFC 8037) for this node's broker:

    {"iss": NODE, "aud": "broker", "sub": …, "client_id": …, "jti": …, "iat": …, "exp": …, "rights": […]}

What its client may do stands in the book of the node, or, where a broker is alone, in `rights`. Who brings
nothing has the rights of everybody. Without a key to check tokens by none is believed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dothi.context.api import answers
from dothi.context.api.request import TENANT, Request
from dothi.context.errors import Unauthorized
from dothi.context.rights.book import Book, Token
from dothi.context.rights.caller import Caller
from dothi.context.rights.right import Act, rights

ALGORITHMS: Final = ["EdDSA", "Ed25519"]
AUDIENCE: Final = "broker"
PUBLIC: Final = frozenset({"/-/alive"})
CALLER: Final = "dothi.caller"
"""Where the scope of a request has its caller."""
CERTIFICATE: Final = "dothi.certificate"
"""Where it has the fingerprint (SHA-256, hex) of the client's certificate."""
MOST_REMEMBERED: Final = 10_000


class Refused(Exception):
    """A token that is none; the text says why."""


@dataclass
class Callers:
    """Knows tokens that `key`, of the node `issuer`, has signed; a signature is looked at once."""

    key: OKPKey
    issuer: str
    clock: Callable[[], datetime]
    _known: dict[str, Token] = field(default_factory=dict)

    def token(self, text: str) -> Token:
        """Return what a token says. Raises Refused."""
        known = self._known.get(text)
        if known is None:
            known = self._read(text)
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[text] = known
        if known.expires_at <= self.clock():
            del self._known[text]
            raise Refused("ExpiredTokenError")
        return known

    def _read(self, text: str) -> Token:
        try:
            claims = jwt.decode(text, self.key, algorithms=ALGORITHMS).claims
            jwt.JWTClaimsRegistry(
                now=ceil(self.clock().timestamp()), exp={"essential": True},
                iss={"essential": True, "value": self.issuer}, aud={"essential": True, "value": AUDIENCE},
            ).validate(claims)  # fmt: skip
            return _token(claims)
        except (JoseError, ValueError, OverflowError) as error:
            raise Refused(type(error).__name__) from error


@dataclass(frozen=True)
class Doors:
    """Says who asks, and lets through to `app` whoever may read or write anything at all."""

    app: ASGIApp
    callers: Callers | None
    book: Book
    clock: Callable[[], datetime]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand on the start and the end of the process."""
        refused = None
        if scope["type"] == "http" and scope["path"] not in PUBLIC:
            refused = self._refused(Request(scope))
        await (refused or self.app)(scope, receive, send)

    def _refused(self, request: Request) -> Response | None:
        """Return the answer to whom nothing is open; otherwise the scope has the caller."""
        try:
            caller = self._caller(request)
            at, tenant = self.clock(), request.headers.get(TENANT, "")
            if not caller.known and not caller.reach(Act.READ, tenant, at).grants:
                raise Unauthorized("who asks has to say who they are")
        except Unauthorized as error:
            return answers.problem(error)
        request.scope[CALLER] = caller
        return None

    def _caller(self, request: Request) -> Caller:
        told = request.headers.get("Authorization")
        if told is not None:
            return self._bearer(told)
        fingerprint = request.scope.get(CERTIFICATE)
        holder = self.book.holder(fingerprint, self.clock()) if fingerprint else None
        return holder or self.book.stranger()

    def _bearer(self, told: str) -> Caller:
        scheme, _, text = told.partition(" ")
        if self.callers is None or scheme.lower() != "bearer":
            raise Unauthorized("a bearer token is wanted")
        try:
            caller = self.book.bearer(self.callers.token(text.strip()), self.clock())
        except Refused:
            caller = None
        if caller is None:
            raise Unauthorized("this token opens nothing", 'Bearer error="invalid_token"')
        return caller


def _token(claims: dict[str, Any]) -> Token:
    """Return a token whose claims are valid. Raises ValueError where it names nobody."""
    client = claims.get("client_id", claims.get("sub"))
    if not isinstance(client, str) or not client:
        raise ValueError("the token names no client")
    issued = claims.get("iat")
    return Token(
        client, str(claims.get("jti", "")),
        datetime.fromtimestamp(issued, UTC) if isinstance(issued, int | float) else None,
        datetime.fromtimestamp(claims["exp"], UTC), rights(claims.get("rights")), claims.get("rights"),
    )  # fmt: skip
