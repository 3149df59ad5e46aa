"""Pages for what no view answers: who asks is recognized first, so that the frame is theirs."""

from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from dothi.foundation.clock import now
from dothi.kernel.problems import NotFound
from dothi.web.accounts.sessions import recognize_request
from dothi.web.components.problems import BodyTooLarge, FormTooOld, TooLarge, answer, plain


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - so Django calls it
    """Answer an address that is none (handler404)."""
    recognize_request(request, now())
    return answer(request, NotFound(), "404.html")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be read (handler400); too large a request is named as such."""
    if not isinstance(exception, BodyTooLarge | RequestDataTooBig):
        return plain(HTTPStatus.BAD_REQUEST)
    recognize_request(request, now())
    return answer(request, TooLarge())


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - so Django calls it
    """Answer a form that cannot be taken as the reader's own (CSRF_FAILURE_VIEW)."""
    recognize_request(request, now())
    return answer(request, FormTooOld(), "403_csrf.html")
