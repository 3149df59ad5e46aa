"""
Problems as pages: what happened, and the way out.

Expected failures (`kernel.problems.Problem`) become a page in the frame of the room that they
happen in (settings.PROBLEM_FRAMES, else that of residents), or problem+json (RFC 9457) for programs.
Where the frame itself may be broken (400, 500, 503) a plain page is sent that needs no database, no
session and no built asset.
"""

import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from dothi.foundation.identity.authority import Kind
from dothi.foundation.identity.doors import actor_of
from dothi.kernel.problems import NotAllowed, Problem, Unavailable, msg

RETRY_AFTER_S: Final = "30"
TYPES: Final = "urn:dothi:problem:"


class TooLarge(Problem):
    """More was sent than a request may carry."""

    slug = "too-large"
    status = 413
    title = msg("More was sent than is allowed at once")
    way_out = msg("Send the files one by one, or as photographs of a lower resolution.")


class BodyTooLarge(BadRequest):
    """A request says that it carries more than TooLarge allows; Django answers it by handler400."""


class FormTooOld(NotAllowed):
    """A form cannot be taken as the reader's own: open too long, in too many windows, or another site's."""

    slug = "form-too-old"
    title = msg("This form has been open too long")
    way_out = msg("Nothing was sent. Go back, reload the page and send the form again.")


class TooMany(Problem):
    """Asked too often in a short time."""

    slug = "too-many"
    status = 429
    title = msg("Too many attempts in a short time")
    way_out = msg("Wait a few minutes, then try again. What was sent before is kept.")


class ProblemMiddleware:
    """Turns an expected failure of a view into the page, or the problem+json, that says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a Problem; leave everything else to Django."""
        return answer(request, error) if isinstance(error, Problem) else None


def answer(request: HttpRequest, problem: Problem, page: str = "", **facts: object) -> HttpResponse:
    """
    Return the page or the problem+json of `problem`, in the reader's language.

    A room may extend `components/problem.html` by a `page` of its own, which `facts` reach. Without one,
    what is unavailable may be the frame itself.
    """
    title, way_out = words(problem)
    if _wants_json(request):
        said = {
            "type": f"{TYPES}{problem.slug}",
            "title": title,
            "detail": way_out,
            "status": problem.status,
        }
        return JsonResponse(said, status=problem.status, content_type="application/problem+json")
    if isinstance(problem, Unavailable) and not page:
        return plain(503)
    told = {"title": title, "way_out": way_out, "slug": problem.slug, **facts}
    return framed(request, page or "components/problem.html", status=problem.status, **told)


def framed(request: HttpRequest, page: str, *, status: int, **facts: object) -> HttpResponse:
    """Return a page that extends `problem_frame`: of officials that of the room, of all others residents'."""
    official = actor_of(request).kind is Kind.OFFICIAL
    rooms = settings.PROBLEM_FRAMES.items() if official else ()
    room = next((of for begins, of in rooms if request.path.startswith(begins)), "")
    frame = {"official": True, **import_string(room)(request)} if room else {}
    return render(request, page, {**frame, "status": status, **facts}, status=status)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - so Django calls it
    """Answer what Django refuses by itself (handler403)."""
    return framed(request, "403.html", status=HTTPStatus.FORBIDDEN)


def words(problem: Problem) -> tuple[str, str]:
    """Return title and way out in the reader's language, filled with what the problem knows."""
    return _filled(problem.title, problem), _filled(problem.way_out, problem)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what nobody expected (handler500); a database that is away is a wait, not a fault."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return answer(request, Unavailable())
    return plain(500)


def _filled(text: str, problem: Problem) -> str:
    translated = gettext(text)
    try:
        return translated % problem.facts
    except (KeyError, ValueError, TypeError):  # better a placeholder on the page than no page
        return translated


def plain(status: int) -> HttpResponse:
    """Return the page of a status that needs neither database nor frame."""
    response = HttpResponse(render_to_string(f"{status}.html"), status=status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = RETRY_AFTER_S
    return response


def _wants_json(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or ("json" in accepted and "html" not in accepted)
