"""`dothi procedures check | publish | diff | explain`: the authors' way into the catalog."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dothi.procedures.types import Json

NAME = "procedures"
HELP = "Check, publish, compare and explain procedure documents."


def add_arguments(parser: ArgumentParser) -> None:
    """Take one of four verbs."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    check = verbs.add_parser("check", help="find faults; print unsourced values (no FILE: the catalog)")
    check.add_argument("file", nargs="?", type=Path)
    publish = verbs.add_parser("publish", help="put a version in force; again changes nothing")
    publish.add_argument("file", type=Path)
    publish.add_argument("--replace", action="store_true", help="end the version in force")
    diff = verbs.add_parser("diff", help="compare two documents")
    diff.add_argument("before", type=Path)
    diff.add_argument("after", type=Path)
    explain = verbs.add_parser("explain", help="say what follows from answers")
    explain.add_argument("code", help="a code of the catalog, or a file")
    explain.add_argument("--answers", type=Path, help="a JSON object of answers by field id")
    explain.add_argument("--on", type=date.fromisoformat, help="the day of filing (default: today)")
    for verb in (check, publish, diff, explain):
        verb.add_argument("--lang", choices=["vi", "en"], default="vi")


def run(args: Namespace) -> int:
    """Do the verb. 0: sound or done; 1: faults or differences; 2: the file cannot be read."""
    import django

    django.setup()
    from dothi.kernel.documents.faults import DocumentInvalid
    from dothi.kernel.problems import Problem
    from dothi.procedures.reports import faults
    from dothi.procedures.wording import say

    verbs: dict[str, Callable[[Namespace], int]] = {
        "check": _check, "publish": _publish, "diff": _diff, "explain": _explain,
    }  # fmt: skip
    try:
        return verbs[args.verb](args)
    except DocumentInvalid as invalid:
        _print(faults(invalid.faults, args.lang))
        return 1
    except Problem as problem:
        _print(
            [f"✗ {say(problem.title, args.lang, problem.facts)}", f"    {say(problem.way_out, args.lang)}"]
        )
        return 1
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 2


def _check(args: Namespace) -> int:
    from dothi.procedures.catalog import documents

    worst = 0
    for file in [args.file] if args.file else documents():
        worst = max(worst, _check_one(file, args.lang))
    return worst


def _check_one(file: Path, language: str) -> int:
    from dothi.kernel.documents.faults import DocumentInvalid
    from dothi.procedures import document, engine, reports

    try:
        procedure = document.load(file.read_text(encoding="utf-8"))
    except DocumentInvalid as invalid:
        _print([str(file), *reports.faults(invalid.faults, language)])
        return 1
    failed = tuple(engine.failures(procedure))
    _print(reports.faults(failed, language) if failed else reports.checked(procedure, language))
    return 1 if failed else 0


def _publish(args: Namespace) -> int:
    from dothi.foundation.clock import now
    from dothi.foundation.ledger.types import ActorRef
    from dothi.procedures.actions import publish

    operator = ActorRef("system", service="dothi procedures publish")
    text = args.file.read_text(encoding="utf-8")
    version_id = publish(text=text, actor=operator, authority="operator", at=now(), replace=args.replace)
    print(version_id)
    return 0


def _diff(args: Namespace) -> int:
    from dothi.kernel.documents.authoring import parse
    from dothi.kernel.documents.differences import changes
    from dothi.procedures.reports import compared

    found = list(
        changes(parse(args.before.read_text(encoding="utf-8")), parse(args.after.read_text(encoding="utf-8")))
    )
    _print(compared(found, args.lang))
    return 1 if found else 0


def _explain(args: Namespace) -> int:
    from dothi.foundation.clock import today
    from dothi.procedures import document, engine
    from dothi.procedures.reports import explained

    procedure = document.load(_file_of(args.code).read_text(encoding="utf-8"))
    answers = engine.normalize(procedure, _answers(args.answers)).answers
    _print(explained(procedure, answers, args.on or today(), args.lang))
    return 0


def _file_of(code: str) -> Path:
    """Return the document of a code in the catalog, the latest name where it has several; else the path."""
    from dothi.procedures.catalog import documents

    return max((file for file in documents() if file.parent.name == code), default=Path(code))


def _answers(file: Path | None) -> "dict[str, Json]":
    loaded = json.loads(file.read_text(encoding="utf-8")) if file else {}
    if not isinstance(loaded, dict):
        raise OSError("the answers are not a JSON object")
    return loaded


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, flush=True)
