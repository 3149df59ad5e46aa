"""Who may come in. Callers are not known to the broker yet, so that closed doors let nobody in."""

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

UNKNOWN = Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})


class ClosedDoors:
    """Refuses every request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the start and the end of the process through, and no request."""
        inner = UNKNOWN if scope["type"] == "http" else self.app
        await inner(scope, receive, send)
