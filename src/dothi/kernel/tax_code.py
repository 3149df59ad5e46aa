"""
The tax code, which is also the code of an enterprise: nine digits, a check digit, three for a branch.

From 1 July 2025 persons and household businesses use the 12-digit personal number instead
(`kernel.personal_number`; verified: false).

Law: Circular 105/2020/TT-BTC, art. 5.
"""

import re
from dataclasses import dataclass

from dothi.kernel.problems import Invalid, msg

_FORM = re.compile(r"([0-9]{9})([0-9])(?:-?([0-9]{3}))?")
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


class TaxCodeInvalid(Invalid):
    """The code cannot be right."""

    slug = "tax-code-invalid"
    title = msg("This tax code cannot be right")
    way_out = msg("Copy the code from the certificate of business or tax registration.")


class TaxCodeForm(TaxCodeInvalid):
    """Not ten digits, with or without three more for a branch."""

    slug = "tax-code-form"
    title = msg("A tax code has 10 digits, and 3 more after a hyphen for a branch")


class TaxCodeCheckDigit(TaxCodeInvalid):
    """The tenth digit does not follow from the nine before it: a digit is wrong or two are swapped."""

    slug = "tax-code-check-digit"
    title = msg("A digit of this tax code is wrong")


class TaxCodeBranch(TaxCodeInvalid):
    """A branch has a number from 001 to 999."""

    slug = "tax-code-branch"
    title = msg("The number of a branch is 001 to 999")


@dataclass(frozen=True, slots=True)
class TaxCode:
    """Ten digits of the head office and, for a branch, its three digits, else empty."""

    head: str
    branch: str = ""

    def __str__(self) -> str:
        return f"{self.head}-{self.branch}" if self.branch else self.head


def parse(text: str) -> TaxCode:
    """Return the code in `text`; spaces and the hyphen may be missing. Raises TaxCodeInvalid."""
    match = _FORM.fullmatch(re.sub(r"[\s.]", "", text))
    if match is None:
        raise TaxCodeForm
    digits, check, branch = match.groups()
    if check_digit(digits) != int(check):
        raise TaxCodeCheckDigit
    if branch == "000":
        raise TaxCodeBranch
    return TaxCode(digits + check, branch or "")


def check_digit(digits: str) -> int | None:
    """Return the tenth digit for nine, or None when no code with these nine is ever issued."""
    remainder = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11
    return 10 - remainder if remainder else None
