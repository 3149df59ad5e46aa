"""
The page that people see while the node starts: Vietnamese, English beside, without any installed part.

It serves on a listening socket that pages take over later. Connections that arrive between the two
wait in the socket's queue, so nobody meets a browser's error page. Standard library only.
"""

import json
import socket
from html import escape
from threading import Thread

from dothi.config.supervisor import boot_design
from dothi.config.supervisor.progress import DONE, FAILED, RUNNING, Progress

HEADERS = {
    "Cache-Control": "no-store",
    "Connection": "close",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
    " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
WORDS = {
    RUNNING: ("Đang làm", "in progress"),
    DONE: ("Xong", "done"),
    FAILED: ("Có lỗi", "failed"),
}
WAITS = ("Chờ", "waiting")
LONGEST_REQUEST = 16_384


class BootPage:
    """Serves the progress on `listener` from `start` to `stop`."""

    def __init__(self, listener: socket.socket, progress: Progress) -> None:
        self._listener = listener
        self.progress = progress
        self._serving = False
        self._thread: Thread | None = None
        self._answers: list[Thread] = []

    def start(self) -> None:
        """Begin to answer."""
        self._listener.settimeout(0.1)
        self._serving = True
        self._thread = Thread(target=self._accept, name="boot-page", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop to accept and wait until what was accepted is answered."""
        self._serving = False
        if self._thread:
            self._thread.join()
        for answer in self._answers:
            answer.join(3)

    @property
    def serving(self) -> bool:
        """Tell whether the page answers."""
        return self._serving

    def _accept(self) -> None:
        while self._serving:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # nobody came in the last tenth of a second
                continue
            self._answers = [answer for answer in self._answers if answer.is_alive()]
            answer = Thread(target=self._answer, args=(connection,), daemon=True)
            self._answers.append(answer)
            answer.start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(3)
            try:
                path = _read_path(connection)
                if path:
                    connection.sendall(respond(path, self.progress))
            except OSError:
                return


def _read_path(connection: socket.socket) -> str:
    """Return the path of the request, empty when there is none."""
    head = b""
    while b"\r\n\r\n" not in head and len(head) < LONGEST_REQUEST:
        part = connection.recv(4096)
        if not part:
            break
        head += part
    words = head.split(b"\r\n", 1)[0].split()
    return words[1].decode("ascii", "replace").split("?")[0] if len(words) == 3 else ""


def respond(path: str, progress: Progress) -> bytes:
    """Return the whole response to a request for `path`."""
    if path == "/-/boot/style.css":
        return _response(200, "text/css", boot_design.STYLE)
    if path == "/-/boot/script.js":
        return _response(200, "text/javascript", boot_design.SCRIPT)
    if path in ("/-/boot/sign.svg", "/favicon.ico"):
        return _response(200, "image/svg+xml", boot_design.SIGN)
    if path == "/-/alive":
        return _response(200, "application/json", '{"alive": true}')
    if path in ("/-/boot/state", "/-/ready"):
        status = 200 if path == "/-/boot/state" else 503
        return _response(status, "application/json", json.dumps(progress.as_dict(), ensure_ascii=False))
    return _response(200, "text/html", page(progress))


def _response(status: int, kind: str, text: str) -> bytes:
    body = text.encode()
    reason = {200: "OK", 503: "Service Unavailable"}[status]
    lines = [
        f"HTTP/1.1 {status} {reason}",
        f"Content-Type: {kind}; charset=utf-8",
        f"Content-Length: {len(body)}",
    ]
    lines += [f"{name}: {value}" for name, value in HEADERS.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def page(progress: Progress) -> str:
    """Return the HTML of the progress page."""
    rows = "\n".join(
        boot_design.ROW.format(
            state=step.state, key=step.key, vi=escape(step.vi), en=escape(step.en),
            state_vi=WORDS.get(step.state, WAITS)[0], state_en=WORDS.get(step.state, WAITS)[1],
            seconds=_seconds(step.elapsed()) if step.state != "waiting" else "",
        )
        for step in progress.steps
    )  # fmt: skip
    done = sum(step.state == DONE for step in progress.steps)
    trouble = boot_design.TROUBLE.format(text=escape(progress.trouble)) if progress.trouble else ""
    return boot_design.PAGE.format(rows=rows, done=done, total=len(progress.steps), trouble=trouble)


def _seconds(value: float) -> str:
    return f"{value:.0f} giây"
