"""Glyphs: which characters the papers' font can draw, read from its `cmap` (OpenType 1.9, format 4)."""

import struct
from functools import cache
from pathlib import Path

import fontpkg_be_vietnam_pro

FONT = Path(fontpkg_be_vietnam_pro.__file__).parent / "files" / "BeVietnamPro-Regular.ttf"


@cache
def covered() -> frozenset[str]:
    """Return every character that the regular face maps to a glyph."""
    font = FONT.read_bytes()
    table = _table(font, b"cmap")
    offset = _windows_subtable(font, table)
    return frozenset(chr(code) for first, last in _segments(font, offset) for code in range(first, last + 1))


def _table(font: bytes, tag: bytes) -> int:
    count = struct.unpack_from(">H", font, 4)[0]
    for index in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if name == tag:
            return int(offset)
    raise ValueError(tag)


def _windows_subtable(font: bytes, table: int) -> int:
    """Return the offset of the Unicode BMP subtable (platform 3, encoding 1)."""
    for index in range(struct.unpack_from(">H", font, table + 2)[0]):
        platform, encoding, offset = struct.unpack_from(">HHI", font, table + 4 + 8 * index)
        if (platform, encoding) == (3, 1):
            return table + int(offset)
    raise ValueError("cmap")


def _segments(font: bytes, offset: int) -> list[tuple[int, int]]:
    double = struct.unpack_from(">H", font, offset + 6)[0]
    ends = struct.unpack_from(f">{double // 2}H", font, offset + 14)
    starts = struct.unpack_from(f">{double // 2}H", font, offset + 16 + double)
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start < 0xFFFF and start > 0x1F]
