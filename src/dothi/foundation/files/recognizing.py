"""
What a file is, by its first bytes; its name and its declared type are not believed.

Sources: ISO 32000-2 (PDF), ITU-T T.81 (JPEG), W3C PNG, ISO/IEC 23008-12 (HEIC).
"""

import struct
import tomllib
from functools import cache
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from dothi.foundation.files.errors import FileTypeNotAccepted, ImageTooLarge, ImageUnreadable

HEAD_BYTES = 65_536
_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1"}


@cache
def limits() -> tuple[int, dict[str, int]]:
    """Return the limit of pixels, and the limit of bytes by media type."""
    table = tomllib.loads((Path(__file__).parent / "limits.toml").read_text())
    return table["pixels"], {name: row["bytes"] for name, row in table["types"].items()}


def recognize(head: bytes) -> str:
    """Return the media type of a file that begins with `head`. Raises FileTypeNotAccepted."""
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return "image/heic"
    raise FileTypeNotAccepted


def guard_image(source: BinaryIO, head: bytes, media_type: str) -> None:
    """
    Refuse an image that would unfold into more pixels than the limit, without unfolding it.

    `source` must be seekable; it is left where it was. Raises ImageTooLarge, ImageUnreadable.
    """
    if not media_type.startswith("image/"):
        return
    place = source.tell()
    width, height = _heic_size(head) if media_type == "image/heic" else _size(source)
    source.seek(place)
    pixels = limits()[0]
    if width * height > pixels:
        raise ImageTooLarge(limit_megapixels=pixels // 1_000_000)


def _size(source: BinaryIO) -> tuple[int, int]:
    """Read width and height from the header; the pixels are not decoded."""
    try:
        return Image.open(source, formats=("JPEG", "PNG")).size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageTooLarge(limit_megapixels=limits()[0] // 1_000_000) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise ImageUnreadable from error


def _heic_size(head: bytes) -> tuple[int, int]:
    """Return the largest extent among the `ispe` boxes: the tiles and the whole each have one."""
    sizes: list[tuple[int, int]] = []
    place = head.find(b"ispe")
    while 0 <= place <= len(head) - 16:
        sizes.append(struct.unpack_from(">II", head, place + 8))
        place = head.find(b"ispe", place + 4)
    if not sizes:
        raise ImageUnreadable
    return max(sizes, key=lambda size: size[0] * size[1])
