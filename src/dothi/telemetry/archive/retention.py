"""What the policy asks for, as steps that are shown before they are taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

import asyncpg
import duckdb

from dothi.telemetry.archive import days
from dothi.telemetry.keyframes.making import make_all
from dothi.telemetry.store.statements import sql

OPEN_DAYS: Final = 2
"""Today and yesterday stay open: most late data comes within a day."""


class Act(StrEnum):
    """What is done with a day."""

    CLOSE = "close"
    ARCHIVE = "archive"
    DROP = "drop"
    DELETE = "delete"
    FORGET_FINDINGS = "forget-findings"
    FORGET_MINUTES = "forget-minutes"
    FORGET_KEYFRAMES = "forget-keyframes"


@dataclass(frozen=True)
class Step:
    """One act on a day (UTC); `held` by a hold, it is shown and not taken."""

    act: Act
    day: date
    held: bool = False


async def plan(connection: asyncpg.Connection, today: date) -> list[Step]:
    """Return what the policy asks for on `today`, days and their steps in order; two statements."""
    policy = {
        row["what"]: row["days"] for row in await connection.fetch("select what, days from telemetry.policy")
    }
    steps: list[Step] = []
    for row in await connection.fetch(sql("days")):
        steps += _steps(row, today, policy)
    for what, act in FORGOTTEN.items():
        if policy.get(what) is not None:
            steps.append(Step(act, today - timedelta(days=policy[what])))
    return steps


def _steps(row: asyncpg.Record, today: date, policy: dict[str, int | None]) -> list[Step]:
    day, age = row["day"], (today - row["day"]).days
    found = []
    if row["hot"] and not row["closed"] and age >= OPEN_DAYS:
        found.append(Step(Act.CLOSE, day))
    if row["hot"] and _older(age, policy.get("hot")):
        found += [Step(Act.ARCHIVE, day), Step(Act.DROP, day)]
    if row["file"] and not row["hot"] and _older(age, policy.get("cold")):
        found.append(Step(Act.DELETE, day, held=row["held"]))
    return found


def _older(age: int, most: int | None) -> bool:
    return most is not None and age > most


async def take(
    connection: asyncpg.Connection, steps: Sequence[Step], folder: Path, *, at: datetime
) -> list[str]:
    """
    Take steps that are not held, each as a transaction of its own; returns which failed and why.

    A step that fails leaves its day as it is, and the others go on.
    """
    if any(step.act == Act.ARCHIVE for step in steps):
        await make_all(connection, at)  # of what leaves PostgreSQL no keyframe can be made
    failures = []
    for step in steps:
        if not step.held:
            try:
                await _take(connection, step, folder, at)
            except (days.Differs, days.Held, duckdb.Error, asyncpg.PostgresError, OSError) as trouble:
                failures.append(f"{step.day} {step.act}: {trouble}")
    return failures


async def _take(connection: asyncpg.Connection, step: Step, folder: Path, at: datetime) -> None:
    if step.act == Act.CLOSE:
        await days.close(connection, step.day, at=at)
    elif step.act == Act.ARCHIVE:
        await days.archive(connection, step.day, folder, at=at)
    elif step.act == Act.DROP:
        await days.drop(connection, step.day, folder, at=at)
    elif step.act == Act.DELETE:
        await days.delete(connection, step.day, folder)
    else:
        await connection.execute(FORGET[step.act], step.day)


FORGOTTEN: Final = {
    "finding": Act.FORGET_FINDINGS,
    "minute": Act.FORGET_MINUTES,
    "keyframe": Act.FORGET_KEYFRAMES,
}
FORGET: Final = {
    Act.FORGET_FINDINGS: """
        delete from telemetry.finding where at < $1::date::timestamp at time zone 'UTC' and not exists (
            select from telemetry.hold where lifted_at is null
              and (finding.at at time zone 'UTC')::date between first_day and last_day)""",
    Act.FORGET_MINUTES: """
        delete from telemetry.rollup where width_s = 60 and at < $1::date::timestamp at time zone 'UTC'""",
    Act.FORGET_KEYFRAMES: """
        delete from telemetry.keyframe where until <= $1::date::timestamp at time zone 'UTC'""",
}
