"""A parsed document against its JSON Schema: every fault at once, each with its place and how to mend it."""

import hashlib
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import rfc8785

from dothi.kernel.documents.faults import Fault
from dothi.kernel.documents.types import Json
from dothi.kernel.problems import msg


def validator(schema: dict[str, Json]) -> Any:
    """Return what checks documents against a schema, for `against`."""
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def against(checks: Any, data: dict[str, Json]) -> Iterator[Fault]:
    """Yield each fault of a parsed document."""
    for error in checks.iter_errors(data):
        yield _fault(error)


def digest(data: dict[str, Json]) -> str:
    """Return the SHA-256 in hex of the document's canonical JSON (RFC 8785)."""
    return hashlib.sha256(rfc8785.dumps(data)).hexdigest()


def _fault(error: Any) -> Fault:
    path = _path(error.instance_path)
    kind = type(error.kind).__name__
    message, mend = _WORDS.get(kind, (msg("%(problem)s"), msg("See the reference of the document.")))
    return Fault(path, message, mend, (("problem", error.message[:300]),))


_WORDS = {
    "Required": (msg("Something is missing: %(problem)s"), msg("Add it; the reference says what it holds.")),
    "AdditionalProperties": (
        msg("Unknown name: %(problem)s"),
        msg("Remove it, or correct its spelling as in the reference."),
    ),
    "Enum": (msg("Not one of the words allowed: %(problem)s"), msg("Use one of the words that are listed.")),
    "Type": (msg("Of another type: %(problem)s"), msg("Put text that looks like a number in quotes.")),
    "Pattern": (
        msg("Written differently: %(problem)s"),
        msg("Ids are lower case letters, digits and hyphens; ids of answers have underscores."),
    ),
}


def _path(steps: list[str | int]) -> str:
    """Return e.g. `pages[2].fields[0].label`."""
    written = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return written.removeprefix(".")
