"""`dothi readings`: ask all readings, hot and in files; keep them as the policy says; holds."""

import asyncio
import csv
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import asyncpg

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
    keep = acts.add_parser("keep", help="show what the policy asks for")
    keep.add_argument("--yes", action="store_true", help="do it instead of showing it")
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
    from dothi.config.environment import environment
    from dothi.config.supervisor.node import default_var

    settings = environment()
    folder = args.folder or default_var(settings) / "readings"
    return asyncio.run(_run(settings.dsn, args, folder))


async def _run(dsn: str, args: Namespace, folder: Path) -> int:
    import asyncpg

    from dothi.telemetry.archive.days import Differs, Held

    connection = await asyncpg.connect(dsn)
    try:
        return await ACTS[args.act](connection, args, folder)
    except (Differs, Held) as trouble:
        print(f"Stopped: {trouble}", file=sys.stderr)
        return 1
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
    from dothi.telemetry.archive import retention

    now = datetime.now(UTC)
    steps = await retention.plan(connection, now.date())
    for step in steps:
        print(f"{step.day} {step.act}{' HELD, stays' if step.held else ''}")
    if args.yes:
        await retention.take(connection, steps, folder, at=now)
    else:
        print(f"{len(steps)} steps; nothing was done: --yes does them")
    return 0


async def _hold(connection: Any, args: Namespace, _: Path) -> int:
    from dothi.telemetry.archive import retention

    now = datetime.now(UTC)
    number = await retention.hold(connection, args.first, args.last, reason=args.reason, by=args.by, at=now)
    print(f"hold {number}")
    return 0


async def _lift(connection: Any, args: Namespace, _: Path) -> int:
    from dothi.telemetry.archive import retention

    if await retention.lift(connection, args.number, by=args.by, at=datetime.now(UTC)):
        return 0
    print("there is no such hold that stands", file=sys.stderr)
    return 1


ACTS: Final[dict[str, Told]] = {"ask": _ask, "keep": _keep, "hold": _hold, "lift": _lift}
