"""An outsider at the real pages process, with bytes that no browser would send."""

import contextlib
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dothi.config.supervisor import postgres
from tests.support.pages import serving
from tests.support.prepared import TEMPLATE

MIB = 1_048_576
ODD = [
    "/track/?code=%00", "/track/%00/", "/track/%ff%fe/", "/track/" + "9" * 3000 + "/", "/track/%25%27--/",
    "/procedures/?q=%00", "/procedures/?q=%ff", "/procedures/?q=%25%5f%27%22", "/procedures/%00/",
    "/procedures/%2e%2e%2f%2e%2e%2fetc%2fpasswd/", "/account/sign-in/?next=%0d%0aSet-Cookie:%20a=b",
    "/account/sign-in/?next=//evil.example", "/account/vneid/callback/?state=%00&code=%00", "/%c0%ae%c0%ae/",
    "/ledger/tile/0/x999/x999/x999/x999/999", "/ledger/tile/99/000", "/ledger/tile/0/000.p/0",
    "/ledger/tile/0/000.p/999", "/ledger/tile/entries/x999/x999/x999/x999/999",
    "/ledger/tile/../../etc/passwd",
    "/static/../../../../../../etc/passwd", "/static/%2e%2e/%2e%2e/%2e%2e/config/settings.py",
    "/static/dist/../../../config/settings.py", "/static//etc/passwd", "/static/%00", "/-/ready?x=%00",
    "/?q=%E2%80%AE", "/desk/find/?code=%00", "/inbox/?before=%00", "//evil.example/", "/\\evil.example",
]  # fmt: skip


@pytest.fixture(scope="module")
def address(cluster: postgres.Cluster) -> Iterator[str]:
    """The pages process on a database of its own."""
    postgres.create_database(cluster, "dothi_outsider", TEMPLATE)
    with serving(cluster.dsn("dothi_app", "dothi_outsider")) as here:
        yield here


def connect(address: str, seconds: float = 10) -> socket.socket:
    parts = urlsplit(address)
    return socket.create_connection(("127.0.0.1", parts.port or 80), seconds)


def said(address: str, request: bytes, seconds: float = 10) -> tuple[int, dict[str, str], bytes]:
    """Send the bytes of a request and return status, headers and body of the answer."""
    with connect(address, seconds) as line:
        line.sendall(request)
        return answer_on(line)


def answer_on(line: socket.socket) -> tuple[int, dict[str, str], bytes]:
    got = b""
    with contextlib.suppress(TimeoutError, ConnectionResetError):
        while part := line.recv(65536):
            got += part
    head, _, body = got.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (one.partition(": ")[::2] for one in lines)
    return int(first.split()[1]) if first else 0, {name.lower(): value for name, value in pairs}, body


def get(address: str, path: str, *headers: str, host: str = "localhost", method: str = "GET") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1")


def token(address: str) -> str:
    """Return the cookie against forgery, as any visitor gets it, with the header that answers it."""
    _, headers, body = said(address, get(address, "/components/view/"))
    cookie = headers["set-cookie"].split(";")[0]
    field = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', body)
    assert field is not None
    return f"Cookie: {cookie}\r\nX-CSRFToken: {field[1].decode()}"


