"""A file is durable, encrypted, bound to its owner, and refused early when it is too much."""

import contextlib
import io
import os
import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from django.conf import settings
from django.db import connection
from PIL import Image

from dothi.foundation.files import drawing
from dothi.foundation.files.actions import discard, store, sweep
from dothi.foundation.files.drawing import drawn
from dothi.foundation.files.errors import (
    DraughtsmanBusy,
    FileDamaged,
    FileTooLarge,
    FileTypeNotAccepted,
    ImageTooLarge,
    ImageUnreadable,
    NoSuchFile,
)
from dothi.foundation.files.keeping import Keep
from dothi.foundation.files.queries import describe, read
from dothi.foundation.files.types import FileId
from dothi.kernel.ids import new_id
from tests.support.photos import HEIC

AT = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _folder_of_its_own(tmp_path: Path) -> Iterator[None]:
    previous, settings.FILES_DIR = settings.FILES_DIR, tmp_path / "files"
    yield
    settings.FILES_DIR = previous


def a_pdf(size: int = 200_000) -> io.BytesIO:
    """Return `size` bytes that begin like a PDF."""
    return io.BytesIO(b"%PDF-1.7\n" + os.urandom(size - 9))


class TestStore:
    @pytest.mark.parametrize("size", [10, 65_535, 65_536, 65_537, 131_072, 1_000_001])
    def test_gives_back_what_was_stored(self, db: None, size: int) -> None:
        source = a_pdf(size)
        file_id = store(new_id(), source, "Giấy khai sinh.pdf", AT)
        assert b"".join(read(file_id)) == source.getvalue()
        assert describe(file_id).name == "Giấy khai sinh.pdf"
        assert describe(file_id).size == size

    def test_keeps_no_plaintext_and_shares_nothing_between_owners(self, db: None) -> None:
        source = a_pdf()
        first = store(new_id(), source, "a.pdf", AT)
        source.seek(0)
        second = store(new_id(), source, "a.pdf", AT)
        paths = list(Keep(settings.FILES_DIR).everything())
        assert len(paths) == 2
        assert all(source.getvalue()[1000:1100] not in path.read_bytes() for path in paths)
        assert describe(first).ciphertext_hash != describe(second).ciphertext_hash

    def test_refuses_ten_gigabytes_after_reading_hardly_more_than_the_limit(self, db: None) -> None:
        source = Endless()
        with pytest.raises(FileTooLarge):
            store(new_id(), cast("BinaryIO", source), "film.pdf", AT)
        assert source.given < 22 * 1024 * 1024
        assert list(Keep(settings.FILES_DIR).everything()) == []

    def test_refuses_a_program_that_calls_itself_a_photo(self, db: None) -> None:
        with pytest.raises(FileTypeNotAccepted):
            store(new_id(), io.BytesIO(b"MZ\x90\x00" + bytes(100)), "photo.jpg", AT)

    def test_refuses_an_image_that_would_unfold_into_gigabytes(self, db: None) -> None:
        with pytest.raises(ImageTooLarge):
            store(new_id(), io.BytesIO(a_png_header(50_000, 50_000)), "bomb.png", AT)

    def test_refuses_what_only_begins_like_an_image(self, db: None) -> None:
        with pytest.raises(ImageUnreadable):
            store(new_id(), io.BytesIO(b"\xff\xd8\xff" + bytes(100)), "photo.jpg", AT)

    def test_takes_the_photos_of_phones(self, db: None) -> None:
        photo = io.BytesIO()
        Image.new("RGB", (400, 300), "red").save(photo, "JPEG")
        photo.seek(0)
        assert describe(store(new_id(), photo, "a.jpg", AT)).media_type == "image/jpeg"
        heic = b"\0\0\0\x18ftypheic" + bytes(12) + b"\0\0\0\x14ispe" + struct.pack(">III", 0, 4032, 3024)
        assert describe(store(new_id(), io.BytesIO(heic), "a.heic", AT)).media_type == "image/heic"


