"""
Claims of a result as a paper prints them: choices in words, addresses in full, dates as they are.

Which claim stands where on which form is a table here, because a form of law has a fixed layout; what
the claims are stands in the procedure's document.
"""

from collections.abc import Callable, Mapping
from datetime import date

from dothi.procedures.types import Input, Json, Procedure
from dothi.registers.agencies.errors import AreaUnknown
from dothi.registers.agencies.queries import area_on

Claims = Mapping[str, Json]
Words = Callable[[str], str]


def printed(procedure: Procedure, claims: Claims, on: date, unit: str) -> dict[str, object]:
    """Return the facts of the result's template. Raises KeyError for a template without a layout."""

    def words(name: str) -> str:
        return _in_words(procedure, name, claims.get(name), on)

    return LAYOUTS[procedure.result.template](words, on, unit)


def _in_words(procedure: Procedure, name: str, value: Json, on: date) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return in_full(value, on)
    field = next((one for page in procedure.pages for one in page.fields if one.id == name), None)
    if field is not None and field.input is Input.CHOICE:
        return next((one.label.vi for one in field.options if one.value == value), str(value))
    return str(value)


def in_full(answer: Mapping[str, Json], on: date) -> str:
    """Return an address in words: house and street, ward, city."""
    ward, line = str(answer.get("ward") or ""), str(answer.get("line") or "")
    try:
        place = area_on(ward, on).name.vi if ward else ""
    except AreaUnknown:
        place = ward
    return ", ".join(part for part in (line, place, "Hà Nội" if place else "") if part)


def _person(words: Words, prefix: str) -> dict[str, str]:
    return {
        "name": words(f"{prefix}_name"),
        "born_on": words(f"{prefix}_birth_date"),
        "sex": words(f"{prefix}_sex"),
        "ethnicity": words(f"{prefix}_ethnicity"),
        "nationality": words(f"{prefix}_nationality"),
        "identity": words(f"{prefix}_personal_number"),
        "residence": words(f"{prefix}_residence"),
    }


def _marital_status(words: Words, _on: date, _unit: str) -> dict[str, object]:
    purpose = ", ".join(filter(None, (words("purpose"), words("purpose_in_words"), _partner(words))))
    return {
        "applicant": words("holder_name"),
        "person": _person(words, "holder"),
        "status": words("marital_status"),
        "purpose": purpose,
        "valid_until": words("valid_until"),
    }


def _partner(words: Words) -> str:
    return f"với {words('partner_name')}" if words("partner_name") else ""


def _marriage(words: Words, on: date, unit: str) -> dict[str, object]:
    sides = {words(f"{side}_sex"): _person(words, side) for side in ("applicant", "partner")}
    ordered = [sides[sex] for sex in sorted(sides)]  # "Nam" stands before "Nữ"
    return {"husband": ordered[0], "wife": ordered[-1], "registered_at": unit, "registered_on": str(on)}


LAYOUTS: Mapping[str, Callable[[Words, date, str], dict[str, object]]] = {
    "marital-status-certificate": _marital_status,
    "marriage-certificate": _marriage,
}
