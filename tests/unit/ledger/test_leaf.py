"""A leaf says everything about an act and nothing about who a person is."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from dothi.foundation.ledger.errors import EntryTooLarge
from dothi.foundation.ledger.leaf import FIRST_SUBJECT, commitment, leaf_of, salt_of
from dothi.foundation.ledger.types import ActorRef
from dothi.kernel.ids import new_id
from tests.support.ledgers import PERSON, ROOTS, an_entry


class TestLeafOf:
    def test_commits_to_each_person_with_a_salt_of_its_own(self) -> None:
        entry = an_entry(subjects=[PERSON])
        first, second = leaf_of(entry, ROOTS), leaf_of(entry, ROOTS)
        salts = {salt_of(link.seed, ROOTS) for leaf in (first, second) for link in leaf.links}
        assert len(salts) == 4
        assert all(len(salt) == 32 for salt in salts)
        assert first.body != second.body

    def test_opens_by_its_salt_to_the_right_person_only(self) -> None:
        leaf = leaf_of(an_entry(subjects=[PERSON]), ROOTS)
        (link,) = (link for link in leaf.links if link.place == FIRST_SUBJECT)
        committed = json.loads(leaf.body)["subjects"][0]
        assert committed == commitment(salt_of(link.seed, ROOTS), PERSON)
        assert committed != commitment(salt_of(link.seed, ROOTS), new_id())

    def test_names_no_person(self) -> None:
        actor = ActorRef("resident", new_id(), on_behalf_of=new_id())
        body = leaf_of(replace(an_entry(), actor=actor), ROOTS).body.decode()
        for person in (PERSON, actor.id, actor.on_behalf_of):
            assert str(person) not in body
        assert set(json.loads(body)["actor"]) == {"kind", "person", "on_behalf_of"}

    def test_counts_a_person_once(self) -> None:
        assert len(json.loads(leaf_of(an_entry(subjects=[PERSON, PERSON]), ROOTS).body)["subjects"]) == 1

    def test_writes_instants_in_one_form(self) -> None:
        at = datetime(2026, 3, 2, 15, 15, tzinfo=timezone(timedelta(hours=7)))
        assert json.loads(leaf_of(replace(an_entry(), at=at), ROOTS).body)["recorded_at"] == (
            "2026-03-02T08:15:00.000000Z"
        )

    def test_refuses_what_no_bundle_can_carry(self) -> None:
        with pytest.raises(EntryTooLarge):
            leaf_of(an_entry(subjects=[new_id() for _ in range(1001)]), ROOTS)
        with pytest.raises(EntryTooLarge):
            leaf_of(replace(an_entry(), facts={"note": "x" * 66_000}), ROOTS)
