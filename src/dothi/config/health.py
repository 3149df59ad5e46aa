"""What the pages process tells about itself: alive, and whether the node is whole."""

import json

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dothi.foundation.identity.doors import public


@never_cache
@require_safe
@public
def alive(_request: HttpRequest) -> HttpResponse:
    """Answer as long as this process does."""
    return JsonResponse({"alive": True})


@never_cache
@require_safe
@public
def ready(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when the node is whole and its database answers; else 503 with what is missing."""
    told = _state()
    told["database"] = _database_answers()
    whole = bool(told.get("whole")) and bool(told["database"])
    return JsonResponse(told, status=200 if whole else 503)


def _state() -> dict[str, object]:
    """Return what the supervisor wrote; whole when no supervisor runs this process."""
    path = settings.VAR / "run" / "state.json"
    if not path.exists():
        return {"whole": True}
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return False
    return True
