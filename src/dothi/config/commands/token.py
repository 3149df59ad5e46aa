"""`dothi token`: a bearer token by which a client proves itself to the broker."""

import json
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path

NAME = "token"
HELP = "Issue or revoke tokens of the broker."


def add_arguments(parser: ArgumentParser) -> None:
    """Take one of three verbs."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    issue = verbs.add_parser("issue", help="print a token of a client of this node")
    alone = verbs.add_parser("alone", help="print a token, with its rights in it, for a broker alone")
    revoke = verbs.add_parser("revoke", help="make tokens of a client worthless within 5 seconds")
    alone.add_argument("--rights", type=Path, required=True, help="a JSON list of rights")
    alone.add_argument(
        "--key", type=Path, required=True, help="32 bytes, made at need; FILE.pub.pem is for the broker"
    )
    revoke.add_argument("--jti", help="this token alone; without it all that were issued before now")
    for verb in (issue, alone, revoke):
        verb.add_argument("client")
    for verb in (issue, alone):
        verb.add_argument("--minutes", type=int, default=15, help="how long it is valid, 720 at most")


def run(args: Namespace) -> int:
    """Print the token, or revoke; exit code 1 when it cannot be done, with the reason."""
    from dothi.kernel.problems import Problem

    try:
        return {"issue": _issue, "alone": _alone, "revoke": _revoke}[args.verb](args)
    except (Problem, OSError, ValueError) as trouble:
        print(f"✗ {trouble}", file=sys.stderr)
        return 1


def _issue(args: Namespace) -> int:
    import django

    django.setup()
    from dothi.config.environment import environment
    from dothi.foundation.clients.actions import issue
    from dothi.foundation.clients.tokens import read_key
    from dothi.foundation.clock import now
    from dothi.foundation.identity.authority import SYSTEM

    key = read_key(Path(environment().broker_signing_key_file))
    life = timedelta(minutes=args.minutes)
    print(issue(client=args.client, key=key, actor=SYSTEM, at=now(), life=life))
    return 0


def _alone(args: Namespace) -> int:
    from dothi.config.environment import environment
    from dothi.config.supervisor import broker_key
    from dothi.foundation.clients.tokens import LONGEST, read_key, signed
    from dothi.kernel.ids import new_id

    life = timedelta(minutes=args.minutes)
    if not timedelta() < life <= LONGEST:
        raise ValueError(f"--minutes is from 1 to {LONGEST // timedelta(minutes=1)}")
    broker_key.make(args.key, args.key.with_name(f"{args.key.name}.pub.pem"))
    rights = json.loads(args.rights.read_text(encoding="utf-8"))
    told = {"node": environment().node, "client": args.client, "jti": new_id().hex}
    print(signed(read_key(args.key), **told, at=datetime.now(UTC), life=life, rights=rights))
    return 0


def _revoke(args: Namespace) -> int:
    import django

    django.setup()
    from dothi.foundation.clients.actions import revoke_token, revoke_tokens
    from dothi.foundation.clock import now
    from dothi.foundation.identity.authority import SYSTEM

    if args.jti:
        revoke_token(client=args.client, jti=args.jti, actor=SYSTEM, at=now())
    else:
        revoke_tokens(client=args.client, actor=SYSTEM, at=now())
    return 0
