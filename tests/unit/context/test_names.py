"""Names under an @context are those that pyld gives."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld

from dothi.context.jsonld.contexts import core_document
from dothi.context.jsonld.names import Names

USER = {
    "speed": "https://example.org/speed", "isParked": {"@id": "https://example.org/isParked", "@type": "@id"},
    "ex": "https://example.org/", "far": {"@id": "https://far.example/x", "@prefix": True}, "gone": None,
}  # fmt: skip
DOCUMENTS = [USER, core_document()]
NAMES = Names(DOCUMENTS)
words = st.text(string.ascii_letters + string.digits + "-_.", min_size=1, max_size=12)
any_name = st.one_of(
    words,
    st.sampled_from([*USER, *core_document()]).filter(lambda name: not name.startswith("@")),
    st.builds(lambda prefix, rest: f"{prefix}:{rest}", st.sampled_from([*USER, "urn", "http"]), words),
)


class TestNames:
    @given(any_name)
    def test_are_expanded_as_json_ld_expands_them(self, name: str) -> None:
        # A second type, for a list in which nothing is left is an error of its own.
        told = {"@context": [dict(one) for one in DOCUMENTS], "@type": [name, "Other"]}
        expected = jsonld.expand(told)[0]["@type"][0]
        if expected and not expected.startswith("@"):
            assert NAMES.expand(name) == expected

    @given(any_name)
    def test_come_back_to_what_means_the_same(self, name: str) -> None:
        iri = NAMES.expand(name)
        assert NAMES.expand(NAMES.compact(iri)) == iri

    def test_are_short_even_where_the_term_has_a_type(self) -> None:
        assert NAMES.compact("https://example.org/isParked") == "isParked"

    def test_have_no_contexts_of_their_own(self) -> None:
        """Clause 5.5.7."""
        with pytest.raises(ValueError, match="context of its own"):
            Names([{"a": {"@id": "https://example.org/a", "@context": {}}}, core_document()])
