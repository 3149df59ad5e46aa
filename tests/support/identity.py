"""The demo identity provider for tests: the real one, on a free port, in a thread of its own."""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import uvicorn

from dothi.config.demo.idp.app import create_app
from dothi.config.demo.idp.settings import Provider


@contextlib.contextmanager
def running_idp(
    folder: Path, client_url: str, slow_s: float = 1.0, listener: socket.socket | None = None
) -> Iterator[Provider]:
    """Serve a provider whose only client is at `client_url` while the block lasts."""
    listener = listener or socket.create_server(("127.0.0.1", 0))
    issuer = f"http://localhost:{listener.getsockname()[1]}"
    provider = Provider(issuer, client_url, folder / "idp", folder / "idp" / "client.pem", slow_s)
    server = uvicorn.Server(uvicorn.Config(create_app(provider), log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield provider
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def sign_in_at(
    address: str, person: str = "an", choice: str = "agree", scenario: str = "normal"
) -> dict[str, str]:
    """Answer the sign-in page at `address` as its form would; return the query that comes back."""
    with httpx.Client() as browser:
        page = browser.get(address)
        page.raise_for_status()
        ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)
        assert ticket is not None
        form = {"ticket": ticket[1], "person": person, "choice": choice, "scenario": scenario}
        answer = browser.post(address.split("?")[0], data=form)
    return {
        "location": answer.headers["location"],
        **dict(parse_qsl(urlsplit(answer.headers["location"]).query)),
    }
