"""
Where sources notify this broker of what it subscribed to there (clauses 5.8.1.4 and 5.8.6).

Nobody is asked for a token: the id of the subscription is one that only its source was told.
"""

import logging
from collections.abc import Mapping

from starlette.requests import ClientDisconnect
from starlette.requests import Request as Asked
from starlette.responses import Response

from dothi.context.api import answers, bodies, media
from dothi.context.api.ask import Ask
from dothi.context.api.request import Request
from dothi.context.errors import BadRequestData, InternalError, NgsiLdError
from dothi.context.operations.copy_plans import PATH as PATH

log = logging.getLogger(__name__)


async def told(asked: Asked) -> Response:
    """Take a Notification (5.3.1)."""
    try:
        return await _told(Request(asked.scope, asked.receive))
    except NgsiLdError as error:
        return answers.problem(error)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody reads it: the source went away before all was said
    except Exception:
        log.exception("a notification of a source could not be taken")
        return answers.problem(InternalError("the broker could not do this; its log says why"))


async def _told(request: Request) -> Response:
    bodies.check(request)
    media.brought(request.headers.get("Content-Type"), patch=False)
    ask = Ask(request)
    async with ask.state.hearing.reading:
        notification = await ask.body()
    copy = await ask.state.hearing.copy(_name(notification))
    await ask.state.hearing.take(copy, notification.get("data"), await ask.names())
    return Response(status_code=200)


def _name(notification: object) -> str:
    """Return the id under which a notification comes. Raises BadRequestData."""
    name = notification.get("subscriptionId") if isinstance(notification, Mapping) else None
    if not isinstance(name, str) or "\0" in name:
        raise BadRequestData("a notification names a subscription")
    return name
