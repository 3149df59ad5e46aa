"""
A public warning as a message of the Common Alerting Protocol.

Standard: OASIS CAP 1.2 (2010); section numbers stand beside the code. Elements are written in the order
of its schema. Nothing here reads a database: what is told here is the whole message.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as Xml
from zoneinfo import ZoneInfo

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE = "application/cap+xml"
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
Ring = Sequence[tuple[float, float]]
"""Longitude and latitude of a closed line, in degrees, EPSG:4326."""

# XML 1.0, 2.2: what no document may contain, not even escaped.
_NO_TEXT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_TOKEN = re.compile(r"[\s,<&]")


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier message (3.2.1, `references`)."""

    sender: str
    identifier: str
    sent: datetime

    def __str__(self) -> str:
        return f"{self.sender},{self.identifier},{instant(self.sent)}"


@dataclass(frozen=True, slots=True)
class Area:
    """Where it holds (3.2.4): a name, the outer lines of its shape, and the code of the ward."""

    description: str
    rings: tuple[Ring, ...] = ()
    ward_code: str = ""


@dataclass(frozen=True, slots=True)
class Info:
    """What is told in one language (3.2.2)."""

    language: str
    event: str
    sender_name: str
    headline: str
    description: str
    instruction: str
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One message (3.2.1), with what all languages of it have in common."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    msg_type: str
    category: str
    hazard: str
    urgency: str
    severity: str
    certainty: str
    onset: datetime
    expires: datetime
    web: str
    references: tuple[Reference, ...]
    infos: tuple[Info, ...]


def instant(at: datetime) -> str:
    """Return an aware instant as 3.3.2 wants it: whole seconds and an offset, never `Z`."""
    return at.astimezone(HANOI).replace(microsecond=0).isoformat()


def is_text(text: str) -> bool:
    """Tell whether XML can carry `text`."""
    return _NO_TEXT.search(text) is None


def write(message: Message) -> bytes:
    """
    Return the message as XML in UTF-8.

    Raises ValueError where a text holds what XML cannot carry, or a name holds spaces, commas, < or &.
    """
    _check(message)
    alert = Xml.Element(f"{{{NAMESPACE}}}alert")
    _add(alert, "identifier", message.identifier)
    _add(alert, "sender", message.sender)
    _add(alert, "sent", instant(message.sent))
    _add(alert, "status", message.status)
    _add(alert, "msgType", message.msg_type)
    public = message.status == "Actual"
    _add(alert, "scope", "Public" if public else "Restricted")
    if not public:
        _add(alert, "restriction", "Exercise and Test are for the staff of the center only")
    if message.references:
        _add(alert, "references", " ".join(map(str, message.references)))
    for info in message.infos:
        _add_info(alert, message, info)
    Xml.indent(alert)
    return bytes(Xml.tostring(alert, encoding="utf-8", xml_declaration=True, default_namespace=NAMESPACE))


def _add_info(alert: Xml.Element, message: Message, told: Info) -> None:
    info = Xml.SubElement(alert, f"{{{NAMESPACE}}}info")
    _add(info, "language", told.language)
    _add(info, "category", message.category)
    _add(info, "event", told.event)
    _add(info, "urgency", message.urgency)
    _add(info, "severity", message.severity)
    _add(info, "certainty", message.certainty)
    _add_pair(info, "eventCode", "urn:dothi:hazard", message.hazard)
    _add(info, "effective", instant(message.sent))
    _add(info, "onset", instant(message.onset))
    _add(info, "expires", instant(message.expires))
    for name, text in _words(told, message.web):
        if text:
            _add(info, name, text)
    for area in told.areas:
        _add_area(info, area)


def _words(told: Info, web: str) -> Iterable[tuple[str, str]]:
    return (
        ("senderName", told.sender_name), ("headline", told.headline), ("description", told.description),
        ("instruction", told.instruction), ("web", web),
    )  # fmt: skip


def _add_area(info: Xml.Element, told: Area) -> None:
    area = Xml.SubElement(info, f"{{{NAMESPACE}}}area")
    _add(area, "areaDesc", told.description)
    for ring in told.rings:
        # 3.2.4: latitude first, first and last point alike.
        _add(area, "polygon", " ".join(f"{lat:.5f},{lon:.5f}" for lon, lat in ring))
    if told.ward_code:
        _add_pair(area, "geocode", "urn:dothi:ward", told.ward_code)


def _add_pair(parent: Xml.Element, name: str, value_name: str, value: str) -> None:
    pair = Xml.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    _add(pair, "valueName", value_name)
    _add(pair, "value", value)


def _add(parent: Xml.Element, name: str, text: str) -> None:
    if not is_text(text):
        raise ValueError(f"{name} holds what XML cannot carry")
    Xml.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = text


def _check(message: Message) -> None:
    names = [message.identifier, message.sender]
    names += [part for one in message.references for part in (one.sender, one.identifier)]
    if any(_NO_TOKEN.search(name) or not name for name in names):
        raise ValueError("an identifier or sender holds a space, a comma, < or &")
