"""`dothi client`: programs that speak to the broker, and what each may do there."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from dothi.foundation.clients.types import Terms

NAME = "client"
HELP = "Register clients of the broker, grant and withdraw rights, publish types to everybody."


def add_arguments(parser: ArgumentParser) -> None:
    """Take one of seven verbs."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    register = verbs.add_parser("register", help="make a program known")
    grant = verbs.add_parser("grant", help="give a client a right")
    publish = verbs.add_parser("publish", help="let everybody read entities of some types")
    withdraw = verbs.add_parser("withdraw", help="end a right")
    certify = verbs.add_parser("certify", help="let a client prove itself by a certificate")
    end = verbs.add_parser("end", help="let a client be none any more")
    verbs.add_parser("list", help="print the rights that stand")
    for verb in (register, grant, certify, end):
        verb.add_argument("name")
    register.add_argument("--description", default="")
    for verb in (register, publish):
        verb.add_argument("--unit", type=UUID, required=True, help="the unit that answers for it")
    withdraw.add_argument("right", type=UUID)
    certify.add_argument("certificate", type=Path, help="the certificate, PEM")
    grant.add_argument("--operations", nargs="+", choices=["read", "write"], default=["read"])
    for verb in (grant, publish):
        _take_terms(verb)


def _take_terms(verb: ArgumentParser) -> None:
    verb.add_argument("--tenant", default="")
    verb.add_argument("--types", nargs="+", help="IRIs, or names of the core @context")
    verb.add_argument("--scopes", nargs="+", help="as in scopeQ")
    verb.add_argument("--attributes", nargs="+", help="IRIs, or names of the core @context")
    verb.add_argument("--basis", required=True, help="the instrument or agreement that it rests on")


def run(args: Namespace) -> int:
    """Do the verb; exit code 1 when it cannot be done, with the reason."""
    import django

    django.setup()
    from dothi.kernel.problems import Problem

    try:
        for line in _done(args):
            print(line)
    except (Problem, OSError, ValueError) as trouble:
        print(f"✗ {trouble}", file=sys.stderr)
        return 1
    return 0


def _done(args: Namespace) -> list[str]:
    """Do the verb, and return what is told."""
    from dothi.foundation.clients import actions
    from dothi.foundation.clients.queries import rights_at
    from dothi.foundation.clock import now
    from dothi.foundation.identity.authority import SYSTEM

    at = now()
    match args.verb:
        case "register":
            told = {"name": args.name, "description": args.description, "unit_id": args.unit}
            return [str(actions.register(**told, actor=SYSTEM, at=at))]
        case "grant":
            return [str(actions.grant(client=args.name, terms=_terms(args), actor=SYSTEM, at=at))]
        case "publish":
            return [str(actions.publish(terms=_terms(args), unit_id=args.unit, actor=SYSTEM, at=at))]
        case "withdraw":
            actions.withdraw(right_id=args.right, actor=SYSTEM, at=at)
        case "certify":
            actions.certify(client=args.name, fingerprint=_fingerprint(args), actor=SYSTEM, at=at)
        case "end":
            actions.end(client=args.name, actor=SYSTEM, at=at)
        case _:
            return [f"{row.id} {row.client or '(everybody)'} {row.terms}" for row in rights_at(at)]
    return []


def _terms(args: Namespace) -> "Terms":
    from dothi.foundation.clients.types import Terms

    return Terms(
        operations=getattr(args, "operations", ["read"]), basis=args.basis, tenant=args.tenant,
        types=args.types, scopes=args.scopes, attributes=args.attributes,
    )  # fmt: skip


def _fingerprint(args: Namespace) -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256

    found = x509.load_pem_x509_certificate(args.certificate.read_bytes())
    return found.fingerprint(SHA256()).hex()
