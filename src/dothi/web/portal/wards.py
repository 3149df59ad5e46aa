"""The ward that a reader chose: kept in a cookie of their own browser, for this page and the banner."""

from typing import Final

from django.http import HttpRequest, HttpResponse

from dothi.foundation.clock import civil_date, now
from dothi.registers.agencies.queries import area_names
from dothi.web.components.preferences import YEAR

COOKIE: Final = "dothi_ward"


def chosen_ward(request: HttpRequest) -> str:
    """Return the code in the cookie, empty when it holds none; whether such a ward is there, nobody asked."""
    code = request.COOKIES.get(COOKIE, "")
    return code if len(code) == 5 and code.isascii() and code.isdigit() else ""


def keep_ward(response: HttpResponse, code: str, *, secure: bool) -> None:
    """Set the cookie that `chosen_ward` reads."""
    response.set_cookie(COOKIE, code, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")


def ward_choices() -> list[tuple[str, str]]:
    """Return code and name of each ward and commune of today, by name."""
    return area_names(civil_date(now()))
