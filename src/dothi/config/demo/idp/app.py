"""The provider's doors: sign-in page, token, userinfo, logout."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, select_autoescape
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from dothi.config.demo.idp import tokens
from dothi.config.demo.idp.protocol import BadRequest, Question, Untrusted, back, discovery, proves, question
from dothi.config.demo.idp.settings import CLIENT_ID, Provider
from dothi.config.demo.idp.store import Person, Store, fingerprint
from dothi.config.demo.people import residents

PAGES = Path(__file__).parent / "pages"
COOKIE = "vneid_demo"
QUESTION_S, CODE_S, TOKEN_S, SESSION_S = 600, 60, 300, 1800
SCENARIOS = ("normal", "unknown", "slow", "down")


class Doors:
    """The endpoints of one provider."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.store = Store(provider.folder / "users.sqlite3")
        self.key = tokens.load_or_make_key(provider.folder / "signing.pem")
        self.client_key = tokens.load_or_make_key(provider.client_key_file)
        self.pages = Environment(loader=FileSystemLoader(PAGES), autoescape=select_autoescape())
        for resident in residents():
            self.store.keep(resident)

    async def metadata(self, _: Request) -> Response:
        """GET /.well-known/openid-configuration."""
        return JSONResponse(discovery(self.provider))

    async def jwks(self, _: Request) -> Response:
        """GET /jwks: the public half of the signing key."""
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def style(self, _: Request) -> Response:
        """GET /style.css."""
        return Response((PAGES / "style.css").read_bytes(), media_type="text/css")

    async def ask(self, request: Request) -> Response:
        """GET /authorize: show whom one may sign in as."""
        try:
            asked = question(self.provider, request.query_params)
        except Untrusted:
            return self._page("untrusted.html", 400)
        except BadRequest as wrong:
            return self._back(request.query_params.get("state", ""), error=str(wrong))
        ticket = self.store.hand_out("question", asked.facts(), QUESTION_S)
        remembered = self.store.look_up("session", request.cookies.get(COOKIE, "")) or {}
        return self._page(
            "sign_in.html", people=self.store.people(), ticket=ticket, remembered=remembered.get("person")
        )

    async def answer(self, request: Request) -> Response:
        """POST /authorize: the person chose, or refused."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        facts = self.store.take("question", form.get("ticket", ""))
        if facts is None or request.headers.get("origin", self._origin) != self._origin:
            return self._page("expired.html", 400)
        asked = Question(**facts)
        if form.get("choice") != "agree":
            return self._back(asked.state, error="access_denied")
        person = self.store.person(form.get("person", ""))
        if person is None or form.get("scenario") == "unknown":
            return self._back(asked.state, error="citizen_not_found")
        return self._signed_in(asked, person, form.get("scenario", "normal"))

    async def token(self, request: Request) -> Response:
        """POST /token: the client changes a code for tokens."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        if not self._is_client(form):
            return _refuse("invalid_client", 401)
        facts = self.store.take("code", form.get("code", ""))
        if facts is None and self.store.was_used("code", form.get("code", "")):
            self.store.revoke("token", "code", fingerprint(form["code"]))
        if facts is None or not self._belongs(form, facts):
            return _refuse("invalid_grant", 400)
        return await self._tokens(form["code"], facts)

    async def userinfo(self, request: Request) -> Response:
        """GET /userinfo: what the provider vouches for, for one access token."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        facts = self.store.look_up("token", token) if scheme.lower() == "bearer" else None
        person = self.store.person(facts["person"]) if facts else None
        if person is None:
            return _refuse("invalid_token", 401)
        return _private({"sub": person.subject, "level": person.level, **person.profile})

    async def logout(self, request: Request) -> Response:
        """GET /logout: forget the person; go back only to the client's registered address."""
        target = request.query_params.get("post_logout_redirect_uri")
        if not self._own_hint(request.query_params.get("id_token_hint", "")):
            return self._page("expired.html", 400)
        self.store.take("session", request.cookies.get(COOKIE, ""))
        known = target == self.provider.signed_out_uri
        response = RedirectResponse(target, 303) if known and target else self._page("signed_out.html")
        response.delete_cookie(COOKIE)
        return response

    @property
    def _origin(self) -> str:
        parts = urlsplit(self.provider.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    def _signed_in(self, asked: Question, person: Person, scenario: str) -> Response:
        signed_in = {"person": person.key, "subject": person.subject, "level": person.level}
        facts = {**asked.facts(), **signed_in, "scenario": scenario, "auth_time": int(time.time())}
        response = self._back(asked.state, code=self.store.hand_out("code", facts, CODE_S))
        cookie = self.store.hand_out("session", {"person": person.key}, SESSION_S)
        secure = self.provider.issuer.startswith("https:")
        response.set_cookie(COOKIE, cookie, SESSION_S, httponly=True, samesite="lax", secure=secure)
        return response

    def _is_client(self, form: dict[str, str]) -> bool:
        endpoint = discovery(self.provider)["token_endpoint"]
        claims = tokens.client_assertion(form, self.client_key, CLIENT_ID, endpoint)
        return claims is not None and self.store.first_use("assertion", str(claims["jti"]), QUESTION_S)

    def _belongs(self, form: dict[str, str], facts: dict[str, Any]) -> bool:
        return (
            form.get("grant_type") == "authorization_code"
            and form.get("redirect_uri") == facts["redirect_uri"]
            and proves(form.get("code_verifier", ""), facts["challenge"])
        )

    async def _tokens(self, code: str, facts: dict[str, Any]) -> Response:
        if facts["scenario"] == "down":
            return _refuse("temporarily_unavailable", 503)
        if facts["scenario"] == "slow":
            await asyncio.sleep(self.provider.slow_s)
        access = self.store.hand_out("token", {"person": facts["person"], "code": fingerprint(code)}, TOKEN_S)
        identity = tokens.id_token(self.key, self.provider.issuer, CLIENT_ID, facts)
        return _private(
            {"access_token": access, "token_type": "Bearer", "expires_in": TOKEN_S, "id_token": identity}
        )

    def _own_hint(self, hint: str) -> bool:
        """Tell whether the hint is an ID token of ours; an expired one still says who asks."""
        try:
            return jwt.decode(hint, self.key, algorithms=["ES256"]).claims.get("aud") == CLIENT_ID
        except (JoseError, ValueError):
            return False

    def _back(self, state: str, **answer: str) -> RedirectResponse:
        target = back(self.provider.redirect_uri, self.provider.issuer, state=state, **answer)
        return RedirectResponse(target, 303, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})

    def _page(self, name: str, status: int = 200, **facts: object) -> HTMLResponse:
        body = self.pages.get_template(name).render(client_url=self.provider.client_url, **facts)
        # The form's answer is a redirect to the client, which form-action covers too.
        policy = (
            "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none';"
            f" form-action 'self' {self.provider.client_url}"
        )
        return HTMLResponse(body, status, {**_UNSTORED, "Content-Security-Policy": policy})


_UNSTORED = {
    "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"
}  # fmt: skip


def _refuse(error: str, status: int) -> Response:
    return JSONResponse({"error": error}, status, _UNSTORED)


def _private(body: dict[str, Any]) -> Response:
    return JSONResponse(body, 200, _UNSTORED)


def create_app(provider: Provider) -> Starlette:
    """Return the ASGI application of `provider`; it closes its file when it stops."""
    doors = Doors(provider)

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        yield
        doors.store.close()

    routes = [
        Route("/.well-known/openid-configuration", doors.metadata),
        Route("/jwks", doors.jwks),
        Route("/style.css", doors.style),
        Route("/authorize", doors.ask, methods=["GET"]),
        Route("/authorize", doors.answer, methods=["POST"]),
        Route("/token", doors.token, methods=["POST"]),
        Route("/userinfo", doors.userinfo),
        Route("/logout", doors.logout),
    ]
    return Starlette(routes=routes, lifespan=life)
