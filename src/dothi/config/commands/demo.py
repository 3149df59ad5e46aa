"""`dothi demo`: build what the demo city lacks, tell how its officials sign in, move its clock."""

import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from dothi.config.demo.accounts import Credentials
    from dothi.config.demo.load import Told

NAME = "demo"
HELP = "Load what the demo city lacks, tell how its officials sign in, or move its clock."


def add_arguments(parser: ArgumentParser) -> None:
    """Take what to do."""
    parser.add_argument(
        "what", choices=["load", "accounts", "totp", "clock"],
        help="load: the supervisor does it at start; accounts: usernames, passwords, secrets and codes;"
        " totp: the 6 digits that USERNAME types now; clock: where it stands, or move it",
    )  # fmt: skip
    parser.add_argument(
        "value",
        nargs="?",
        default="",
        help="totp: USERNAME; clock: +3d, +12h, or real for the real time",
    )


def run(args: Namespace) -> int:
    """Do it; 2 on a node that is no demo city or when the value says nothing."""
    from dothi.config.demo.clock import NotMoved
    from dothi.config.demo.place import NoDemoCity
    from dothi.foundation.keys.roots import RootKeyUnusable

    try:
        return {"load": _load, "accounts": _accounts, "totp": _totp, "clock": _clock}[args.what](args.value)
    except (NoDemoCity, NotMoved, RootKeyUnusable, OSError) as trouble:
        print(trouble, file=sys.stderr)
        return 2


def _load(_value: str) -> int:
    import django

    django.setup()
    from django.conf import settings

    if not settings.DEMO:
        print("This node is no demo city (DOTHI_DEMO is not set).", file=sys.stderr)
        return 2
    from dothi.config.demo.load import load
    from dothi.foundation.clock import now

    load(at=now(), tell=_print)
    return 0


def _accounts(_value: str) -> int:
    for found in _credentials():
        who = found.official
        print(f"{who.username:<18} {found.password}  {found.secret}  {found.code()}  {who.name}")
    return 0


def _totp(username: str) -> int:
    known = {found.official.username: found for found in _credentials()}
    if username not in known:
        print(f"USERNAME: {', '.join(known)}", file=sys.stderr)
        return 2
    print(known[username].code())
    return 0


def _clock(wish: str) -> int:
    from dothi.config.demo import clock
    from dothi.config.demo.place import place

    found = place()
    if not found.moves:
        raise clock.NotMoved("This node is no demo city; its clock is the machine's.")
    file = found.clock
    before = clock.read(file)
    ahead = clock.moved(before, wish) if wish else before
    if wish:
        clock.write(file, ahead)
    stands = (datetime.now(UTC) + ahead).astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    print(f"Đồng hồ mẫu · Demo clock: {stands:%d/%m/%Y %H:%M} (+{ahead})")
    if ahead < before:
        print(
            "Việc đã làm khi đồng hồ đi trước vẫn mang giờ ấy. Nên mở hồ sơ mới, đừng làm tiếp hồ sơ cũ.\n"
            "What was done while the clock was ahead keeps that time. Open a new dossier; leave the old ones."
        )
    return 0


def _credentials() -> "list[Credentials]":
    from dothi.config.demo.accounts import credentials
    from dothi.config.demo.place import place
    from dothi.foundation.keys.roots import read_root_keys

    return credentials(read_root_keys(place().root_key))


def _print(told: "Told") -> None:
    written = " (new)" if told.new else ""
    print(f"{told.name}: {told.done}/{told.total}{written}", file=sys.stdout, flush=True)
