"""The door by TLS: the certificate of a device lets it in, and no other."""

import contextlib
import socket
import ssl
from pathlib import Path

import httpx
import psycopg

from tests.integration.telemetry.test_acknowledgment import message
from tests.support.certificates import Authority, Pair
from tests.support.devices import TOKEN, Ingest, ingest
from tests.support.packets import field, heard, is_let_in
from tests.support.servers import free_port
from tests.support.waiting import until

ACCEPTED, REFUSED = b"\x20\x02\x00\x00", b"\x20\x02\x00\x04"


class Doors:
    """Connections by TLS to the doors on `mqtts` and `https`, trusted because `authority` says so."""

    def __init__(self, authority: Authority, mqtts: int, https: int) -> None:
        self._authority, self._mqtts, self._https = authority, mqtts, https

    def _context(self, pair: Pair | None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._authority.certificate)
        if pair:
            context.load_cert_chain(pair.certificate, pair.key)
        return context

    def answer(self, pair: Pair | None, user: str, token: bytes = b"") -> bytes:
        """Return the answer to CONNECT of a device with a certificate, maybe with a token too."""
        body = field(b"MQTT") + bytes([4, 0xC2 if token else 0x82, 0, 0]) + field(b"c") + field(user.encode())
        body += field(token) if token else b""
        with (
            socket.create_connection(("127.0.0.1", self._mqtts), 10) as plain,
            self._context(pair).wrap_socket(plain, server_hostname="127.0.0.1") as connection,
        ):
            connection.sendall(bytes([0x10, len(body)]) + body)
            return heard(connection, 4)

    def opened(self, pair: Pair, user: str) -> bool:
        """Tell whether a device with a certificate is let in; nobody may listen yet."""
        with contextlib.suppress(ConnectionError):
            return self.answer(pair, user) == ACCEPTED
        return False

    def posted(self, user: str, token: bytes) -> int:
        """Return the status of a reading by HTTPS, 0 while nobody listens."""
        place = f"https://127.0.0.1:{self._https}/devices/{user}/readings"
        bearer = {"Authorization": f"Bearer {token.decode()}"}
        with contextlib.suppress(httpx.ConnectError):
            told = httpx.post(
                place, content=message(1), timeout=30, headers=bearer, verify=self._context(None)
            )
            return told.status_code
        return 0


class TestTls:
    def test_lets_devices_in_by_certificate_or_token(self, dsn: str, tmp_path: Path) -> None:
        authority = Authority(tmp_path)
        door_pair, own, strange = (authority.made(name) for name in ("door", "s1", "stranger"))
        with psycopg.connect(dsn) as connection:
            connection.execute(
                "update telemetry.device set certificate_hash = decode(%s, 'hex'), token_hash = null"
                " where id = 's1'",
                [own.fingerprint],
            )
        mqtts, https = free_port(), free_port()
        told = (
            ("--certificate", door_pair.certificate),
            ("--key", door_pair.key),
            ("--client-ca", authority.certificate),
        )
        options = [text for name, file in told for text in (name, str(file))]
        doors, log = Doors(authority, mqtts, https), tmp_path / "log"
        with (
            socket.create_server(("", mqtts)) as taken,
            ingest(dsn, log, 0, "--tls", str(mqtts), "--https", str(https), *options) as door,
        ):
            until(lambda: doors.posted("s2", TOKEN) == 204)  # the other doors do not wait for that one
            assert is_let_in(door.port, "s2")
            assert f"AT PORT {mqtts} STAYS SHUT" in log.read_text()
            taken.close()
            until(lambda: doors.opened(own, "s1"))
            assert doors.answer(own, "") == ACCEPTED
            assert doors.answer(own, "s2") == REFUSED
            assert doors.answer(strange, "s1") == REFUSED
            assert doors.answer(None, "s1") == REFUSED
            assert doors.answer(None, "s2", TOKEN) == ACCEPTED
            assert doors.posted("s1", TOKEN) == 401
            with psycopg.connect(dsn) as connection:
                connection.execute("update telemetry.device set revoked_at = now() where id = 's1'")
            until(lambda: doors.answer(own, "s1") == REFUSED)
            with socket.create_connection(("127.0.0.1", mqtts), 10) as plain:
                plain.sendall(b"\x10\x00 no tls")
                assert plain.recv(100)[:1] in (b"", b"\x15")  # the end, or an alert (RFC 8446, section 6)
            assert door.process.poll() is None

    def test_opens_no_door_to_all_without_a_certificate(self, dsn: str, tmp_path: Path) -> None:
        running = Ingest(dsn, tmp_path / "log", 0, "--https", str(free_port()))
        assert running.process.wait(30) == 2
        assert "need --certificate and --key" in (tmp_path / "log").read_text()
