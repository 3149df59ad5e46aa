"""Rendering: every template fills, and no fact can become source text."""

import io

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from dothi.foundation.papers import rendering
from dothi.foundation.papers.errors import PaperIncomplete
from tests.unit.papers.facts import AT, FACTS, PERSON

HOSTILE = [
    '#panic("gotcha")',
    '#read("/etc/passwd")',
    "$ x^2 $ \\ ] [ ] * _ ` ``` @label <tag> // /* ",
    '"); #import "paper.typ',
    "Nguyễn " * 500,
    "x" * 3_999,
    "יוסף كمال",
    "An 😀 \x00\x07 \u202egnihton\u202c",
    "N\u0303guye\u0302\u0303n",
    "",
]


class TestRender:
    @pytest.mark.parametrize("template", rendering.templates())
    def test_fills_every_template_as_tagged_archivable_pdf(self, template: str) -> None:
        root = PdfFileReader(io.BytesIO(rendering.render(template, FACTS, AT))).root
        assert root["/Lang"] == "vi-VN"
        assert root["/MarkInfo"]["/Marked"]
        metadata = root["/Metadata"].data
        assert b"pdfaid:part>3<" in metadata
        assert b"pdfuaid:part>1<" in metadata

    @pytest.mark.parametrize("template", rendering.templates())
    def test_ordinary_facts_fill_one_sheet_of_a4(self, template: str) -> None:
        pages = PdfFileReader(io.BytesIO(rendering.render(template, FACTS, AT))).root["/Pages"]
        assert pages["/Count"] == 1
        box = pages["/Kids"][0]["/MediaBox"]
        assert [round(float(side)) for side in box] == [0, 0, 595, 842]

    @pytest.mark.parametrize("name", HOSTILE)
    def test_prints_a_hostile_name_as_a_name(self, name: str) -> None:
        person = {**PERSON, "name": name}
        pdf = rendering.render("marital-status-certificate", {**FACTS, "person": person}, AT)
        assert pdf.startswith(b"%PDF")

    def test_same_facts_at_the_same_instant_give_the_same_bytes(self) -> None:
        assert rendering.render("receipt", FACTS, AT) == rendering.render("receipt", FACTS, AT)

    def test_refuses_when_a_fact_is_missing(self) -> None:
        facts = {name: value for name, value in FACTS.items() if name != "due_at"}
        with pytest.raises(PaperIncomplete):
            rendering.render("receipt", facts, AT)

    def test_refuses_a_fact_longer_than_a_page_can_hold(self) -> None:
        with pytest.raises(PaperIncomplete):
            rendering.render("refusal", {**FACTS, "reason": "x" * 4001}, AT)

    @pytest.mark.parametrize("template", ["paper", "../paper", "/etc/passwd", "nothing"])
    def test_refuses_a_template_that_is_not_a_paper(self, template: str) -> None:
        with pytest.raises(PaperIncomplete):
            rendering.render(template, FACTS, AT)

    def test_failure_tells_no_fact(self) -> None:
        facts = {**FACTS, "due_at": "Nguyễn Thị An"}
        with pytest.raises(PaperIncomplete) as caught:
            rendering.render("receipt", facts, AT)
        assert "Nguyễn" not in str(caught.value)


class TestPrintable:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("Đặng Thị Ngọc Ẩn", "Đặng Thị Ngọc Ẩn"),
            ("e\u0302\u0301", "ế"),
            ("a\x00b\u202ec", "abc"),
            ("An 😀", "An [U+1F600]"),
            ("a\tb\u00a0c\nd", "a b\u00a0c\nd"),
        ],
    )
    def test_shows_what_the_font_has_and_spells_what_it_lacks(self, text: str, shown: str) -> None:
        assert rendering.printable(text) == shown
