"""Acts on roads: keep a graph that was read from a file, close roads around an incident, open them again."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from dothi.foundation.identity.authority import Actor, CaseFacts, require
from dothi.foundation.ledger.types import Fact
from dothi.foundation.statements import read, together
from dothi.incidents import rules
from dothi.incidents.acting import Line, Turn, perform, record_act
from dothi.incidents.errors import ClosureNotFound, PlaceUnfit
from dothi.incidents.models import RoadClosure, RoadGraph
from dothi.incidents.roads.graph import Drawn
from dothi.incidents.types import Call, EntryKind, Outcome

LEAST_M, MOST_M = 10.0, 500.0
"""Radius in meters within which roads may be closed by one act. House rule."""


def keep_graph(*, drawn: Drawn, content: bytes, source: str, actor: Actor, at: datetime, key: UUID) -> bool:
    """
    Keep a graph of roads, from now on the one that counts; tell whether it was new. The same file, once.

    `content` is the file that it was read from, `source` whose roads these are. Raises Refused.
    """
    decision = require(actor, rules.KEEP_ROADS, None, at)
    digest = sha256(content).hexdigest()
    with together():
        if RoadGraph.objects.filter(digest=digest).exists():
            return False
        facts: dict[str, Fact] = {
            "digest": digest, "source": source, "crossings": len(drawn.lon), "edges": len(drawn.tail)
        }  # fmt: skip
        record_act(rules.KEEP_ROADS.name, actor, decision, f"roads:{digest}", key, at, facts)
        RoadGraph.objects.create(
            id=key, digest=digest, source=source[:300], imported_at=at, lon=drawn.lon.tolist(),
            lat=drawn.lat.tolist(), tail=drawn.tail.tolist(), head=drawn.head.tolist(),
            length_m=drawn.length_m.tolist(), speed_kmh=drawn.speed_kmh.tolist(),
        )  # fmt: skip
    return True


def close_roads(call: Call, *, radius_m: float) -> Outcome:
    """
    Close every road within `radius_m` meters of the incident: no way leads through it from now on.

    Raises PlaceUnfit and what all raise.
    """
    if not LEAST_M <= radius_m <= MOST_M:
        raise PlaceUnfit

    def closed(turn: Turn) -> Line:
        incident = turn.incident
        RoadClosure.objects.create(
            id=call.key, unit_id=incident.unit_id, incident_id=incident.id, lon=incident.lon,
            lat=incident.lat, radius_m=radius_m, closed_at=call.at,
        )  # fmt: skip
        return Line(EntryKind.ROADS_CLOSED, facts={"radius_m": round(radius_m), "closure": str(call.key)})

    return perform(rules.acts_by("close-roads", rules.OPERATE | rules.DISPATCH), call, closed)


def open_roads(*, closure_id: UUID, actor: Actor, at: datetime, key: UUID) -> None:
    """
    Open the roads again, also after the incident was closed; again changes nothing.

    Raises ClosureNotFound, Refused.
    """
    with together():
        found = read(RoadClosure, "where id = %(id)s for update", {"id": closure_id})
        if not found:
            raise ClosureNotFound
        (closure,) = found
        case = CaseFacts("road-closure", unit_id=closure.unit_id, absent=ClosureNotFound)
        decision = require(actor, rules.OPEN_ROADS, case, at)
        if closure.opened_at is not None:
            return
        facts: dict[str, Fact] = {"closure": str(closure.id), "incident": str(closure.incident_id)}
        record_act(rules.OPEN_ROADS.name, actor, decision, f"road-closure:{closure.id}", key, at, facts)
        closure.opened_at = at
        closure.save(update_fields=["opened_at"])
