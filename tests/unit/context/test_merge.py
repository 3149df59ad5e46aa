"""Merging a fragment into an entity (clauses 5.5.12 and 5.6.17)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dothi.context.errors import BadRequestData
from dothi.context.jsonld.contexts import names
from dothi.context.model.kinds import NULL
from dothi.context.model.merge import Merging, merged, merged_json
from dothi.context.model.read import Purpose, Reader
from dothi.context.model.update import created

NAMES = names(None)
LEVEL = "https://uri.etsi.org/ngsi-ld/default-context/level"
THEN, NOW = "2026-11-22T08:00:00Z", "2026-11-22T09:00:00Z"
json = st.recursive(
    st.integers() | st.text("ab", max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
patches = st.recursive(
    st.integers() | st.none(),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


def after(before: Any, told: Any, **parameters: Any) -> list[dict[str, Any]]:
    how = Merging(NAMES, **parameters)
    attributes = created(Reader(NAMES).fragment({"level": before})["attributes"], THEN) if before else {}
    fragment = Reader(NAMES, Purpose.MERGE, how.simplified).fragment({"level": told})
    return merged(attributes, fragment["attributes"], NOW, how).get(LEVEL, [])


def rfc_7396(target: Any, patch: Any) -> Any:
    """The algorithm of the RFC, word for word."""
    if not isinstance(patch, dict):
        return patch
    target = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            target.pop(name, None)
        else:
            target[name] = rfc_7396(target.get(name), value)
    return target


def with_nulls(patch: Any) -> Any:
    if isinstance(patch, dict):
        return {key: with_nulls(value) for key, value in patch.items()}
    return NULL if patch is None else patch


class TestValues:
    @given(json, st.dictionaries(st.sampled_from("abc"), patches, max_size=3))
    def test_are_merged_as_the_rfc_merges_them(self, target: Any, patch: dict[str, Any]) -> None:
        assert merged_json(target, with_nulls(patch)) == rfc_7396(target, patch)


class TestMerged:
    def test_leaves_what_is_not_named(self) -> None:
        [found] = after({"value": 1, "unitCode": "MTR", "source": "gauge"}, {"type": "Property", "value": 2})
        assert (found["value"], found["unitCode"], len(found["attributes"])) == (2, "MTR", 1)
        assert (found["createdAt"], found["modifiedAt"]) == (THEN, NOW)

    def test_goes_into_values(self) -> None:
        street = {"value": {"street": "Bạch Đằng", "city": "Đà Nẵng", "land": "VN"}}
        [found] = after(street, {"value": {"street": "Trần Phú", "land": NULL}})
        assert found["value"] == {"street": "Trần Phú", "city": "Đà Nẵng"}

    def test_leaves_no_null_in_what_is_new(self) -> None:
        [found] = after(None, {"value": {"a": 1, "b": NULL}, "note": NULL})
        assert (found["value"], "attributes" in found) == ({"a": 1}, False)

    @pytest.mark.parametrize("before", [1, {"object": "urn:x:1"}, {"languageMap": {"vi": "một"}}])
    def test_deletes_whatever_kind_by_null(self, before: Any) -> None:
        assert after(before, NULL) == []

    def test_merges_languages(self) -> None:
        before = {"languageMap": {"vi": "sông", "en": "river"}}
        [found] = after(before, {"type": "LanguageProperty", "languageMap": {"fr": "fleuve", "en": NULL}})
        assert found["languageMap"] == {"vi": "sông", "fr": "fleuve"}

    def test_puts_a_text_into_the_language_that_is_told(self) -> None:
        [found] = after({"languageMap": {"vi": "sông"}}, "river", lang="en")
        assert found["languageMap"] == {"vi": "sông", "en": "river"}

    def test_may_change_the_kind(self) -> None:
        [found] = after({"value": 1, "unitCode": "MTR"}, {"type": "Relationship", "object": "urn:x:1"})
        assert (found["type"], found["object"], "value" in found) == ("Relationship", "urn:x:1", False)

    def test_renews_an_instant_that_was_there(self) -> None:
        observed = {"value": 1, "observedAt": THEN}
        assert after(observed, 2, observed_at=NOW)[0]["observedAt"] == NOW
        assert "observedAt" not in after(1, 2, observed_at=NOW)[0]
        explicit = {"value": 2, "observedAt": "2026-11-22T08:30:00Z"}
        assert after(observed, explicit, observed_at=NOW)[0]["observedAt"] == explicit["observedAt"]


class TestSimplified:
    """Clause 6.5.3.4: kinds stay as they are."""

    @pytest.mark.parametrize(
        ("before", "told", "member", "expected"),
        [
            ({"object": "urn:x:1"}, "urn:x:2", "object", "urn:x:2"),
            ({"valueList": [1]}, [2, 3], "valueList", [2, 3]),
            ({"objectList": ["urn:x:1"]}, ["urn:x:2"], "objectList", ["urn:x:2"]),
            ({"languageMap": {"vi": "sông"}}, {"languageMap": {"en": "river"}}, "languageMap",
             {"vi": "sông", "en": "river"}),
            (1, {"type": "Point", "coordinates": [1, 2]}, "value", {"type": "Point", "coordinates": [1, 2]}),
            ({"json": {"a": 1}}, {"json": {"b": 2}}, "json", {"a": 1, "b": 2}),
        ],
    )  # fmt: skip
    def test_fits_what_is_there(self, before: Any, told: Any, member: str, expected: Any) -> None:
        [found] = after(before, told, simplified=True)
        assert found[member] == expected

    @pytest.mark.parametrize(
        ("before", "told"),
        [({"object": "urn:x:1"}, 5), ({"type": "Point", "coordinates": [1, 2]}, 5), (1, {"json": {}})],
    )
    def test_is_refused_where_it_does_not_fit(self, before: Any, told: Any) -> None:
        with pytest.raises(BadRequestData):
            after(before, told, simplified=True)

    def test_leaves_no_mark_of_how_it_was_told(self) -> None:
        [found] = after(None, {"a": 1}, simplified=True)
        assert found == {"type": "Property", "value": {"a": 1}, "createdAt": NOW, "modifiedAt": NOW}
