"""
`dothi verify`: check a receipt, a paper or a whole ledger with only the files and the public keys.

No network for a receipt, no database, no Django. Exit codes: 0 it holds, 1 it does not, 2 it cannot
be checked (no such file, no key, no receipt inside). Vietnamese first, English after it.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dothi.foundation.ledger.audit import Audited
    from dothi.foundation.ledger.receipts import Receipt, Verified
    from dothi.kernel.merkle.note import PublicKey

NAME = "verify"
HELP = "Check a receipt, a paper or a whole ledger offline, by public keys alone."

HOLDS, BROKEN, CANNOT = 0, 1, 2


class CannotCheck(Exception):
    """There is nothing to check, or nothing to check it by; Vietnamese and English reason."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi, self.en = vi, en


def add_arguments(parser: ArgumentParser) -> None:
    """Take what to check and by which keys."""
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="a PDF with its receipt, or receipt.tlog-proof and receipt.json",
    )
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="KEY",
        help="public key of the ledger, or a file with one a line",
    )
    parser.add_argument(
        "--trust",
        action="append",
        default=[],
        type=Path,
        metavar="CERTIFICATE",
        help="root certificate by which a PDF's signature is judged",
    )
    parser.add_argument("--ledger", metavar="FOLDER_OR_URL", help="audit a whole ledger")
    parser.add_argument(
        "--held",
        action="append",
        default=[],
        type=Path,
        metavar="CHECKPOINT",
        help="a checkpoint kept from earlier, which must agree",
    )


def run(args: Namespace) -> int:
    """Check and say what holds."""
    from dothi.kernel.merkle.tree import NotProven

    try:
        lines = _audit(args) if args.ledger else _receipt(args)
    except CannotCheck as reason:
        return _say(CANNOT, [("KHÔNG KIỂM TRA ĐƯỢC: " + reason.vi, "CANNOT BE CHECKED: " + reason.en)])
    except NotProven as broken:
        reason_en = str(broken.facts.get("reason", ""))
        return _say(BROKEN, [
            ("KHÔNG ĐÚNG: bằng chứng không khớp, dữ liệu đã bị sửa hoặc không thuộc sổ này.",
             f"NOT PROVEN: {reason_en}."),
        ])  # fmt: skip
    return _say(HOLDS, lines)


def _say(code: int, lines: Sequence[tuple[str, str]]) -> int:
    out = sys.stdout if code == HOLDS else sys.stderr
    for language in (0, 1):
        for line in lines:
            print(line[language], file=out)
    return code


def _receipt(args: Namespace) -> list[tuple[str, str]]:
    from dothi.foundation.ledger.receipts import verify

    paper: list[tuple[str, str]] = []
    if len(args.files) == 1 and _bytes(args.files[0]).startswith(b"%PDF-"):
        receipt, paper = _from_pdf(_bytes(args.files[0]), args.trust)
    else:
        receipt = _from_texts(args.files)
    return _said(verify(receipt, _keys(args.key))) + paper


def _audit(args: Namespace) -> list[tuple[str, str]]:
    from dothi.foundation.ledger.audit import audit, folder, web

    is_web = args.ledger.startswith(("http://", "https://"))
    read = web(args.ledger) if is_web else folder(Path(args.ledger))
    held = [_text(path) for path in args.held]
    return _said_of_ledger(audit(read, _keys(args.key), held))


def _from_texts(files: Sequence[Path]) -> "Receipt":
    """Take the two texts in any order; of one alone, the other lies beside it."""
    from dothi.foundation.ledger.receipts import LEAF_NAME, PROOF_NAME, read_receipt

    paths = list(files)
    if len(paths) == 1:
        paths = [paths[0].with_name(PROOF_NAME), paths[0].with_name(LEAF_NAME)]
    if len(paths) != 2:
        raise CannotCheck(
            "cần một tệp PDF, hoặc hai tệp của biên nhận", "give a PDF, or the two receipt files"
        )
    proofs, leaves = (
        [p for p in paths if p.suffix == ".tlog-proof"],
        [p for p in paths if p.suffix == ".json"],
    )
    if not proofs or not leaves:
        raise CannotCheck(f"thiếu {PROOF_NAME} hoặc {LEAF_NAME}", f"{PROOF_NAME} or {LEAF_NAME} is missing")
    return read_receipt(_text(proofs[0]), _text(leaves[0]))


