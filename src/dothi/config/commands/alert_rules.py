"""`dothi rules`: the authors' way into the rules of alerts."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dothi.alerts.engine.rule import Rule
    from dothi.alerts.trial import Trial

NAME = "rules"
HELP = "Check, publish, try, compare and promote rules of alerts."
YEAR = timedelta(days=365)


def add_arguments(parser: ArgumentParser) -> None:
    """Take one of the verbs."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    check = verbs.add_parser("check", help="find faults; print unread sources (no FILE: the catalog)")
    check.add_argument("file", nargs="?", type=Path)
    publish = verbs.add_parser("publish", help="put a version to work; again changes nothing")
    publish.add_argument("file", type=Path)
    publish.add_argument("--shadow", action="store_true", help="let it decide and tell nobody")
    publish.add_argument("--next", action="store_true", help="under the number after those published")
    catalog = verbs.add_parser("catalog", help="say which rules of the catalog stand here otherwise")
    diff = verbs.add_parser("diff", help="compare two documents")
    diff.add_argument("before", type=Path)
    diff.add_argument("after", type=Path)
    _add_try(verbs.add_parser("try", help="say what a rule would have done with what was measured"))
    listed = verbs.add_parser("list", help="say which versions are live or in shadow, and how often right")
    judge = verbs.add_parser("judge", help="say how a version in shadow did beside the live one")
    promote = verbs.add_parser("promote", help="let a version in shadow go live")
    for verb in (judge, promote):
        verb.add_argument("code")
        verb.add_argument("version")
    promote.add_argument("--knowingly", default="", metavar="WHY", help="promote it though it did worse")
    for verb in (check, publish, catalog, diff, listed, judge, promote, verbs.choices["try"]):
        verb.add_argument("--lang", choices=["vi", "en"], default="vi")


def _add_try(parser: ArgumentParser) -> None:
    parser.add_argument("rule", help="a code of the catalog, or a file")
    parser.add_argument("--from", dest="start", type=_instant, help="default: a year before the end")
    parser.add_argument("--until", dest="end", type=_instant, help="default: now")
    parser.add_argument("--data", type=Path, metavar="CSV", help="rows instead of what telemetry holds")
    parser.add_argument(
        "--columns", default="thing,at,value", metavar="THING,AT,VALUE[,MEASURE]",
        help="names of the columns of the CSV file (default: thing,at,value)",
    )  # fmt: skip
    parser.add_argument("--bounds", type=_bounds, metavar="LOW:HIGH", help="what is outside is rejected")


def run(args: Namespace) -> int:
    """Do the verb. 0: sound or done; 1: faults, differences or refused; 2: the file cannot be read."""
    import django

    django.setup()
    from dothi.alerts.reports import faults
    from dothi.alerts.wording import say
    from dothi.kernel.documents.faults import DocumentInvalid
    from dothi.kernel.problems import Problem

    verbs: dict[str, Callable[[Namespace], int]] = {
        "check": _check, "publish": _publish, "catalog": _catalog, "diff": _diff, "try": _try, "list": _list,
        "judge": _judge, "promote": _promote,
    }  # fmt: skip
    try:
        return verbs[args.verb](args)
    except DocumentInvalid as invalid:
        return _say(faults(invalid.faults, args.lang), 1)
    except Problem as problem:
        told = (say(problem.title, args.lang, problem.facts), say(problem.way_out, args.lang, problem.facts))
        return _say([f"✗ {told[0]}", f"    {told[1]}"], 1)
    except (OSError, UnicodeDecodeError, KeyError) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 2


def _check(args: Namespace) -> int:
    from dothi.alerts.catalog import documents

    return max(_check_one(file, args.lang) for file in ([args.file] if args.file else documents()))


def _check_one(file: Path, language: str) -> int:
    from dothi.alerts import document, reports
    from dothi.alerts.engine.golden import failures
    from dothi.kernel.documents.faults import DocumentInvalid

    try:
        rule = document.load(file.read_text(encoding="utf-8"))
    except DocumentInvalid as invalid:
        return _say([str(file), *reports.faults(invalid.faults, language)], 1)
    failed = list(failures(rule))
    if failed:
        return _say([str(file), *reports.faults(failed, language)], 1)
    return _say(reports.checked(rule, language), 0)


