"""The index gives every subscription that a change pulls, and few others."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dothi.context.jsonld.contexts import names
from dothi.context.query.entities import EntityQuery, EntitySelector
from dothi.context.query.types import Types
from dothi.context.subscriptions.difference import Difference
from dothi.context.subscriptions.index import Index
from dothi.context.subscriptions.members import TRIGGERS
from dothi.context.subscriptions.selecting import Meant
from dothi.context.subscriptions.subscription import Subscription, wording_of

STORED: dict[str, Any] = {"notification": {"endpoint": {"uri": "http://example.org/"}}}
WORDING = wording_of(STORED, names(None), None, "")
few = st.sampled_from(["a", "b", "c"])
selectors = st.builds(
    EntitySelector,
    st.builds(Types, st.lists(st.frozensets(few, min_size=1), max_size=2).map(tuple)),
    st.lists(few, max_size=2).map(tuple),
)
subscriptions = st.builds(
    lambda number, told, triggers, watched: Subscription(
        ("", str(number)), STORED, Meant(EntityQuery(told)), WORDING, datetime.now(UTC), triggers, watched
    ),
    st.integers(0, 9),
    st.lists(selectors, max_size=2).map(tuple),
    st.frozensets(st.sampled_from(TRIGGERS), min_size=1),
    st.none() | st.frozensets(few, min_size=1),
)
values = st.dictionaries(few, st.integers(0, 1).map(lambda value: [{"type": "Property", "value": value}]))


@st.composite
def differences(draw: Any) -> Difference:
    name, types = draw(few), sorted(draw(st.frozensets(few, min_size=1)))
    before, after = draw(values), draw(values)
    kept = draw(st.sampled_from(["both", "before", "after"]))
    whole = [{"id": name, "type": types, "attributes": each} for each in (before, after)]
    return Difference(whole[0] if kept != "after" else None, whole[1] if kept != "before" else None)


class TestIndex:
    @given(st.lists(subscriptions, max_size=8), differences())
    def test_misses_none_that_is_pulled(self, told: list[Subscription], difference: Difference) -> None:
        index = Index()
        for one in told:
            index.put(one)
        kept = {one.key: one for one in told}
        pulled = {
            key for key, one in kept.items()
            if one.is_pulled(difference) and one.meant.query.matches(difference.entity)
        }  # fmt: skip
        found = [one.key for one in index.about("", difference)]
        assert pulled <= set(found)
        assert len(found) == len(set(found))
        assert not list(index.about("other", difference))

    @given(st.lists(subscriptions, max_size=8))
    def test_is_empty_when_all_are_dropped(self, told: list[Subscription]) -> None:
        index = Index()
        for one in told:
            index.put(one)
        for one in told:
            index.drop(one.key)
        assert index.is_empty
        assert index == Index()
