"""Whatever JSON is told: it is read or refused, what is read is stored, and nothing of it is NGSI-LD Null."""

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from dothi.context.errors import NgsiLdError
from dothi.context.jsonld.contexts import names
from dothi.context.model.kinds import KINDS, NULL, OWN
from dothi.context.model.merge import Merging
from dothi.context.model.read import Purpose, Reader
from dothi.context.operations import provision
from dothi.context.store.waiting import Change

NAMES = names(None)
AT = "2026-11-22T08:00:00.000000Z"
MEMBERS = sorted({*OWN, "id", "scope", "dataset", "coordinates", "level", "note", "@value", "", "inferred"})
SAID = [
    NULL, "urn:ngsi-ld:Pump:1", "Pump", AT, "/a/b", "@none", "vi", "type", "Point", "Polygon", *KINDS,
    '{"type":"Point","coordinates":[1,2]}',
]  # fmt: skip
texts = st.sampled_from(SAID) | st.text(max_size=3)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(MEMBERS) | st.text(max_size=2), inner, max_size=4)
    ),
    max_leaves=12,
)
entities = st.fixed_dictionaries(
    {"id": st.just("urn:ngsi-ld:Pump:1"), "type": st.just("Pump")},
    optional={"level": values, "note": values, "scope": values, "location": values},
)


def read(told: Any, purpose: Purpose, *, simplified: bool = False) -> dict[str, Any] | None:
    try:
        return Reader(NAMES, purpose, simplified).fragment(told)
    except NgsiLdError:
        return None


def changed(stored: Any, change: Change) -> Any:
    try:
        return change(stored, AT).entity
    except NgsiLdError:
        return stored


class TestAnyJson:
    @given(values)
    def test_is_read_or_refused(self, told: Any) -> None:
        for purpose in Purpose:
            for simplified in (False, True):
                read(told, purpose, simplified=simplified)

    @given(entities, entities, st.sampled_from([None, "vi"]))
    def test_leaves_no_null_in_what_is_stored(self, first: Any, second: Any, lang: str | None) -> None:
        whole = read(first, Purpose.WHOLE)
        if whole is None:
            return
        stored = changed(None, provision.create({**whole, "id": "urn:ngsi-ld:Pump:1"}))
        for simplified in (False, True):
            how = Merging(NAMES, simplified, AT, lang)
            for change in self.changes(second, how):
                left = changed(stored, change)
                assert NULL.encode() not in orjson.dumps(without_raw(left))

    def changes(self, told: Any, how: Merging) -> list[Change]:
        merged = read(told, Purpose.MERGE, simplified=how.simplified)
        updated = read(told, Purpose.UPDATE)
        found = [provision.merge(merged, how)] if merged else []
        if updated:
            found += [provision.put(updated), provision.put(updated, overwrite=False, append=False)]
        try:
            fragment = Reader(NAMES, Purpose.PATCH).instance("level", told.get("level"))
        except NgsiLdError:
            return found
        return [*found, provision.patch("https://uri.etsi.org/ngsi-ld/default-context/level", fragment)]


def without_raw(told: Any) -> Any:
    """Leave out raw JSON, which may say what it wants (clause 4.5.24)."""
    if isinstance(told, dict):
        return {key: without_raw(value) for key, value in told.items() if key != "json"}
    return [without_raw(one) for one in told] if isinstance(told, list) else told
