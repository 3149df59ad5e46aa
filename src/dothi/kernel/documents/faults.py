"""
What can be wrong with a document that people write.

    Invalid
    └── DocumentInvalid  422  the document cannot be accepted; `faults` name the places
"""

from dataclasses import dataclass

from dothi.kernel.problems import Invalid, msg


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a document: where, what, and how to mend it, as msgids with their facts."""

    path: str
    message: str
    mend: str
    facts: tuple[tuple[str, str], ...] = ()


class DocumentInvalid(Invalid):
    """The document cannot be accepted; `faults` name the places."""

    slug = "document-invalid"
    title = msg("The document has faults")
    way_out = msg("Mend the places that are listed and check it again.")

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults=len(faults), first=faults[0].path if faults else "")
        self.faults = faults
