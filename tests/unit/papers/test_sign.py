"""Signing and checking: one signature over the whole file, and every later change shows."""

from datetime import timedelta

import pytest

from dothi.foundation.papers import certificates, checking, rendering, signing
from dothi.foundation.papers.types import Signer, Verdict
from tests.unit.papers.facts import AT, FACTS

ROOT = certificates.new_root(AT)
ISSUER = certificates.new_issuer(ROOT, AT)
OFFICIAL = certificates.new_official(
    ISSUER, certificates.Subject("Vũ Hồng Sơn", "Phó Chủ tịch", "Phường Hoàn Kiếm"), AT
)
TRUST = [ROOT.certificate]
PROOF = {"receipt.tlog-proof": b"c2sp.org/tlog-proof@v1\n", "receipt.json": b'{"salt":"00"}'}


@pytest.fixture(scope="module")
def plain() -> bytes:
    return rendering.render("receipt", FACTS, AT)


@pytest.fixture(scope="module")
def signed(plain: bytes) -> bytes:
    return signing.sign(plain, Signer(OFFICIAL), AT, PROOF)


class TestSign:
    def test_names_the_official_the_unit_the_authority_and_the_instant(self, signed: bytes) -> None:
        report = checking.check(signed, TRUST, AT)
        assert report.verdict is Verdict.GENUINE
        assert (report.signer, report.post, report.unit) == (
            "Vũ Hồng Sơn",
            "Phó Chủ tịch",
            "Phường Hoàn Kiếm",
        )
        assert report.issuer == "Dothi demo issuing authority"
        assert report.signed_at == AT
        assert not report.stamped
        assert report.demo

    def test_carries_its_attachments_byte_for_byte(self, signed: bytes) -> None:
        found = {it.name: it.content for it in checking.check(signed, TRUST, AT).attachments}
        assert found == PROOF

    def test_keeps_the_rendered_bytes_as_its_beginning(self, plain: bytes, signed: bytes) -> None:
        assert signed.startswith(plain)


class TestCheck:
    def test_says_unknown_authority_under_another_root(self, signed: bytes) -> None:
        other = certificates.new_root(AT)
        assert checking.check(signed, [other.certificate], AT).verdict is Verdict.UNKNOWN_AUTHORITY

    def test_says_unknown_authority_when_the_certificate_has_run_out(self, signed: bytes) -> None:
        later = AT + timedelta(days=4000)
        assert checking.check(signed, TRUST, later).verdict is Verdict.UNKNOWN_AUTHORITY

    def test_says_changed_when_a_file_was_added_afterwards(self, signed: bytes) -> None:
        assert checking.check(signing.attach(signed, "x.txt", b"y", AT), TRUST, AT).verdict is Verdict.CHANGED

    def test_says_unsigned_before_the_signature(self, plain: bytes) -> None:
        assert checking.check(plain, TRUST, AT).verdict is Verdict.UNSIGNED

    @pytest.mark.parametrize("share", [n / 40 for n in range(40)])
    def test_never_calls_a_paper_genuine_after_one_byte_changed(self, signed: bytes, share: float) -> None:
        at = int(len(signed) * share)
        broken = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
        report = checking.check(broken, TRUST, AT)
        if report.verdict is Verdict.GENUINE:
            assert _inside_padding(signed, at)

    @pytest.mark.parametrize("junk", [b"", b"%PDF-1.7", b"\x00" * 5000, b"%PDF-1.7\n%%EOF", b"PK\x03\x04"])
    def test_calls_junk_unreadable(self, junk: bytes) -> None:
        assert checking.check(junk, TRUST, AT).verdict is Verdict.UNREADABLE

    def test_survives_any_truncation(self, signed: bytes) -> None:
        for share in range(1, 50):
            cut = signed[: len(signed) * share // 50]
            assert checking.check(cut, TRUST, AT).verdict is not Verdict.GENUINE


def _inside_padding(signed: bytes, at: int) -> bool:
    """The zeros after the signature inside /Contents are the only bytes that nothing covers."""
    start = signed.rindex(b"/Contents <")
    return start < at < signed.index(b">", start)
