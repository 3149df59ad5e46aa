"""CAP 1.2: the messages are those of the schema of OASIS, whatever somebody writes into them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dothi.incidents import cap
from dothi.incidents.hazards import hazards

SENT = datetime(2026, 9, 30, 1, 0, 30, 500, tzinfo=UTC)
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("cap-1.2.xsd")))
SQUARE = ((105.8, 21.0), (105.9, 21.0), (105.9, 21.1), (105.8, 21.0))
PATH = {"cap": cap.NAMESPACE}


def info(language: str = "vi-VN", **changes: object) -> cap.Info:
    given_: dict[str, object] = {
        "language": language, "event": "Ngập úng", "sender_name": "Trung tâm điều hành đô thị",
        "headline": "Ngập sâu ở Hoàn Kiếm", "description": "Nước sâu 50 cm.", "instruction": "Đi đường khác.",
        "areas": (cap.Area("Phường Hoàn Kiếm", (SQUARE,), "00070"),), **changes,
    }  # fmt: skip
    return cap.Info(**given_)  # type: ignore[arg-type]  # the test says what differs


def message(**changes: object) -> cap.Message:
    given_: dict[str, object] = {
        "identifier": "urn:dothi:hanoi.example:warning:1", "sender": "ioc@hanoi.example", "sent": SENT,
        "status": "Actual", "msg_type": "Alert", "category": "Met", "hazard": "flood",
        "urgency": "Immediate", "severity": "Severe", "certainty": "Observed", "onset": SENT,
        "expires": SENT + timedelta(hours=6), "web": "https://hanoi.example/warnings/1/", "references": (),
        "infos": (info(), info("en-US")), **changes,
    }  # fmt: skip
    return cap.Message(**given_)  # type: ignore[arg-type]  # the test says what differs


def parsed(told: cap.Message) -> etree._Element:
    document = etree.fromstring(cap.write(told))
    SCHEMA.assertValid(document)
    return document


def said(document: etree._Element, path: str) -> list[str]:
    return [str(found.text) for found in document.findall(path, PATH)]


class TestMessage:
    def test_is_valid_and_says_what_it_was_told(self) -> None:
        document = parsed(message())
        assert said(document, "cap:sent") == ["2026-09-30T08:00:30+07:00"]
        assert said(document, "cap:info/cap:language") == ["vi-VN", "en-US"]
        assert said(document, "cap:info/cap:headline")[0] == "Ngập sâu ở Hoàn Kiếm"
        assert said(document, "cap:info/cap:area/cap:geocode/cap:value") == ["00070", "00070"]
        polygon = said(document, "cap:info/cap:area/cap:polygon")[0]
        assert polygon.split()[0] == polygon.split()[-1] == "21.00000,105.80000"

    def test_refers_to_what_it_updates_or_cancels(self) -> None:
        earlier = cap.Reference("ioc@hanoi.example", "urn:1", SENT)
        later = cap.Reference("ioc@hanoi.example", "urn:2", SENT)
        document = parsed(message(msg_type="Update", references=(earlier, later)))
        assert said(document, "cap:references") == [
            "ioc@hanoi.example,urn:1,2026-09-30T08:00:30+07:00"
            " ioc@hanoi.example,urn:2,2026-09-30T08:00:30+07:00"
        ]

    @pytest.mark.parametrize("status", ["Exercise", "Test"])
    def test_that_is_no_actual_one_is_not_for_the_public(self, status: str) -> None:
        document = parsed(message(status=status))
        assert said(document, "cap:scope") == ["Restricted"]
        assert said(document, "cap:restriction")

    def test_is_valid_for_each_hazard(self) -> None:
        for key, hazard in hazards().items():
            parsed(message(hazard=key, category=hazard.category))

    def test_needs_no_shape(self) -> None:
        parsed(message(infos=(info(areas=(cap.Area("Toàn thành phố"),)),)))


class TestText:
    @given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=60))
    def test_comes_back_as_it_was_written_or_is_refused(self, text: str) -> None:
        told = message(infos=(info(headline=text),))
        if not cap.is_text(text):
            with pytest.raises(ValueError, match="headline"):
                cap.write(told)
            return
        document = parsed(told)
        expected = text.replace("\r\n", "\n").replace("\r", "\n")
        assert said(document, "cap:info/cap:headline") in ([text], [expected])

    def test_injects_no_element(self) -> None:
        evil = "</headline><scope>Public</scope><!-- ]]> &lt; <?x?>"
        document = parsed(message(status="Test", infos=(info(headline=evil, description=evil),)))
        assert said(document, "cap:scope") == ["Restricted"]
        assert said(document, "cap:info/cap:headline") == [evil]

    @pytest.mark.parametrize("evil", ["a b", "a,b", "a<b", "a&b", ""])
    def test_of_names_keeps_references_readable(self, evil: str) -> None:
        for told in (
            message(identifier=evil),
            message(sender=evil),
            message(references=(cap.Reference(evil, "x", SENT),)),
        ):
            with pytest.raises(ValueError, match="identifier or sender"):
                cap.write(told)

    def test_of_the_schema_is_not_lenient(self) -> None:
        broken = etree.fromstring(cap.write(message()))
        status = broken.find("cap:status", PATH)
        assert status is not None
        status.text = "Real"
        assert not SCHEMA.validate(broken)
        assert not SCHEMA.validate(
            etree.fromstring(cap.write(replace(message(), infos=())).replace(b"+07", b"Z"))
        )
