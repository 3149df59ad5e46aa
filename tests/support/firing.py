"""Firing requests at a door over a few connections that stay open, and at the wire itself."""

import http.client
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

PATIENCE_S = 30.0


@dataclass(frozen=True)
class Request:
    """One request as it goes over the wire."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""

    def raw(self, host: str = "localhost") -> bytes:
        """Return its bytes."""
        lines = [f"{self.method} {self.target} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines += [f"Content-Length: {len(self.content)}", "", ""]
        return "\r\n".join(lines).encode("latin-1", "replace") + self.content


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes


Check = Callable[[Request, Answer], None]


def fire(port: int, requests: Sequence[Request], check: Check, lanes: int = 4) -> None:
    """Send requests over `lanes` connections at once and let `check` look at each answer; none may lack."""
    with ThreadPoolExecutor(lanes) as pool:
        shares = [requests[lane::lanes] for lane in range(lanes)]
        for one in [pool.submit(_along, port, share, check) for share in shares]:
            one.result()


def _along(port: int, requests: Iterable[Request], check: Check) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    for request in requests:
        check(request, _answer(line, request))
    line.close()


def _answer(line: http.client.HTTPConnection, request: Request, again: bool = True) -> Answer:
    try:
        line.putrequest(request.method, request.target, skip_host="Host" in request.headers)
        for name, value in {**request.headers, "Content-Length": str(len(request.content))}.items():
            line.putheader(name, value.encode("latin-1", "replace"))
        line.endheaders(request.content or None)
        with line.getresponse() as found:
            return Answer(found.status, {n.lower(): v for n, v in found.getheaders()}, found.read())
    except (http.client.HTTPException, OSError) as error:
        line.close()
        if again and not isinstance(error, TimeoutError):  # it was closed after the answer before
            return _answer(line, request, again=False)
        raise AssertionError(f"no answer to {request}: {error!r}") from error


def thrown(port: int, stream: bytes) -> bytes:
    """Send bytes, say that no more will come, and return all that comes back. Raises AssertionError."""
    found = b""
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as line:
        try:
            line.sendall(stream)
            line.shutdown(socket.SHUT_WR)
            while piece := line.recv(65_536):
                found += piece
        except TimeoutError as error:
            raise AssertionError(f"the connection is not ended after {stream!r}") from error
        except OSError:  # reset: it was ended before all was sent
            pass
    return found
