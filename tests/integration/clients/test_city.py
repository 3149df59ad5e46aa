"""What everybody may read of a city: each type for a reason, and no more than its people let stand."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from dothi.config.city_token import broker_token
from dothi.config.environment import Environment
from dothi.foundation.clients import actions
from dothi.foundation.clients.queries import rights_at
from dothi.foundation.clients.types import RightRow, Terms
from dothi.foundation.clock import now
from dothi.foundation.identity.authority import SYSTEM
from dothi.kernel.ids import new_id
from dothi.sectors.models import iri
from dothi.sectors.models.openness import public_types


@pytest.fixture
def started(db: None, tmp_path: Path) -> Environment:
    """A node whose city has got its token."""
    key = tmp_path / "broker.key"
    key.write_bytes(b"k" * 32)
    node = Environment(node=settings.NODE, broker_signing_key_file=str(key))
    assert broker_token(node)
    return node


def of_everybody() -> list[RightRow]:
    return [one for one in rights_at(now()) if not one.client]


class TestCity:
    def test_publishes_each_type_by_itself_with_its_reason(self, started: Environment) -> None:
        told = {tuple(one.terms.types or ()): one.terms.basis for one in of_everybody()}
        assert told == {(iri(one.name),): one.reason["vi"] for one in public_types()}
        assert (iri("Device"),) not in told

    def test_leaves_withdrawn_what_somebody_withdrew(self, started: Environment) -> None:
        [right] = [one for one in of_everybody() if one.terms.types == [iri("TrafficFlowObserved")]]
        actions.withdraw(right_id=right.id, actor=SYSTEM, at=now())
        before = of_everybody()
        assert broker_token(started)
        assert of_everybody() == before

    def test_leaves_published_what_somebody_published_for_another_reason(self, db: None) -> None:
        told: dict[str, Any] = {"unit_id": new_id(), "actor": SYSTEM, "at": now()}
        types = [iri("WeatherObserved")]
        actions.publish(terms=Terms(operations=["read"], types=types, basis="Decision 9"), **told)
        again = Terms(operations=["read"], types=types, basis="another")
        assert actions.publish_once(terms=again, **told) is None
        assert [one.terms.basis for one in of_everybody()] == ["Decision 9"]
