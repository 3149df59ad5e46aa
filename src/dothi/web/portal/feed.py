"""The feed of public warnings: Atom (RFC 4287), each entry with its document in CAP."""

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree as Xml

from dothi.incidents.cap import MEDIA_TYPE
from dothi.incidents.warning_types import WarningRow
from dothi.kernel.ids import urn

ATOM = "http://www.w3.org/2005/Atom"
Xml.register_namespace("atom", ATOM)


def atom(rows: Sequence[WarningRow], *, node: str, address: str, title: str, at: datetime) -> bytes:
    """Return the feed of `rows`, the latest first; `address` is that of the portal, without a last slash."""
    feed = Xml.Element(_name("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": "vi"})
    _add(feed, "id", urn(node, "feed", "warnings"))
    _add(feed, "title", title)
    _add(feed, "updated", _instant(rows[0].issued_at if rows and rows[0].issued_at else at))
    _link(feed, "self", f"{address}/warnings/feed.atom", "application/atom+xml")
    _link(feed, "alternate", f"{address}/warnings/", "text/html")
    author = Xml.SubElement(feed, _name("author"))
    _add(author, "name", node)
    for row in rows:
        _entry(feed, row, node, address)
    Xml.indent(feed)
    return bytes(Xml.tostring(feed, encoding="utf-8", xml_declaration=True))


def _entry(feed: Xml.Element, row: WarningRow, node: str, address: str) -> None:
    entry = Xml.SubElement(feed, _name("entry"))
    _add(entry, "id", urn(node, "warning", row.id))
    _add(entry, "title", row.words["vi"].headline)
    assert row.issued_at is not None
    _add(entry, "updated", _instant(row.issued_at))
    _add(entry, "summary", row.words["vi"].description)
    _link(entry, "alternate", f"{address}/warnings/{row.id}/", "text/html")
    _link(entry, "enclosure", f"{address}/warnings/{row.id}/cap.xml", MEDIA_TYPE)


def _link(parent: Xml.Element, rel: str, address: str, media_type: str) -> None:
    Xml.SubElement(parent, _name("link"), {"rel": rel, "href": address, "type": media_type})


def _add(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, _name(name)).text = text


def _name(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
