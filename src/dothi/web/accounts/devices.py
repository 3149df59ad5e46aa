"""
Browsers: what people call them, and from which an official has signed in before.

Guesses are counted apart for each of them, and together for all strangers: whoever guesses at a
name from elsewhere locks out strangers, not the official at the usual machine.
Source: OWASP, Slow Down Online Guessing Attacks with Device Cookies.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Each browser also claims to be some older one, so the first whose sign is found names it.
BROWSERS = {
    "Edge": "Edg/",
    "Cốc Cốc": "coc_coc",
    "Firefox": "Firefox/",
    "Chrome": "Chrome/",
    "Safari": "Safari/",
}
SYSTEMS = {"Android": "Android", "iOS": "iPhone", "iPadOS": "iPad", "Windows": "Windows", "macOS": "Mac OS",
           "Linux": "Linux"}  # fmt: skip

COOKIE = "dothi_device"
LASTS = timedelta(days=180)


def named(user_agent: str) -> str:
    """Return what people call a browser that describes itself so: `Chrome, Android`; empty if unknown."""
    found = (
        next((name for name, sign in names.items() if sign in user_agent), "")
        for names in (BROWSERS, SYSTEMS)
    )
    return ", ".join(filter(None, found))


def remember(response: HttpResponse, username: str) -> HttpResponse:
    """Let the browser prove later that `username` has signed in from it; the cookie names nobody."""
    response.set_signed_cookie(
        COOKIE, secrets.token_hex(8), salt=_salt(username), max_age=LASTS, path="/account/official/",
        httponly=True, samesite="Strict", secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


def guesser(request: HttpRequest, username: str) -> str:
    """Return under which key guesses at the password of `username` from this browser are counted."""
    known = request.get_signed_cookie(COOKIE, default="", salt=_salt(username), max_age=LASTS)
    return f"{username}:{known}" if known else username


def _salt(username: str) -> str:
    return f"dothi.device:{username}"
