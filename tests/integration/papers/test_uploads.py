"""Checking a stranger's file: whatever it is, the answer is a report, soon."""

import io
import time
import zlib

import pytest
from django.conf import settings

from dothi.foundation.papers import certificates, credentials, rendering, signing, uploads
from dothi.foundation.papers.errors import CheckerBusy
from dothi.foundation.papers.types import Official, Signer, Verdict
from tests.unit.papers.facts import AT, FACTS

ROOT = certificates.new_root(AT)
OFFICIAL = certificates.new_official(
    certificates.new_issuer(ROOT, AT), certificates.Subject("Vũ Hồng Sơn"), AT
)


@pytest.fixture(scope="module")
def signed() -> bytes:
    pdf = rendering.render("receipt", FACTS, AT)
    return signing.sign(pdf, Signer(OFFICIAL), AT, {"receipt.json": b'{"a":"\xc3\xa9"}'})


def bomb() -> bytes:
    """A file of half a megabyte whose attachment unfolds into four hundred."""
    packed = zlib.compress(b"\0" * 400_000_000, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(x)3 0 R]>>>>>>",
        b"<</Type/Pages/Kids[]/Count 0>>",
        b"<</Type/Filespec/F(x)/EF<</F 4 0 R>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % it for it in places)
    return out + table + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)


class TestApart:
    def test_says_the_same_as_the_check_in_this_process(self, signed: bytes) -> None:
        report = uploads.checked_apart(signed, [ROOT.certificate], AT)
        assert (report.verdict, report.signer, report.signed_at) == (Verdict.GENUINE, "Vũ Hồng Sơn", AT)
        assert report.attachments[0].content == b'{"a":"\xc3\xa9"}'

    def test_survives_a_bomb_within_its_time(self) -> None:
        began = time.monotonic()
        assert uploads.checked_apart(bomb(), [], AT).verdict is Verdict.UNREADABLE
        assert time.monotonic() - began < uploads.SECONDS * 3  # on a busy machine its end is heard late

    @pytest.mark.parametrize("junk", [b"%PDF-1.7\n" + b"[" * 200_000, b"%PDF-1.7\n1 0 obj\n<<" * 50_000])
    def test_survives_junk(self, junk: bytes) -> None:
        assert uploads.checked_apart(junk, [], AT).verdict is Verdict.UNREADABLE


@pytest.mark.usefixtures("db")
class TestUpload:
    def test_believes_the_roots_of_this_node(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(settings, "DEMO", True)
        from uuid import uuid4

        official = Official(uuid4(), uuid4(), "Vũ Hồng Sơn", "Phó Chủ tịch", "Phường Hoàn Kiếm")
        credential = credentials.usable(credentials.credential_of(official, AT).id)
        pdf = signing.sign(rendering.render("receipt", FACTS, AT), Signer(credential), AT)
        assert uploads.check_upload(io.BytesIO(pdf), AT).verdict is Verdict.GENUINE

    def test_does_not_believe_a_stranger_who_uses_our_names(self, signed: bytes) -> None:
        assert uploads.check_upload(io.BytesIO(signed), AT).verdict is Verdict.UNKNOWN_AUTHORITY

    @pytest.mark.parametrize("upload", [b"", b"PK\x03\x04", b"%PDF-" + b"0" * uploads.LARGEST])
    def test_reads_neither_other_files_nor_too_large_ones(self, upload: bytes) -> None:
        assert uploads.check_upload(io.BytesIO(upload), AT).verdict is Verdict.UNREADABLE

    def test_refuses_more_than_it_can_check_at_once(self, signed: bytes) -> None:
        for _ in range(uploads.AT_ONCE):
            assert uploads._slots.acquire(blocking=False)
        try:
            with pytest.raises(CheckerBusy):
                uploads.check_upload(io.BytesIO(signed), AT)
        finally:
            for _ in range(uploads.AT_ONCE):
                uploads._slots.release()
