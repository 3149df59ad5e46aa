"""
Names under one @context: short as the requester writes them, or whole IRIs as they are stored.

All terms of a context are expanded by pyld, once, together; from then on a name is looked up. What no
term defines (prefixes, the default vocabulary, whole IRIs) follows the rules of JSON-LD 1.1 for
vocabulary-relative names, which `tests/unit/context` proves equal to pyld's.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from pyld import jsonld

Document = Mapping[str, Any]
DEFAULT_VOCABULARY = "https://uri.etsi.org/ngsi-ld/default-context/"
GEN_DELIMS = (":", "/", "?", "#", "[", "]", "@")
PROBE = "dothi-probe"
MOST_SHORT = 10_000
"""Short names of one context that are remembered once they were found."""


class Names:
    """
    The names of one @context, whose documents stand in the order in which they apply, the core last.

    What it says never changes, and thus it is kept as long as its documents are.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = tuple(documents)
        terms = [term for document in self.documents for term in document if not term.startswith("@")]
        found = _expanded(self.documents, [*dict.fromkeys(terms), PROBE])
        self._vocabulary = found.pop(PROBE).removesuffix(PROBE)
        self._iris = {term: iri for term, iri in found.items() if iri and not iri.startswith("@")}
        self._prefixes = {term: iri for term, iri in self._iris.items() if self._is_prefix(term)}
        self._terms = _inverted(self._iris)
        self._short: dict[str, str] = {}

    def expand(self, name: str) -> str:
        """Return the IRI of a type or attribute name."""
        return self._iris.get(name) or self._composed(name)

    def compact(self, iri: str) -> str:
        """Return the shortest name of `iri` under this context; `iri` itself where there is none."""
        found = self._short.get(iri)
        if found is None:
            found = self._shortest(iri)
            if len(self._short) == MOST_SHORT:
                self._short.clear()
            self._short[iri] = found
        return found

    def _shortest(self, iri: str) -> str:
        term = self._terms.get(iri)
        if term is not None:
            return term
        if self._vocabulary and iri.startswith(self._vocabulary):
            rest = iri[len(self._vocabulary) :]
            if rest and rest not in self._iris:
                return rest
        return self._prefixed(iri)

    def _composed(self, name: str) -> str:
        prefix, colon, suffix = name.partition(":")
        if colon and not suffix.startswith("//") and prefix in self._prefixes:
            return self._prefixes[prefix] + suffix
        return name if colon else self._vocabulary + name

    def _prefixed(self, iri: str) -> str:
        fitting = [
            f"{term}:{iri[len(start) :]}"
            for term, start in self._prefixes.items()
            if iri.startswith(start) and len(iri) > len(start)
        ]
        return min(fitting, key=lambda name: (len(name), name), default=iri)

    def _is_prefix(self, term: str) -> bool:
        """Tell whether a term may stand before a colon: it ends as a path does, or says that it may."""
        defined = next(document[term] for document in reversed(self.documents) if term in document)
        if isinstance(defined, str):
            return self._iris[term].endswith(GEN_DELIMS)
        return isinstance(defined, Mapping) and defined.get("@prefix") is True


def _expanded(documents: tuple[Document, ...], terms: list[str]) -> dict[str, str]:
    """
    Return the IRI of each term; terms that the context maps to nothing are left out.

    Terms with a context of their own are refused (clause 5.5.7). Raises ValueError.
    """
    for term, told in ((term, told) for document in documents for term, told in document.items()):
        if isinstance(told, Mapping) and "@context" in told:
            raise ValueError(f"the term {term} has a context of its own")
    try:
        whole = jsonld.expand(
            {"@context": [dict(one) for one in documents], "@type": terms}, {"documentLoader": _nothing}
        )
    except (jsonld.JsonLdError, RecursionError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error
    return dict(zip(terms, whole[0]["@type"], strict=True))


def _nothing(address: str, _options: object) -> NoReturn:
    """Load nothing: what a @context brings from elsewhere (@import, contexts of terms) is not fetched."""
    raise jsonld.JsonLdError(f"{address} is not loaded", "jsonld.LoadDocumentError")


def _inverted(iris: Mapping[str, str]) -> dict[str, str]:
    """Return the best term of each IRI: the shortest, then the first of the alphabet, as JSON-LD has it."""
    terms: dict[str, str] = {}
    for term in sorted(iris, key=lambda term: (len(term), term)):
        terms.setdefault(iris[term], term)
    return terms
