"""Bytes as packets of MQTT 3.1.1."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.telemetry.mqtt import Connect, Kind, Malformed, Packet, Parser, Publish, Subscribe, suback

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40)
PACKET = st.integers(1, 65_535)
MESSAGES = st.one_of(
    st.builds(Publish, TEXT, st.binary(max_size=400), st.just(1), PACKET),
    st.builds(Publish, TEXT, st.binary(max_size=400), st.just(0), st.just(0)),
    st.builds(Connect, TEXT, st.booleans(), st.integers(0, 65_535), TEXT, st.binary(max_size=40)),
    st.builds(Subscribe, PACKET, st.lists(TEXT, min_size=1, max_size=4), st.booleans()),
    st.sampled_from([Kind.PINGREQ, Kind.DISCONNECT]),
)


def field(told: bytes) -> bytes:
    return len(told).to_bytes(2) + told


def packet(first: int, body: bytes) -> bytes:
    length, out = len(body), bytearray([first])
    while length > 127:
        out.append(length & 127 | 128)
        length >>= 7
    return bytes(out) + bytes([length]) + body


def sent(told: Packet) -> bytes:
    """Return a packet as a client sends it."""
    match told:
        case Publish(topic, payload, qos, number):
            head = field(topic.encode()) + (number.to_bytes(2) if qos else b"")
            return packet(0x30 | qos << 1, head + payload)
        case Connect():
            flags = 0xC0 | told.clean << 1
            user, password = field((told.username or "").encode()), field(told.password or b"")
            head = field(b"MQTT") + bytes([4, flags]) + told.keep_alive.to_bytes(2)
            return packet(0x10, head + field(told.client.encode()) + user + password)
        case Subscribe():
            end = b"" if told.leave else b"\1"
            filters = b"".join(field(one.encode()) + end for one in told.filters)
            return packet(0xA2 if told.leave else 0x82, told.packet.to_bytes(2) + filters)
    return bytes([told << 4, 0])


class TestParser:
    @given(st.lists(MESSAGES, max_size=8), st.data())
    def test_gives_what_was_sent_however_the_network_cut_it(
        self, messages: list[Packet], data: st.DataObject
    ) -> None:
        stream = b"".join(sent(one) for one in messages)
        cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
        parser = Parser(1_000)
        ends = [0, *cuts, len(stream)]
        pieces = [stream[begin:end] for begin, end in itertools.pairwise(ends)]
        assert [one for piece in pieces for one in parser.feed(piece)] == messages

    @given(st.binary(max_size=200))
    def test_ends_with_packets_or_malformed_whatever_comes(self, stream: bytes) -> None:
        parser = Parser(100)
        try:
            for piece in (stream[:7], stream[7:]):
                list(parser.feed(piece))
        except Malformed:
            pass

    def test_refuses_a_long_packet_before_it_has_come(self) -> None:
        with pytest.raises(Malformed):
            list(Parser(100).feed(b"\x32\x80\x80\x80\x01"))

    @pytest.mark.parametrize(
        "stream",
        [
            packet(0x34, field(b"a") + b"\0\1"),  # QoS 2
            packet(0x36, field(b"a") + b"\0\1"),
            packet(0x32, field(b"a") + b"\0\0"),  # packet id 0
            packet(0x32, field(b"a")),  # no packet id
            packet(0x30, field(b"\xff")),  # not UTF-8
            packet(0x30, field(b"a\0")),
            packet(0x80, b"\0\1" + field(b"a") + b"\0"),  # wrong flags
            packet(0x20, b"\0\0"),  # what only servers send
            b"\x30\xff\xff\xff\xff\x01",
            packet(0x10, field(b"MQTT") + bytes([4, 0x40, 0, 0]) + field(b"c") + field(b"p")),
            packet(0x10, field(b"MQTT") + bytes([4, 3, 0, 0]) + field(b"c")),
        ],
    )
    def test_refuses_what_the_standard_forbids(self, stream: bytes) -> None:
        with pytest.raises(Malformed):
            list(Parser(1_000).feed(stream))

    def test_knows_another_version_as_such(self) -> None:
        (told,) = Parser(1_000).feed(packet(0x10, field(b"MQTT") + bytes([5, 2, 0, 0, 0]) + field(b"c")))
        assert isinstance(told, Connect)
        assert not told.protocol_known


def test_suback_has_a_code_for_each_filter() -> None:
    assert suback(258, [0, 128]) == bytes([0x90, 4, 1, 2, 0, 128])
