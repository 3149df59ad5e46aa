"""
Reading a procedure document: YAML, then its schema, then what only the whole can say.

Every fault names its place and how to mend it, all at once: an author is sent back one time only.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
import rfc8785

from dothi.kernel.problems import msg
from dothi.procedures import shape
from dothi.procedures.authoring import parse
from dothi.procedures.coherence import faults_of
from dothi.procedures.errors import DocumentInvalid, Fault
from dothi.procedures.types import Json, Procedure


def load(text: str) -> Procedure:
    """Return the procedure that the YAML `text` describes. Raises DocumentInvalid with all its faults."""
    return read(parse(text))


def read(data: dict[str, Json]) -> Procedure:
    """Return the procedure of a parsed document. Raises DocumentInvalid with all its faults."""
    faults = tuple(_against_schema(data))
    if faults:
        raise DocumentInvalid(faults)
    procedure = _build(data)
    faults = tuple(faults_of(procedure))
    if faults:
        raise DocumentInvalid(faults)
    return procedure


def trusted(data: dict[str, Json]) -> Procedure:
    """Return the procedure of a document that was checked when it was published."""
    return _build(data)


def digest(data: dict[str, Json]) -> str:
    """Return the SHA-256 in hex of the document's canonical JSON (RFC 8785)."""
    return hashlib.sha256(rfc8785.dumps(data)).hexdigest()


def _build(data: dict[str, Json]) -> Procedure:
    return shape.build(Procedure, data, sha256=digest(data))


@cache
def _validator() -> Any:
    return jsonschema_rs.Draft202012Validator(shape.schema(), validate_formats=True)


def _against_schema(data: dict[str, Json]) -> Iterator[Fault]:
    for error in _validator().iter_errors(data):
        yield _fault(error)


def _fault(error: Any) -> Fault:
    path = _path(error.instance_path)
    kind = type(error.kind).__name__
    message, mend = _WORDS.get(
        kind, (msg("%(problem)s"), msg("See the reference of the procedure document."))
    )
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
