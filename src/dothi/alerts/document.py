"""
Reading a rule document: YAML, then its schema, then what only the whole can say.

Every fault names its place and how to mend it, all at once.
"""

from collections.abc import Mapping
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
    return shape.build(Rule, _in_two_languages(data), sha256=digest(data))


def _in_two_languages(data: Mapping[str, Any]) -> dict[str, Json]:
    """Return a document of the time when clauses and notes had one language, with that one as both."""
    limit = data["limit"]
    said = {
        part: {"vi": told, "en": told}
        for part in ("clause", "note") if isinstance(told := limit["basis"].get(part), str)
    }  # fmt: skip
    return {**data, "limit": {**limit, "basis": {**limit["basis"], **said}}}


def schema() -> dict[str, Json]:
    """Return the JSON Schema of the document."""
    return shape.schema(Rule, "Dothi rule document")


@cache
def _validator() -> Any:
    return validator(schema())
