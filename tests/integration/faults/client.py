"""
A client process of the fault tests: `python -m tests.integration.faults.client FIRST COUNT SEED`.

It leads dossiers through all acts, retrying each act under the same key until it is acknowledged, and
prints one line of JSON an acknowledged act. `check` instead decrypts every file that a row names.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from typing import TypeVar
from uuid import UUID, uuid5

import django

django.setup()

from django.db import InterfaceError, OperationalError, connection  # noqa: E402 - needs Django

from dothi.dossiers.actions import apply, conclude, process, receive  # noqa: E402
from dothi.dossiers.actions.draft import open_draft, prefill_draft, save_answers  # noqa: E402
from dothi.dossiers.types import Call, Outcome  # noqa: E402
from dothi.foundation.clock import now  # noqa: E402
from dothi.foundation.files.queries import read  # noqa: E402
from dothi.foundation.files.types import FileId  # noqa: E402
from dothi.foundation.identity.authority import Actor  # noqa: E402
from dothi.foundation.papers.models import Paper  # noqa: E402
from dothi.kernel.ids import DossierId  # noqa: E402
from tests.support.city import ANSWERS, MARITAL_STATUS, official, profile_of, resident  # noqa: E402
from tests.support.dossiers import CHECKED  # noqa: E402

PATIENCE_S = 90.0
LOST = 0.3
"""How often an answer is taken for lost and the same act sent again."""
COURSE: Sequence[tuple[str, Callable[[Call], Outcome], str]] = [
    ("submit", apply.submit, "an"), ("accept", receive.accept, "ha"), ("claim", receive.claim, "minh"),
    ("show-draft", process.show_draft, "minh"), ("confirm-draft", apply.confirm_draft, "an"),
    ("propose", process.propose, "minh"), ("approve", process.approve, "thao"),
    ("sign", conclude.sign, "son"), ("give-back", conclude.give_back, "ha"),
]  # fmt: skip


T = TypeVar("T")


def until_acknowledged(work: Callable[[], T]) -> T:
    """Do `work` again and again until no server dies under it."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return work()
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def actor(who: str) -> Actor:
    """Return the person of the demo city."""
    return resident(who, now()) if who == "an" else official(who, now())


def lead(number: int, seed: UUID) -> None:
    """Lead one dossier from draft to return; every key follows from seed, number and act."""
    dice, key = random.Random(f"{seed}:{number}"), _key(seed, number, "draft")
    dossier_id = until_acknowledged(lambda: _drafted(key))
    _acknowledge(dossier_id, "draft", key, "")
    for name, act, who in COURSE:
        call = _key(seed, number, name)
        attempt = partial(_attempt, act, dossier_id, who, call)
        done = until_acknowledged(attempt)
        if dice.random() < LOST:
            assert until_acknowledged(attempt) == done
        _acknowledge(dossier_id, name, call, done.code)


def _attempt(act: Callable[[Call], Outcome], dossier_id: DossierId, who: str, key: UUID) -> Outcome:
    return act(Call(dossier_id, actor(who), now(), key=key, confirmed=CHECKED))


def _drafted(key: UUID) -> DossierId:
    an, at = actor("an"), now()
    dossier_id = open_draft(resident=an, procedure_code=MARITAL_STATUS, ward_code="00070", at=at, key=key)
    prefill_draft(dossier_id=dossier_id, resident=an, profile=profile_of("an"), at=at)
    save_answers(dossier_id=dossier_id, resident=an, answers=dict(ANSWERS), at=at)
    return dossier_id


def _key(seed: UUID, number: int, act: str) -> UUID:
    return uuid5(seed, f"{number}:{act}")


def _acknowledge(dossier_id: DossierId, act: str, key: UUID, code: str) -> None:
    told = {"dossier": str(dossier_id), "act": act, "key": str(key), "code": code}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def check_files() -> None:
    """Decrypt every file of every paper. Raises what is wrong with the first that is not whole."""
    for paper in Paper.objects.order_by("ordered_at", "id"):
        assert paper.file_id is not None, f"{paper} is {paper.status}: {paper.failure}"
        content = b"".join(read(FileId(paper.file_id)))
        assert sha256(content).digest() == bytes(paper.sha256 or b"")


if __name__ == "__main__":
    if sys.argv[1] == "check":
        check_files()
    else:
        first, count, seed = int(sys.argv[1]), int(sys.argv[2]), UUID(sys.argv[3])
        for number in range(first, first + count):
            lead(number, seed)
