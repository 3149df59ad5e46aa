"""
One worker of `dossier_lifecycle`: a process that leads dossiers from draft to return, or writes the floor.

It reads commands as lines of JSON, `{"kind": "value" | "floor", "round": n, "seconds": s}`, and
answers each with one line: what was done, and how long it took.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import django

django.setup()

from tests.support.city import AT, MARITAL_STATUS, ON, PAPER_ANSWERS  # noqa: E402
from tests.support.dossiers import CHECKED  # noqa: E402

from bench.city import official_of  # noqa: E402
from dothi.dossiers.actions import apply, conclude, process, receive  # noqa: E402 - needs Django
from dothi.dossiers.actions.counter import open_at_counter  # noqa: E402
from dothi.dossiers.types import Call, Outcome  # noqa: E402
from dothi.foundation.identity.authority import Actor, Kind  # noqa: E402
from dothi.foundation.identity.models import Person  # noqa: E402
from dothi.kernel.ids import DossierId, new_id  # noqa: E402
from dothi.registers.agencies.queries import holdings_of, units  # noqa: E402
from dothi.registers.agencies.types import UnitKind  # noqa: E402

COURSE: Sequence[tuple[Callable[[Call], Outcome], str]] = [
    (apply.submit, "receive"), (receive.accept, "receive"), (receive.claim, "process"),
    (process.propose, "process"), (process.approve, "approve"), (conclude.sign, "sign"),
    (conclude.give_back, "receive"),
]  # fmt: skip
"""The seven acts after the draft, and the post that does each."""


@cache
def wards() -> list[str]:
    """Return the codes of all wards that have a desk."""
    return [desk.area_code or "" for desk in units(UnitKind.DESK, ON)]


@cache
def people() -> list[UUID]:
    """Return the residents who file dossiers."""
    return list(Person.objects.filter(assurance=2).order_by("id").values_list("id", flat=True))


@cache
def official(ward_code: str, post: str) -> Actor:
    """Return an official with the duties that the register knows, read once as a session would."""
    person = official_of(ward_code, post)
    return Actor(Kind.OFFICIAL, person, None, 2, holdings_of(person, AT))


def lead(dice: random.Random, at: datetime) -> DossierId:
    """Lead one dossier from draft to return in eight commits, a second of its time apart."""
    ward = dice.choice(wards())
    dossier_id = open_at_counter(
        official=official(ward, "receive"), owner_id=dice.choice(people()), procedure_code=MARITAL_STATUS,
        ward_code=ward, answers=PAPER_ANSWERS, at=at, key=new_id(),
    )  # fmt: skip
    for seconds, (act, post) in enumerate(COURSE, start=1):
        at_then = at + timedelta(seconds=seconds)
        done = act(Call(dossier_id, official(ward, post), at_then, confirmed=CHECKED))
    assert done.state == "returned"
    return dossier_id


def lead_for(seconds: float, dice: random.Random) -> dict[str, object]:
    """Lead dossiers until `seconds` are over; the last one is finished."""
    done, times, began = [], [], time.perf_counter()
    while (now := time.perf_counter() - began) < seconds:
        done.append(str(lead(dice, AT + timedelta(seconds=now))))
        times.append(time.perf_counter() - began - now)
    return {"done": done, "seconds": time.perf_counter() - began, "times": times}


def main() -> None:
    """Answer commands until the end of input."""
    from bench.lifecycle_floor import Floor

    number = sys.argv[1]
    lead(random.Random(number), AT)
    floor = Floor()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        dice = random.Random(f"{command['kind']}:{command['round']}:{number}")
        work = lead_for if command["kind"] == "value" else floor.write_for
        print(json.dumps(work(command["seconds"], dice)), flush=True)


if __name__ == "__main__":
    main()
