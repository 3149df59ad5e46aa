"""How much a request may carry, and the content security policy and the language of every page."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from dothi.web.components.problems import BodyTooLarge

MOST_BYTES = 64 * 1_048_576
"""Three files of the largest kind (`foundation/files/limits.toml`) and a form around them."""
Respond = Callable[[HttpRequest], HttpResponse]


def policy(live_url: str, idp_url: str, map_url: str = "") -> str:
    """
    Return the policy: nothing but this origin's files, live events from `live_url`, and forms that
    may end at the identity provider `idp_url`; where a map lies under the page, what the origin of
    `map_url` has for it. No inline script or style, no data: address.
    """
    directives = {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "img-src": ["'self'", "blob:", origin(map_url)],  # blob: shows a picture before it is sent
        "connect-src": ["'self'", origin(live_url), origin(map_url)],
        "form-action": ["'self'", origin(idp_url)],
        "manifest-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(filter(None, sources))}" for name, sources in directives.items())


def _flat(pair: tuple[str, list[str]]) -> list[str]:
    return [pair[0], *pair[1]]


def origin(url: str) -> str:
    """Return scheme, host and port of `url`, or nothing."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


class BodyLimitMiddleware:
    """
    Refuses a request that says it is too large, or not how large, before a byte of it is read.

    Django would first write all of it to the disk, because the token against forgery is in the form.
    handler400 says so. Raises BodyTooLarge.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("CONTENT_LENGTH") or "0"
        large = not (told.isascii() and told.isdigit()) or int(told[:18]) > MOST_BYTES
        if large:
            raise BodyTooLarge
        return self.get_response(request)


class TextMiddleware:
    """Refuses what is no text before a view reads it: PostgreSQL keeps no NUL, and no person types one."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Look through path, query and form. Raises BadRequest."""
        asked = (
            value for form in (request.GET, request.POST) for pair in form.lists() for value in _flat(pair)
        )
        if "\0" in request.path or any("\0" in value for value in asked):
            raise BadRequest


class ContentSecurityPolicyMiddleware:
    """Sends the policy with each answer that has none of its own."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response
        self.policy = policy(settings.LIVE_URL, settings.IDP_URL)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response


class LanguageMiddleware:
    """Speaks Vietnamese unless the reader chose otherwise; what their device is set to is no choice."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response
