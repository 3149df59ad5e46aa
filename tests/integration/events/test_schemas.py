"""Events keep to the schemas that their rooms publish, and name no person."""

import pytest

from dothi.dossiers.acting import PAST
from dothi.dossiers.types import Act
from tests.support.city import person_id, resident
from tests.support.dossiers import drafted, signed
from tests.support.events import emitted, faults, schemas


@pytest.mark.usefixtures("city")
class TestEvents:
    def test_of_the_whole_thread_fit_their_schemas(self) -> None:
        signed(drafted())
        events = emitted()
        assert {"vn.dothi.dossiers.dossier.signed.v1", "vn.dothi.vault.result.deposited.v1"} <= {
            event_type for event_type, _ in events
        }
        assert [fault for event_type, data in events for fault in faults(event_type, data)] == []

    def test_of_the_whole_thread_name_no_person(self) -> None:
        signed(drafted())
        said = repr(emitted())
        assert str(person_id(resident("an"))) not in said
        assert "Nguyễn" not in said


class TestSchemas:
    def test_know_every_act_on_a_dossier(self) -> None:
        assert {f"vn.dothi.dossiers.dossier.{PAST[act]}.v1" for act in Act} <= set(schemas())

    def test_refuse_what_lacks_a_fact(self) -> None:
        assert faults("vn.dothi.dossiers.dossier.signed.v1", {"state": "signed"})
        assert faults("vn.dothi.nobody.thing.done.v1", {}) == ["vn.dothi.nobody.thing.done.v1 has no schema"]
