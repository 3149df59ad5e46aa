"""
Reading a procedure document: YAML, then its schema, then what only the whole can say.

Every fault names its place and how to mend it, all at once: an author is sent back one time only.
"""

from functools import cache
from typing import Any

from dothi.kernel.documents import shape
from dothi.kernel.documents.authoring import parse
from dothi.kernel.documents.checking import against, digest, validator
from dothi.kernel.documents.faults import DocumentInvalid
from dothi.procedures.coherence import faults_of
from dothi.procedures.types import Json, Procedure


def load(text: str) -> Procedure:
    """Return the procedure that the YAML `text` describes. Raises DocumentInvalid with all its faults."""
    return read(parse(text))


def read(data: dict[str, Json]) -> Procedure:
    """Return the procedure of a parsed document. Raises DocumentInvalid with all its faults."""
    faults = tuple(against(_validator(), data))
    if faults:
        raise DocumentInvalid(faults)
    procedure = trusted(data)
    faults = tuple(faults_of(procedure))
    if faults:
        raise DocumentInvalid(faults)
    return procedure


def trusted(data: dict[str, Json]) -> Procedure:
    """Return the procedure of a document that was checked when it was published."""
    return shape.build(Procedure, data, sha256=digest(data))


def schema() -> dict[str, Json]:
    """Return the JSON Schema of the document."""
    return shape.schema(Procedure, "Dothi procedure document")


@cache
def _validator() -> Any:
    return validator(schema())
