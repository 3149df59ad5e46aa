"""
The dossier code: receiving unit, day, and a number that starts again each day in each unit.

Two forms are in use in Hanoi and both are read: `000.A0.01.H26-210212-9090`, where the province code
stands last, and `H26.103.25.7-250908-0112`, where it stands first. Codes are public: they name a
dossier and nobody's person.

Law: Circular 01/2018/TT-VPCP (`V1V2V3.Z1Z2.Y1Y2.MX1X2-YYMMDD-XXXX`); Decision 20/2020/QD-TTg
(organization codes, dot-separated, at most 35 characters); verified: false for the new form, which is
known from real codes only.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dothi.kernel.problems import Invalid, msg

_PROVINCE = re.compile(r"[A-Z][0-9]{2}")
_UNIT = re.compile(r"[0-9A-Z]{1,5}(?:\.[0-9A-Z]{1,5}){1,}")
_CODE = re.compile(r"(?P<unit>[0-9A-Z.]+)-(?P<day>[0-9]{6})-(?P<number>[0-9]{4,6})")
_MOST_CHARACTERS = 35
_MOST = 999_999


class DossierCodeInvalid(Invalid):
    """The text is no dossier code."""

    slug = "dossier-code-invalid"
    title = msg("This is not a dossier code")
    way_out = msg("Copy the code from the receipt, for example H26.103.25.7-250908-0112.")


class DossierCodeForm(StrEnum):
    """Where the province code stands."""

    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class DossierCode:
    """`unit` is the code of the receiving unit, `number` counts its dossiers of the day from 1."""

    unit: str
    received_on: date
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= _MOST or not 2000 <= self.received_on.year <= 2099:
            raise DossierCodeInvalid
        _form_of(self.unit)

    @property
    def form(self) -> DossierCodeForm:
        """Which of the two forms this code has."""
        return _form_of(self.unit)

    def __str__(self) -> str:
        return f"{self.unit}-{self.received_on:%y%m%d}-{self.number:04d}"


def parse(text: str) -> DossierCode:
    """Return the code in `text`, in any case and with stray spaces. Raises DossierCodeInvalid."""
    match = _CODE.fullmatch(re.sub(r"\s", "", text).upper().replace("\u2013", "-"))
    if match is None:
        raise DossierCodeInvalid
    code = DossierCode(match["unit"], _day(match["day"]), int(match["number"]))
    # Beyond 9999 a day the number grows; `00112` would be a second spelling of `0112`.
    if len(match["number"]) != len(f"{code.number:04d}"):
        raise DossierCodeInvalid
    return code


def following(unit: str, on: date, last: DossierCode | None) -> DossierCode:
    """
    Return the next code of `unit` on the local day `on`, after `last`, its last code or None.

    The counter starts again at 0001 each day. Raises ValueError when `last` is of another unit or of a
    later day: then the caller holds the wrong row.
    """
    if last is not None and (last.unit != unit or last.received_on > on):
        raise ValueError(f"{last} does not come before a code of {unit} on {on}")
    same_day = last is not None and last.received_on == on
    return DossierCode(unit, on, last.number + 1 if last is not None and same_day else 1)


def _day(text: str) -> date:
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError as error:
        raise DossierCodeInvalid from error


def _form_of(unit: str) -> DossierCodeForm:
    """Return the form of a unit's code; raises DossierCodeInvalid."""
    parts = unit.split(".")
    if len(unit) <= _MOST_CHARACTERS and _UNIT.fullmatch(unit):
        if _PROVINCE.fullmatch(parts[0]):
            return DossierCodeForm.NEW
        if _PROVINCE.fullmatch(parts[-1]):
            return DossierCodeForm.OLD
    raise DossierCodeInvalid
