"""What a reader asks of every page: text size, contrast, language. Kept in cookies, not in accounts."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse

from dothi.kernel.problems import msg

COOKIE: Final = "dothi_view"
YEAR: Final = 365 * 24 * 3600
SIZES: Final = {"normal": msg("Normal"), "large": msg("Large"), "larger": msg("Largest")}
CONTRASTS: Final = {
    "auto": msg("As on this device"),
    "light": msg("Light"),
    "dark": msg("Dark"),
    "high": msg("High contrast"),
}


@dataclass(frozen=True)
class Preferences:
    """`size` is a key of SIZES, `contrast` one of CONTRASTS."""

    size: str = "normal"
    contrast: str = "auto"

    @property
    def css_class(self) -> str:
        """Return the classes of the page's root element."""
        return f"text-{self.size} contrast-{self.contrast}"


def preferences_of(request: HttpRequest) -> Preferences:
    """Return what the reader's cookie asks for; what it does not know counts as not asked."""
    size, _, contrast = request.COOKIES.get(COOKIE, "").partition(".")
    return chosen(size, contrast)


def chosen(size: str, contrast: str) -> Preferences:
    """Return the preferences named, each unknown one as its default."""
    return Preferences(
        size if size in SIZES else "normal",
        contrast if contrast in CONTRASTS else "auto",
    )


def keep(response: HttpResponse, preferences: Preferences, *, secure: bool) -> None:
    """Set the cookie that `preferences_of` reads."""
    response.set_cookie(
        COOKIE, f"{preferences.size}.{preferences.contrast}",
        max_age=YEAR, secure=secure, httponly=True, samesite="Lax",
    )  # fmt: skip
