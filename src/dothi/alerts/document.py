"""
Reading a rule document: YAML, then its schema, then what only the whole can say.

Every fault names its place and how to mend it, all at once.
"""

from functools import cache
from typing import Any

from dothi.alerts.coherence import faults_of
from dothi.alerts.engine.rule import Rule
from dothi.kernel.documents import shape
from dothi.kernel.documents.authoring import parse
from dothi.kernel.documents.checking import against, digest, validator
from dothi.kernel.documents.faults import DocumentInvalid
from dothi.kernel.documents.types import Json


def load(text: str) -> Rule:
    """Return the rule that the YAML `text` describes. Raises DocumentInvalid with all its faults."""
    return read(parse(text))


def read(data: dict[str, Json]) -> Rule:
    """Return the rule of a parsed document. Raises DocumentInvalid with all its faults."""
    faults = tuple(against(_validator(), data))
    if faults:
        raise DocumentInvalid(faults)
    rule = trusted(data)
    faults = tuple(faults_of(rule))
    if faults:
        raise DocumentInvalid(faults)
    return rule


def trusted(data: dict[str, Json]) -> Rule:
    """Return the rule of a document that was checked when it was published."""
    return shape.build(Rule, data, sha256=digest(data))


def schema() -> dict[str, Json]:
    """Return the JSON Schema of the document."""
    return shape.schema(Rule, "Dothi rule document")


@cache
def _validator() -> Any:
    return validator(schema())