def _from_pdf(pdf: bytes, trust: Sequence[Path]) -> tuple["Receipt", list[tuple[str, str]]]:
    from dothi.foundation.ledger.receipts import LEAF_NAME, PROOF_NAME, read_receipt
    from dothi.foundation.papers.checking import check
    from dothi.foundation.papers.types import Verdict
    from dothi.kernel.merkle.tree import NotProven

    report = check(pdf, [_certificate(path) for path in trust], datetime.now(UTC))
    attached = {attachment.name: attachment.content for attachment in report.attachments}
    if PROOF_NAME not in attached or LEAF_NAME not in attached:
        raise CannotCheck("tệp PDF không kèm biên nhận", "the PDF carries no receipt")
    receipt = read_receipt(_decoded(attached[PROOF_NAME]), _decoded(attached[LEAF_NAME]))
    verdict = str(report.verdict.value)
    if report.verdict is Verdict.CHANGED or (trust and report.verdict is not Verdict.GENUINE):
        raise NotProven(reason=f"the signature of the PDF: {verdict}")
    vi, en = "Chữ ký số của tệp PDF: ", "Signature of the PDF: "
    if not trust:
        vi, en = vi + "(chưa có chứng thư gốc để đối chiếu) ", en + "(judged by no root certificate) "
    return receipt, [(vi + verdict, en + verdict)]


def _said(found: "Verified") -> list[tuple[str, str]]:
    entry, persons = found.entry, ", ".join(str(link.person) for link in found.persons) or "-"
    return [
        ("ĐÚNG: việc này có trong sổ đã ký.", "PROVEN: this act stands in the signed ledger."),
        (f"Sổ: {found.signed_by}", f"Ledger: {found.signed_by}"),
        (f"Dòng số {found.index} trong {found.size}", f"Entry {found.index} of {found.size}"),
        (f"Việc: {entry.get('act')}", f"Act: {entry.get('act')}"),
        (f"Về: {entry.get('object')}", f"On: {entry.get('object')}"),
        (f"Căn cứ: {entry.get('basis')}", f"Basis: {entry.get('basis')}"),
        (f"Lúc: {entry.get('occurred_at')}", f"At: {entry.get('occurred_at')}"),
        (f"Người được chứng minh: {persons}", f"Persons proven: {persons}"),
        (f"Mã băm: {found.leaf_hash.hex()}", f"Leaf hash: {found.leaf_hash.hex()}"),
    ]


def _said_of_ledger(found: "Audited") -> list[tuple[str, str]]:
    return [
        ("ĐÚNG: sổ nguyên vẹn.", "PROVEN: the ledger is whole."),
        (f"Sổ: {found.origin}", f"Ledger: {found.origin}"),
        (f"{found.size} dòng, {found.checkpoints} lần ký đều khớp",
         f"{found.size} entries, {found.checkpoints} signed checkpoints agree"),
    ]  # fmt: skip


def _keys(given: Sequence[str]) -> list["PublicKey"]:
    from dothi.kernel.merkle.note import parse_public_key

    lines = [line for key in given for line in _key_lines(key)]
    if not lines:
        raise CannotCheck("cần khóa công khai của sổ (--key)", "give the public key of the ledger (--key)")
    try:
        return [parse_public_key(line) for line in lines]
    except ValueError as error:
        raise CannotCheck(
            "khóa công khai không đúng dạng", f"the public key is malformed: {error}"
        ) from error


def _key_lines(key: str) -> list[str]:
    is_file = "+" not in key or Path(key).is_file()
    text = _text(Path(key)) if is_file else key
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _certificate(path: Path) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    content = _bytes(path)
    if not content.startswith(b"-----"):
        return content
    return x509.load_pem_x509_certificate(content).public_bytes(Encoding.DER)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotCheck(f"không đọc được {path}", f"cannot read {path}") from error


def _text(path: Path) -> str:
    return _decoded(_bytes(path))


def _decoded(content: bytes) -> str:
    from dothi.kernel.merkle.tree import NotProven

    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise NotProven(reason="a text is not UTF-8") from error