def memory_mib() -> float:
    """Return the resident memory of the pages processes that this test started."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError, ValueError):
            if b"dothi_outsider" in (status.parent / "environ").read_bytes():
                total += int(status.read_text().split("VmRSS:")[1].split()[0])
    return total / 1024


class TestOddBytes:
    @pytest.mark.parametrize("path", ODD)
    def test_break_nothing_and_leak_nothing(self, address: str, path: str) -> None:
        status, headers, body = said(address, get(address, path))
        assert 200 <= status < 500, (status, body[:300])
        for leak in (b"root:", b"Traceback", b"SECRET_KEY", b"psycopg", b"django.core"):
            assert leak not in body
        assert "evil.example" not in headers.get("location", "")
        assert "a=b" not in headers.get("set-cookie", "")

    @pytest.mark.parametrize(
        "path", ["/", "/verify/", "/nowhere/", "/desk/", "/ledger/checkpoint", "/%ff", "/account/vneid/"]
    )
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_are_answered_with_every_header_that_protects(self, address: str, path: str, method: str) -> None:
        length = ["Content-Length: 0"] if method == "POST" else []
        _, headers, _ = said(address, get(address, path, *length, method=method))
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"

    def test_in_headers_change_neither_host_nor_method_nor_scheme(self, address: str) -> None:
        assert said(address, get(address, "/", host="evil.example"))[0] == 400
        forged = ["X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "X-Forwarded-For: 10.0.0.1",
                  "X-HTTP-Method-Override: POST", "X-Original-URL: /inbox/"]  # fmt: skip
        status, headers, body = said(address, get(address, "/desk/", *forged))
        assert (status, headers["location"].split("?")[0]) == (302, "/account/sign-in/")
        status, headers, body = said(address, get(address, "/components/view/", *forged))
        assert b"evil.example" not in body
        assert status == 200
        assert "strict-transport-security" not in headers

    def test_in_a_form_are_refused(self, address: str) -> None:
        lines = [token(address), "Content-Type: application/x-www-form-urlencoded"]
        for body in ("next=%00", "%00=x", "username=a%00&password=b"):
            asked = get(address, "/account/official/", *lines, f"Content-Length: {len(body)}", method="POST")
            assert said(address, asked + body.encode())[0] == 400


class TestTooMuch:
    def test_is_refused_before_it_is_sent(self, address: str) -> None:
        """Ten gigabytes: the answer comes at once, and what follows finds no reader."""
        lines = [
            token(address),
            f"Content-Length: {10 * 1024 * MIB}",
            "Content-Type: multipart/form-data; boundary=x",
        ]
        before = memory_mib()
        with connect(address) as line:
            line.sendall(get(address, "/verify/", *lines, method="POST"))
            sent = 0
            with contextlib.suppress(OSError):
                for _ in range(300):
                    sent += line.send(b"x" * MIB)
            assert answer_on(line)[0] in (0, 413)
        status, _, body = said(address, get(address, "/verify/", *lines, method="POST"))
        assert (status, b'lang="vi"' in body) == (413, True)
        assert 0 < memory_mib() < before + 100

    def test_without_a_length_is_not_read(self, address: str) -> None:
        lines = [
            token(address),
            "Transfer-Encoding: chunked",
            "Content-Type: multipart/form-data; boundary=x",
        ]
        before = memory_mib()
        with connect(address) as line:
            line.sendall(get(address, "/verify/", *lines, method="POST"))
            with contextlib.suppress(OSError):
                for _ in range(200):
                    line.sendall(b"100000\r\n" + b"x" * MIB + b"\r\n")
                line.sendall(b"0\r\n\r\n")
            assert answer_on(line)[0] in (0, 403, 413, 422)
        assert 0 < memory_mib() < before + 100

    @pytest.mark.parametrize("length", ["-1", "1e3", "99999999999999999999999999"])
    def test_by_a_length_that_is_none_is_refused(self, address: str, length: str) -> None:
        assert said(address, get(address, "/verify/", f"Content-Length: {length}", method="POST"))[0] in (
            400,
            413,
        )

    def test_in_fields_is_refused(self, address: str) -> None:
        body = "&".join(f"f{n}=x" for n in range(5000))
        lines = [
            token(address),
            f"Content-Length: {len(body)}",
            "Content-Type: application/x-www-form-urlencoded",
        ]
        assert said(address, get(address, "/verify/", *lines, method="POST") + body.encode())[0] == 400


class TestSlowness:
    def test_of_many_leaves_the_others_served(self, address: str) -> None:
        """Headers, and bodies, that never end; many times more of them than there are threads."""
        lines = [token(address), "Content-Length: 100000", "Content-Type: application/x-www-form-urlencoded"]
        with contextlib.ExitStack() as held:
            for n in range(100):
                line = held.enter_context(connect(address))
                line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: " if n % 2 else
                             get(address, "/verify/", *lines, method="POST") + b"a=")  # fmt: skip
            for _ in range(20):
                assert said(address, get(address, "/components/view/"))[0] == 200

    def test_of_many_large_bodies_is_bounded_and_leaves_small_forms_taken(self, address: str) -> None:
        """What has been promised room is taken; the next large body is asked to come again later."""
        large = [
            token(address),
            f"Content-Length: {60 * MIB}",
            "Content-Type: multipart/form-data; boundary=x",
        ]
        asked = get(address, "/verify/", *large, method="POST")
        with contextlib.ExitStack() as held:
            for _ in range(17):
                held.enter_context(connect(address)).sendall(asked + b"--x")
            assert said(address, asked)[0] == 503
            body = b"next=/"
            form = [token(address), f"Content-Length: {len(body)}",
                    "Content-Type: application/x-www-form-urlencoded"]  # fmt: skip
            assert said(address, get(address, "/verify/", *form, method="POST") + body)[0] in (200, 302, 422)


class TestProxy:
    def test_says_who_asks_only_where_it_is_trusted(self, cluster: postgres.Cluster, address: str) -> None:
        """Limits by address count the asker behind the operator's proxy, and nobody's own word."""
        ask = [(f"X-Forwarded-For: 203.0.113.{n}", "/track/H26.99.99-261122-000001/") for n in range(40)]
        trusting = serving(cluster.dsn("dothi_app", "dothi_outsider"), trusted_proxy="127.0.0.1")
        with trusting as behind:
            assert 429 not in {said(behind, get(behind, path, header))[0] for header, path in ask}
            assert [said(behind, get(behind, path, ask[0][0]))[0] for _, path in ask][-1] == 429
        assert 429 in [said(address, get(address, path, header))[0] for header, path in ask]
