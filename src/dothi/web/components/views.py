"""The pages of this room: text size and contrast, language, the accessibility statement."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dothi.foundation.identity.doors import public
from dothi.web.components import preferences
from dothi.web.components.gallery import TOKENS, samples, sections
from dothi.web.components.rows import Choice, Field


def safe_next(request: HttpRequest) -> str:
    """Return the path that the request asks to return to; the front page when it leads elsewhere."""
    asked = request.POST.get("next") or request.GET.get("next") or "/"
    own = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    return asked if own else "/"


@require_POST
@public
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language that the reader chose and return to where they were."""
    response = HttpResponseRedirect(safe_next(request))
    if request.POST.get("language") in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, request.POST["language"],
            max_age=preferences.YEAR, secure=request.is_secure(), httponly=True, samesite="Lax",
        )  # fmt: skip
    return response


@require_http_methods(["GET", "POST"])
@public
def view(request: HttpRequest) -> HttpResponse:
    """Ask for text size and contrast; keep them in a cookie."""
    if request.method == "POST":
        response = HttpResponseRedirect(safe_next(request))
        wanted = preferences.chosen(request.POST.get("size", ""), request.POST.get("contrast", ""))
        preferences.keep(response, wanted, secure=request.is_secure())
        return response
    now = preferences.preferences_of(request)
    fields = [
        _choice("size", _("Text size"), preferences.SIZES, now.size),
        _choice("contrast", _("Colors"), preferences.CONTRASTS, now.contrast),
    ]
    return render(request, "components/view.html", {"fields": fields, "next": safe_next(request)})


@require_safe
@public
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component in every state, in the residents' frame or, with ?shell=desk, the officials'."""
    dense = request.GET.get("shell") == "desk"
    facts = samples()
    frame = {
        "dense": dense,
        "shell": f"components/{'desk_base' if dense else 'base'}.html",
        "viewer": facts["official" if dense else "resident"],
        "navigation": facts["work"],
        "nothing": [],
        "sections": sections(),
        "tokens": TOKENS,
    }
    return render(request, "components/gallery.html", facts | frame)


@require_safe
@public
def plain(request: HttpRequest) -> HttpResponse:
    """Show, for review, the page that needs nothing but itself; it answers 200 here."""
    return render(request, "500.html")


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how far these pages reach WCAG 2.2 AA and whom to tell when they do not."""
    return render(request, "components/accessibility.html")


def _choice(name: str, label: str, choices: dict[str, str], value: str) -> Field:
    options = [Choice(key, _(text)) for key, text in choices.items()]
    return Field(kind="radios", name=name, label=label, choices=options, value=value)
