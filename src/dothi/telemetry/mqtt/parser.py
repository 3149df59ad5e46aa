"""Bytes of a connection as packets (MQTT 3.1.1, chapters 2 and 3)."""

from collections.abc import Iterator
from typing import Final

from dothi.telemetry.mqtt.packets import Connect, Kind, Malformed, Packet, Publish, Subscribe

FIXED_FLAGS: Final = {Kind.CONNECT: 0, Kind.PUBACK: 0, Kind.SUBSCRIBE: 2, Kind.UNSUBSCRIBE: 2,
                      Kind.PINGREQ: 0, Kind.DISCONNECT: 0}  # fmt: skip


class Parser:
    """Takes pieces of a stream and gives its packets; refuses those longer than `most` bytes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._pieces: list[bytes] = []
        self._size = self._need = 0

    def feed(self, piece: bytes) -> Iterator[Packet]:
        """Yield the packets that `piece` completes. Raises Malformed."""
        self._pieces.append(piece)
        self._size += len(piece)
        if self._size < self._need:  # joined once, not at each of a million tiny pieces
            return
        data, at = b"".join(self._pieces), 0
        while header := _header(data, at):
            begin, length = header
            if length > self.most:
                raise Malformed(f"a packet of {length} bytes; {self.most} are taken")
            if begin + length > len(data):
                break
            first, body, at = data[at], data[begin : begin + length], begin + length
            yield _publish(first, body) if first >> 4 == 3 else _other(first, body)  # Kind.PUBLISH
        self._pieces, self._size = [data[at:]], len(data) - at
        self._need = header[0] + header[1] - at if header else 0


def _header(data: bytes, at: int) -> tuple[int, int] | None:
    """Return where the body of the packet at `at` begins, and its length; None if not all has come."""
    if len(data) > at + 1 and data[at + 1] < 128:  # as most are
        return at + 2, data[at + 1]
    length = 0
    for place, byte in enumerate(data[at + 1 : at + 5]):
        length |= (byte & 127) << 7 * place
        if byte < 128:
            return at + 2 + place, length
    if len(data) - at > 4:
        raise Malformed("a remaining length of more than four bytes")
    return None


def _publish(first: int, body: bytes) -> Publish:
    qos = first >> 1 & 3
    if qos > 1:
        raise Malformed("QoS 2 is not taken: readings may come twice without harm, QoS 1 is enough")
    end = 2 + int.from_bytes(body[:2])
    begin = end + 2 if qos else end
    if begin > len(body) or end == 2:
        raise Malformed("PUBLISH ends before it says all")
    packet = int.from_bytes(body[end:begin])
    if qos and not packet:
        raise Malformed("a packet id of 0")
    return Publish(_text(body[2:end]), body[begin:], qos, packet)


def _other(first: int, body: bytes) -> Packet:
    try:
        kind = Kind(first >> 4)
    except ValueError:
        raise Malformed(f"a packet of type {first >> 4}, which no client sends here") from None
    if first & 15 != FIXED_FLAGS[kind]:
        raise Malformed(f"{kind.name} with flags {first & 15}")
    if kind == Kind.CONNECT:
        return _connect(_Fields(body))
    if kind in (Kind.SUBSCRIBE, Kind.UNSUBSCRIBE):
        return _subscribe(kind, _Fields(body))
    if len(body) != (2 if kind == Kind.PUBACK else 0):
        raise Malformed(f"{kind.name} of {len(body)} bytes")
    return kind


def _connect(told: "_Fields") -> Connect:
    known = told.text() == "MQTT" and told.number(1) == 4
    if not known:
        return Connect("", clean=True, keep_alive=0, username=None, password=None, protocol_known=False)
    flags = told.number(1)
    keep_alive = told.number(2)
    client = told.text()
    if flags & 1 or (flags & 0x40 and not flags & 0x80) or flags >> 3 & 3 == 3:
        raise Malformed(f"CONNECT with flags {flags:#x}")
    if flags & 4:  # a will: nobody here reads one, see docs/explanation/readings.md
        told.text(), told.field()
    elif flags & 0x38:
        raise Malformed("CONNECT with flags of a will that it does not have")
    username = told.text() if flags & 0x80 else None
    password = told.field() if flags & 0x40 else None
    told.end()
    return Connect(client, bool(flags & 2), keep_alive, username, password)


def _subscribe(kind: Kind, told: "_Fields") -> Subscribe:
    packet = told.number(2)
    filters = []
    while told.left():
        filters.append(told.text())
        if kind == Kind.SUBSCRIBE and told.number(1) > 2:
            raise Malformed("SUBSCRIBE with a QoS above 2")
    if not filters or not packet:
        raise Malformed(f"{kind.name} of nothing")
    return Subscribe(packet, filters, leave=kind == Kind.UNSUBSCRIBE)


def _text(told: bytes) -> str:
    try:
        text = told.decode()
    except UnicodeDecodeError as error:
        raise Malformed("text that is not UTF-8") from error
    if "\0" in text:
        raise Malformed("text with U+0000")
    return text


class _Fields:
    """The body of a packet, read from its beginning (section 1.5)."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def _take(self, size: int) -> bytes:
        told = self._body[self._at : self._at + size]
        if len(told) < size:
            raise Malformed("a packet ends before it says all")
        self._at += size
        return told

    def number(self, size: int) -> int:
        return int.from_bytes(self._take(size))

    def field(self) -> bytes:
        return self._take(self.number(2))

    def text(self) -> str:
        return _text(self.field())

    def left(self) -> bool:
        return self._at < len(self._body)

    def end(self) -> None:
        if self.left():
            raise Malformed("a packet goes on after its end")
