"""`dothi readings`: ask all readings, hot and in files; keep them as the policy says; holds."""

import asyncio
import csv
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dothi.config.commands.broker import obey_signals

if TYPE_CHECKING:
    import asyncpg

    from dothi.telemetry.archive.daily import Run

NAME = "readings"
HELP = "Ask readings by SQL, close and archive their days by the policy, make and lift holds; on DOTHI_DSN."

Told = Callable[["asyncpg.Connection", Namespace, Path], Awaitable[int]]


def add_arguments(parser: ArgumentParser) -> None:
    """Take what to do, and with which days."""
    parser.add_argument("--folder", type=Path, help="of the files; else readings/ in the var folder")
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    ask = acts.add_parser("ask", help="answer a query over the table `reading` (DuckDB's SQL) as CSV")
    ask.add_argument("query")
    _add_days(ask)
    acts.add_parser("consumers", help="who hears of batches, and who does not keep up")
    replay = acts.add_parser("replay", help="store all of it again in a fresh database")
    replay.add_argument("--to", required=True, metavar="DSN", help="of a role that may make tables there")
    keep = acts.add_parser("keep", help="show what the policy asks for")
    keep.add_argument("--yes", action="store_true", help="do it instead of showing it")
    keep.add_argument("--daily", action="store_true", help="do it each night, until stopped")
    hold = acts.add_parser("hold", help="let nothing of some days be deleted")
    _add_days(hold)
    hold.add_argument("--reason", required=True)
    hold.add_argument("--by", required=True, help="who ordered it")
    lift = acts.add_parser("lift", help="lift a hold")
    lift.add_argument("number", type=int)
    lift.add_argument("--by", required=True, help="who ordered it")


def _add_days(parser: ArgumentParser) -> None:
    parser.add_argument("--first", type=date.fromisoformat, required=True, help="first day (UTC)")
    parser.add_argument("--last", type=date.fromisoformat, required=True, help="last day (UTC)")


def run(args: Namespace) -> int:
    """Do one thing; 1 where it cannot be done."""
    if args.act in IN_THE_LEDGER:
        import django

        django.setup()
        return IN_THE_LEDGER[args.act](args)
    from dothi.config.environment import environment
    from dothi.config.supervisor.node import default_var

    settings = environment()
    folder = args.folder or default_var(settings) / "readings"
    if args.act == "keep" and args.daily:
        from dothi.telemetry.archive import daily

        obey_signals()
        asyncio.run(daily.follow(settings.dsn, folder, _now))
    return asyncio.run(_run(settings.dsn, args, folder))


async def _run(dsn: str, args: Namespace, folder: Path) -> int:
    import asyncpg

    connection = await asyncpg.connect(dsn)
    try:
        return await ACTS[args.act](connection, args, folder)
    finally:
        await connection.close()


async def _ask(connection: Any, args: Namespace, folder: Path) -> int:
    import duckdb

    from dothi.telemetry.archive import lake

    with await lake.opened(connection, folder, args.first, args.last) as duck:
        try:
            answer = duck.execute(args.query)
        except duckdb.Error as trouble:
            print(trouble, file=sys.stderr)
            return 1
        writer = csv.writer(sys.stdout)
        writer.writerow([column[0] for column in answer.description or []])
        writer.writerows(answer.fetchall())
    return 0


async def _keep(connection: Any, args: Namespace, folder: Path) -> int:
    from dothi.telemetry.archive import daily, retention

    steps = await retention.plan(connection, _now().date())
    for step in steps:
        print(f"{step.day} {step.act}{' HELD, stays' if step.held else ''}")
    before = await daily.last(connection)
    done = await daily.run(connection, folder, _now) if args.yes else None
    if not args.yes:
        print(f"{len(steps)} steps; nothing was done: --yes does them")
    elif done is None:
        print("somebody else is at it", file=sys.stderr)
        return 1
    print(_told(done or before))
    return 1 if done and done.failures else 0


async def _consumers(connection: Any, _args: Namespace, _folder: Path) -> int:
    from dothi.telemetry.tending import consumers

    for one in await consumers(connection):
        behind = (
            f"behind since {one.fell_behind_at:%Y-%m-%d %H:%M:%S} UTC, goes on after {one.told_until}"
            if one.fell_behind_at else "keeps up"
        )  # fmt: skip
        print(f"{one.name}: {one.waiting} wait, {behind}")
    return 0


async def _replay(connection: Any, args: Namespace, folder: Path) -> int:
    import asyncpg

    from dothi.telemetry.archive.days import Differs
    from dothi.telemetry.archive.replay import replay
    from dothi.telemetry.store.writer import create_tables

    await create_tables(args.to)
    target = await asyncpg.connect(args.to)
    try:
        print(f"{await replay(connection, folder, target, at=_now())} readings")
    except Differs as trouble:
        print(trouble, file=sys.stderr)
        return 1
    finally:
        await target.close()
    return 0


def _told(run: "Run | None") -> str:
    if run is None:
        return "never done"
    how = "; ".join(run.failures) or ("well" if run.ended_at else "not ended")
    return f"done on {run.begun_at:%Y-%m-%d %H:%M} UTC: {run.steps} steps, {run.held} held: {how}"


def _now() -> datetime:
    return datetime.now(UTC)


def _hold(args: Namespace) -> int:
    from dothi.foundation.clock import now
    from dothi.foundation.identity.authority import SYSTEM
    from dothi.kernel.ids import new_id
    from dothi.registers.devices import actions

    if args.last < args.first or not (args.reason and args.by):
        print("--last is before --first, or --reason or --by is empty", file=sys.stderr)
        return 2
    number = actions.hold(
        first=args.first, last=args.last, reason=args.reason, order=args.by, key=new_id(), actor=SYSTEM,
        at=now(),
    )  # fmt: skip
    print(f"hold {number}")
    return 0


def _lift(args: Namespace) -> int:
    from dothi.foundation.clock import now
    from dothi.foundation.identity.authority import SYSTEM
    from dothi.kernel.ids import new_id
    from dothi.registers.devices import actions, errors

    try:
        if actions.lift(number=args.number, order=args.by, key=new_id(), actor=SYSTEM, at=now()):
            return 0
    except errors.HoldUnknown:
        pass
    print("there is no such hold that stands", file=sys.stderr)
    return 1


ACTS: Final[dict[str, Told]] = {"ask": _ask, "keep": _keep, "consumers": _consumers, "replay": _replay}
IN_THE_LEDGER: Final[dict[str, Callable[[Namespace], int]]] = {"hold": _hold, "lift": _lift}
