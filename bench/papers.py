"""
`papers`: receipts rendered and signed a second.

    python -m bench papers [--small]

Data    the receipt template with invented facts; each paper has a code and a name of its own (seed 7),
        so that nothing is answered from typst's memory. Two attachments of 1,200 bytes in all.
Value   render (PDF/A-3a, PDF/UA-1, QR), attach, sign PAdES B-B by ECDSA P-256, in one process a core.
Floor   what cannot be avoided: typst compiles the same facts to the same standards, and one ECDSA
        signature is made over bytes of the size of the finished paper. Same processes, interleaved.
Client  this process, which only hands out work; 5 rounds of each, medians.
After   each paper of each round is checked: genuine, with both attachments byte for byte.
        One that is not makes the run fail: a wrong answer is no figure.
Durability  none: storing a paper is `files`' figure. Jobs, database and disk are left out on purpose.
"""

import argparse
import json
import multiprocessing
import os
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from typing import Any

import typst
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from bench.harness import ROUNDS, Figure, figure
from dothi.foundation.papers import certificates, checking, rendering, signing
from dothi.foundation.papers.types import Signer, Verdict

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
PROOF = {"receipt.tlog-proof": b"p" * 900, "receipt.json": b"{" + b" " * 298 + b"}"}
NAMES = ("Nguyễn Thị An", "Trần Văn Bình", "Lê Minh Châu", "Phạm Thu Hà", "Ngô Lan Anh")


def main(arguments: Sequence[str]) -> int:
    """Measure and print one JSON line."""
    parser = argparse.ArgumentParser(prog="bench papers", description=__doc__)
    parser.add_argument("--small", action="store_true", help="one short round, as a test of correctness")
    small = parser.parse_args(arguments).small
    print(measure(papers=8 if small else 200, rounds=1 if small else ROUNDS).line())
    return 0


def measure(*, papers: int, rounds: int) -> Figure:
    """Return the figure over `rounds` rounds of `papers` papers each. Raises AssertionError."""
    root = certificates.new_root(AT)
    issuer = certificates.new_issuer(root, AT)
    official = certificates.new_official(issuer, certificates.Subject("Vũ Hồng Sơn", "Phó Chủ tịch"), AT)
    signer = Signer(official)
    workers = os.cpu_count() or 1
    context = multiprocessing.get_context("spawn")
    start = (signer, context.Barrier(workers))
    values, floors, last = [], [], b""
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=start) as pool:
        for warm in [pool.submit(paper, 1) for _ in range(workers)]:
            warm.result()
        for number in range(1, rounds + 1):
            rate, made = _rate(pool, paper, papers, seed=number)
            values.append(rate)
            assert all(pool.map(_is_right, made, [root.certificate] * len(made), chunksize=8))
            last = made[-1]
            floors.append(_rate(pool, raw, papers, seed=number)[0])
    note = f"{workers} processes, {len(last)} bytes a paper, PAdES B-B"
    return figure("papers", values, floors, unit="1/s", n=papers * rounds, note=note)


def _rate(
    pool: ProcessPoolExecutor, work: Callable[[int], bytes], papers: int, seed: int
) -> tuple[float, list[bytes]]:
    """Return papers a second and the papers; each job has a number that no other round uses."""
    numbers = [seed * 1_000_000 + (500_000 if work is raw else 0) + n for n in range(papers)]
    began = time.perf_counter()
    made = list(pool.map(work, numbers, chunksize=4))
    return papers / (time.perf_counter() - began), made


_signer: Signer
_key: ec.EllipticCurvePrivateKey


def _begin(signer: Signer, all_ready: Barrier) -> None:
    """Load fonts and certificates, then wait for the others: no round pays for a process's start."""
    global _signer, _key
    _signer, _key = signer, ec.generate_private_key(ec.SECP256R1())
    paper(0)
    all_ready.wait(120)


def paper(number: int) -> bytes:
    """Return one finished paper."""
    return signing.sign(rendering.render("receipt", facts(number), AT), _signer, AT, PROOF)


def raw(number: int) -> bytes:
    """Do what cannot be avoided for one paper; return the bare PDF."""
    with_qr = rendering._with_qr(facts(number))
    compiler = typst.Compiler(
        root=rendering.TEMPLATES, font_paths=rendering._fonts(), ignore_system_fonts=True
    )
    pdf = compiler.compile(
        rendering.TEMPLATES / "receipt.typ", format="pdf", sys_inputs={"data": json.dumps(with_qr)},
        pdf_standards=rendering.STANDARDS, timestamp=AT,
    )  # fmt: skip
    assert isinstance(pdf, bytes)
    _key.sign(pdf + b"\0" * 24_000, ec.ECDSA(hashes.SHA256()))
    return pdf


def _is_right(pdf: bytes, root: bytes) -> bool:
    report = checking.check(pdf, [root], AT)
    carried = {it.name: it.content for it in report.attachments}
    return report.verdict is Verdict.GENUINE and carried == PROOF


def facts(number: int) -> dict[str, Any]:
    """Return the facts of receipt `number`."""
    dice = random.Random(7_000_000 + number)
    name = f"{dice.choice(NAMES)} {number}"
    code = f"H26.103.25.7-261122-{number:07d}"
    return {
        "demo": True, "foot": "Bộ phận một cửa phường Hoàn Kiếm", "place": "Hoàn Kiếm",
        "agency": {"parent": "Thành phố Hà Nội", "name": "Ủy ban nhân dân phường Hoàn Kiếm"},
        "issued_on": "2026-11-22", "number": f"{number}/TNHS", "code": code,
        "signer": {"post": "Phó Chủ tịch", "name": "Vũ Hồng Sơn", "on_behalf": "KT. CHỦ TỊCH"},
        "submitter": {"name": name, "address": f"{dice.randint(1, 300)} phố Hàng Trống, Hà Nội"},
        "procedure": {"code": "1.004873", "name": "Cấp Giấy xác nhận tình trạng hôn nhân"},
        "tracking": {"url": f"http://localhost:8000/tra-cuu/{code}", "code": code,
                     "leaf": dice.randbytes(32).hex()},
        "components": [{"name": "Tờ khai", "originals": 1, "certified": 0, "copies": dice.randint(0, 3)}],
        "sets": 1, "legal_time": "3 ngày làm việc", "received_at": "2026-11-22T10:02",
        "due_at": "2026-11-25T16:30", "collect_at": "Trung tâm Phục vụ hành chính công phường Hoàn Kiếm",
    }  # fmt: skip


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv[1:]))
