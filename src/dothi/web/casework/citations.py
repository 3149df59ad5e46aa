"""
Citations of law in the reader's language. The ledger keeps one form, `Decree 61/2018/ND-CP, art. 25(2)`.

In Vietnamese: `Nghị định 61/2018/NĐ-CP, khoản 2 Điều 25`.
"""

import re

from django.utils.translation import get_language

from dothi.procedures.types import Basis, Procedure

IN_VIETNAMESE = [
    (re.compile(r"\bDecree (\d+/\d+)/ND-CP"), r"Nghị định \1/NĐ-CP"),
    (re.compile(r"\bCircular (?=\d)"), "Thông tư "),
    (re.compile(r"\bLaw (?=\d)"), "Luật "),
    (re.compile(r"\bLabour Code (?=\d)"), "Bộ luật Lao động "),
    (re.compile(r"\bart(?:\.|icle) (\d+)\((\d+)\)"), r"khoản \2 Điều \1"),
    (re.compile(r"\bart(?:\.|icle) (\d+)"), r"Điều \1"),
]


def cited(basis: str) -> str:
    """Return the citation as people of the active language write it; other words stay as they are."""
    if get_language() != "vi":
        return basis
    for pattern, written in IN_VIETNAMESE:
        basis = pattern.sub(written, basis)
    return basis


def basis_in_words(procedure: Procedure, basis: Basis) -> str:
    """Return clause and instrument of a value of a procedure, e.g. "Điều 9 khoản 3, 60/2014/QH13"."""
    numbers = {source.id: source.number for source in procedure.sources}
    return ", ".join(filter(None, (basis.clause, numbers.get(basis.source, ""))))