class TestDrawn:
    def test_is_the_photo_of_a_phone_as_every_browser_draws_it(self, db: None) -> None:
        picture = Image.open(io.BytesIO(drawn(store(new_id(), io.BytesIO(HEIC), "a.heic", AT))))
        assert (picture.format, picture.size) == ("JPEG", (64, 48))
        left, right = (cast("tuple[int, int, int]", picture.getpixel((x, 24))) for x in (8, 56))
        assert left[0] > left[2] + 50
        assert right[2] > right[0] + 50

    @pytest.mark.parametrize("photo", [HEIC[:400], HEIC[:200] + bytes(300)])
    def test_is_refused_where_the_photo_is_damaged(self, db: None, photo: bytes) -> None:
        with pytest.raises(ImageUnreadable):
            drawn(store(new_id(), io.BytesIO(photo), "a.heic", AT))

    def test_waits_for_nobody_when_many_are_drawn(self, db: None) -> None:
        file_id = store(new_id(), io.BytesIO(HEIC), "a.heic", AT)
        with contextlib.ExitStack() as busy:
            for _ in range(drawing.AT_ONCE):
                busy.enter_context(drawing._slots)
            with pytest.raises(DraughtsmanBusy):
                drawn(file_id)


class TestRead:
    @pytest.mark.parametrize("damage", ["flip", "cut", "append", "swap", "gone"])
    def test_tells_every_damage(self, db: None, damage: str) -> None:
        file_id = store(new_id(), a_pdf(), "a.pdf", AT)
        _damage(Keep(settings.FILES_DIR).path(describe(file_id).ciphertext_hash), damage)
        with pytest.raises(FileDamaged):
            list(read(file_id))

    def test_a_file_under_another_owner_stays_closed(self, db: None) -> None:
        file_id = store(new_id(), a_pdf(), "a.pdf", AT)
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into files_file select (jsonb_populate_record(file, jsonb_build_object("
                " 'id', gen_random_uuid(), 'ciphertext_hash', sha256('x')))).* from files_file as file"
                " where id = %s returning id",
                [file_id],
            )
            copied = FileId(cursor.fetchone()[0])
        with pytest.raises(ValueError, match=r"files\.key"):
            read(copied)

    def test_knows_no_discarded_file(self, db: None) -> None:
        file_id = store(new_id(), a_pdf(), "a.pdf", AT)
        discard(file_id)
        with pytest.raises(NoSuchFile):
            read(file_id)


class TestSweep:
    def test_removes_only_what_no_row_names_after_the_grace_period(self, db: None) -> None:
        kept, dropped = store(new_id(), a_pdf(), "a.pdf", AT), store(new_id(), a_pdf(), "b.pdf", AT)
        discard(dropped)
        assert sweep(at=AT) == 0
        assert sweep(at=AT + timedelta(days=2)) == 1
        assert b"".join(read(kept)).startswith(b"%PDF-")


class Endless(io.RawIOBase):
    """Ten gigabytes that begin like a PDF, counting what is taken."""

    given = 0
    place = 0

    def read(self, size: int = -1) -> bytes:
        piece = b"%PDF-".ljust(size, b"x") if self.place == 0 else bytes(size)
        self.given += size
        self.place += size
        return piece

    def seek(self, offset: int, whence: int = 0) -> int:
        self.place += offset
        return self.place


def a_png_header(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that claims `width` by `height` pixels."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    header = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + struct.pack(">I", 0)
        + b"IDAT"
        + struct.pack(">I", zlib.crc32(b"IDAT"))
    )


def _damage(path: Path, how: str) -> None:
    content = bytearray(path.read_bytes())
    if how == "gone":
        return path.unlink()
    if how == "flip":
        content[70_000] ^= 1
    if how == "cut":
        del content[15 + 2 * 65_552 :]
    if how == "append":
        content += b"more"
    if how == "swap":
        one, two = slice(15, 15 + 65_552), slice(15 + 65_552, 15 + 2 * 65_552)
        content[one], content[two] = content[two], content[one]
    path.write_bytes(content)
    return None
