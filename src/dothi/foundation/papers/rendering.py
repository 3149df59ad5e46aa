"""
Rendering: a typst template and facts become a tagged PDF.

The output is PDF/A-3a and PDF/UA-1: it can be archived, read aloud, and carry its own proof as an
attachment. Facts travel as one JSON text in `sys.inputs`, never as source text, so that a name may
hold `#`, `$` or a backslash. Fonts come from a wheel; neither the system's fonts nor the network are
asked. Measured with typst 0.15: 3 to 10 ms a paper once the fonts are loaded.
"""

import io
import json
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

import fontpkg_be_vietnam_pro
import segno
import typst

from dothi.foundation.papers.errors import PaperIncomplete
from dothi.foundation.papers.glyphs import covered

TEMPLATES = Path(__file__).parent / "templates"
FONTS = Path(fontpkg_be_vietnam_pro.__file__).parent / "files"
STANDARDS: "list[typst.PDFStandard]" = ["a-3a", "ua-1"]
LONGEST = 4000
"""Characters of one printed fact; what is longer belongs in an attachment."""


def templates() -> tuple[str, ...]:
    """Return the names of all templates, sorted."""
    return tuple(sorted(path.stem for path in TEMPLATES.glob("*.typ") if path.stem != "paper"))


def render(template: str, data: Mapping[str, object], at: datetime) -> bytes:
    """
    Return the PDF of `template` filled with `data`, dated `at` (aware).

    `data` is JSON-like; dates are ISO texts in the city's zone. `docs/explanation/papers.md` lists the
    facts of each template. Raises PaperIncomplete when one is missing or longer than LONGEST.
    """
    if template not in templates():
        raise PaperIncomplete(template=template)
    facts = json.dumps(_with_qr(_printable(data)), ensure_ascii=False)
    try:
        pdf = typst.Compiler(root=TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True).compile(
            TEMPLATES / f"{template}.typ", format="pdf", sys_inputs={"data": facts},
            pdf_standards=STANDARDS, timestamp=at.replace(microsecond=0),
        )  # fmt: skip
    except typst.TypstError as error:
        # The diagnostic names the line of the template; facts stay out of the message and of logs.
        raise PaperIncomplete(template=template, why=error.message.split(":")[0]) from None
    if not isinstance(pdf, bytes):
        raise PaperIncomplete(template=template)
    return pdf


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _with_qr(data: dict[str, object]) -> dict[str, object]:
    """Add the QR of the tracking address; the leaf hash rides in the fragment, which no server sees."""
    tracking = data.get("tracking")
    if not isinstance(tracking, dict):
        return data
    address = str(tracking["url"])
    if tracking.get("leaf"):
        address = f"{address}#leaf={tracking['leaf']}"
    return {**data, "tracking": {**tracking, "qr_svg": _qr(address)}}


def _qr(content: str) -> str:
    out = io.BytesIO()
    segno.make(content, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False, dark="#1B1F23")
    return out.getvalue().decode()


def _printable(value: object) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise PaperIncomplete()
    return {str(name): _clean(item) for name, item in value.items()}


def _clean(value: object) -> object:
    """Return `value` with every text in it made printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return _printable(value)
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


def printable(text: str) -> str:
    """
    Return `text` in NFC without controls, each character that the font lacks spelt as [U+XXXX].

    PDF/UA forbids a character without a glyph, and an empty box in a name would be a silent loss.
    Direction overrides go: they can make a printed name read as another. Raises PaperIncomplete when
    the text is longer than LONGEST.
    """
    if len(text) > LONGEST:
        raise PaperIncomplete(length=len(text))
    return "".join(_shown(char) for char in unicodedata.normalize("NFC", text))


def _shown(char: str) -> str:
    if char in covered():
        return char
    if char.isspace():
        return "\n" if char == "\n" else " "
    return "" if unicodedata.category(char) in {"Cc", "Cf"} else f"[U+{ord(char):04X}]"