def _publish(args: Namespace) -> int:
    from dothi.alerts.actions.keep import publish
    from dothi.alerts.queries import rules_at
    from dothi.alerts.reports import published
    from dothi.foundation.clock import now
    from dothi.foundation.identity.authority import SYSTEM

    text = args.file.read_text(encoding="utf-8")
    key = publish(text=text, actor=SYSTEM, at=now(), shadow=args.shadow, as_next=args.next)
    stands = [line for row in rules_at(now()) if row.id == key for line in published(row, args.lang)]
    return _say([str(key), *stands], 0)


def _catalog(args: Namespace) -> int:
    from dothi.alerts.queries import catalog_here
    from dothi.alerts.reports import catalog

    found = catalog_here()
    return _say(catalog(found, args.lang), int(any(one.changes or not one.version for one in found)))


def _diff(args: Namespace) -> int:
    from dothi.alerts.reports import compared
    from dothi.kernel.documents.authoring import parse
    from dothi.kernel.documents.differences import changes

    before, after = (parse(file.read_text(encoding="utf-8")) for file in (args.before, args.after))
    found = list(changes(before, after))
    return _say(compared(found, args.lang), 1 if found else 0)


def _try(args: Namespace) -> int:
    from dothi.alerts import document
    from dothi.alerts.reports import trial
    from dothi.alerts.trial import tried_on_past
    from dothi.foundation.clock import now

    rule = document.load(_file_of(args.rule).read_text(encoding="utf-8"))
    # Of what is ahead nobody can say that anything was silent.
    end = min(args.end or now(), now())
    start = args.start or end - YEAR
    if args.data is None:
        (found,) = tried_on_past([rule], start, end)
    else:
        found = _tried_on_rows(rule, args, (start, args.end or end) if args.start or args.end else None)
    return _say(trial(found, args.lang), 1 if found.failed else 0)


def _tried_on_rows(rule: "Rule", args: Namespace, between: "tuple[datetime, datetime] | None") -> "Trial":
    from dothi.alerts.engine.flags import rejected_by
    from dothi.alerts.trial import Columns, of_csv, tried

    history = of_csv(rule, args.data, Columns(*args.columns.split(",")), args.bounds, between)
    return tried(rule, history, rejected_by(rule), between[1] if between else None)


def _list(args: Namespace) -> int:
    from dothi.alerts.queries import precision, rules_at
    from dothi.alerts.reports import standing
    from dothi.foundation.clock import now

    rows = rules_at(now())
    counted = [precision(code) for code in sorted({row.code for row in rows})]
    return _say(standing(rows, counted, args.lang), 0)


def _judge(args: Namespace) -> int:
    from dothi.alerts.comparing import judged
    from dothi.alerts.reports import judged as told
    from dothi.foundation.clock import now

    found = judged(args.code, args.version, now())
    return _say(told(found, args.lang), 1 if found.worse else 0)


def _promote(args: Namespace) -> int:
    from dothi.alerts.actions.keep import promote
    from dothi.alerts.queries import rule_id
    from dothi.foundation.clock import now
    from dothi.foundation.identity.authority import SYSTEM
    from dothi.kernel.ids import new_id

    promote(
        rule_id=rule_id(args.code, args.version), actor=SYSTEM, at=now(), key=new_id(),
        knowingly=args.knowingly,
    )  # fmt: skip
    return 0


def _file_of(code: str) -> Path:
    """Return the document of a code in the catalog, the latest where it has several; else the path."""
    from dothi.alerts.catalog import latest

    return latest().get(code, Path(code))


def _instant(text: str) -> datetime:
    from dothi.alerts.engine.latch import HANOI

    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=HANOI)


def _bounds(text: str) -> tuple[float, float]:
    low, high = text.split(":")
    return float(low), float(high)


def _say(lines: Iterable[str], code: int) -> int:
    for line in lines:
        print(line, flush=True)
    return code
