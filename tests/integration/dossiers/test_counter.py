"""A dossier filed on paper: an official at the counter enters it for the person who stands there."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from dothi.dossiers.actions import apply, conclude, process, receive
from dothi.dossiers.actions.counter import open_at_counter
from dothi.dossiers.models import Dossier, Step
from dothi.dossiers.types import Call
from dothi.foundation.identity.authority import Actor
from dothi.foundation.identity.errors import DutyMissing, OtherUnit, OwnCase, WrongDoor
from dothi.kernel.ids import DossierId
from dothi.procedures.types import Json
from tests.support.city import AT, MARITAL_STATUS, PAPER_ANSWERS, official, person_id, resident
from tests.support.dossiers import CHECKED


def opened(
    who: Actor, owner: UUID, key: UUID | None = None, answers: Mapping[str, Json] = PAPER_ANSWERS
) -> DossierId:
    """Open a draft at the counter of Hoàn Kiếm."""
    return open_at_counter(
        official=who, owner_id=owner, procedure_code=MARITAL_STATUS, ward_code="00070",
        answers=answers, at=AT, key=key or uuid4(),
    )  # fmt: skip


@pytest.mark.usefixtures("city")
class TestCounter:
    def test_leads_to_the_returned_result_in_eight_acts(self) -> None:
        dossier_id = opened(official("ha"), person_id(resident("an")))
        acts = [
            (apply.submit, "ha"), (receive.accept, "ha"), (receive.claim, "minh"), (process.propose, "minh"),
            (process.approve, "thao"), (conclude.sign, "son"), (conclude.give_back, "ha"),
        ]  # fmt: skip
        for minutes, (act, who) in enumerate(acts, start=1):
            at = AT + timedelta(minutes=minutes)
            done = act(Call(dossier_id, official(who), at, confirmed=CHECKED))
        assert done.state == "returned"
        assert Step.objects.filter(dossier=dossier_id).count() == 8

    def test_opens_once_for_one_key(self) -> None:
        key, owner = uuid4(), person_id(resident("an"))
        assert opened(official("ha"), owner, key) == opened(official("ha"), owner, key)
        assert Dossier.objects.count() == 1

    def test_refuses_the_desk_of_another_ward(self) -> None:
        with pytest.raises(OtherUnit):
            opened(official("lananh"), person_id(resident("an")))

    def test_refuses_who_does_not_receive(self) -> None:
        with pytest.raises(DutyMissing):
            opened(official("son"), person_id(resident("an")))

    def test_refuses_ones_own_dossier(self) -> None:
        ha = official("ha")
        with pytest.raises(OwnCase):
            opened(ha, person_id(ha))

    def test_lets_no_official_file_what_a_person_drafts_online(self) -> None:
        ha = official("ha")
        dossier_id = opened(ha, person_id(resident("an")))
        Dossier.objects.filter(pk=dossier_id).update(channel="online")
        with pytest.raises(WrongDoor):
            apply.submit(Call(dossier_id, ha, AT))
