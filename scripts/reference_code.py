"""The reference pages that are read out of the running code: errors, addresses, events, tables."""

import ast
import importlib
import os
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
PACKAGE = PROJECT / "src/dothi"
MADE = "This page is made from the code by `scripts/reference.py`."

ERRORS_HEAD = f"""# Errors

Every expected failure has a slug, an HTTP status and a way out (`dothi.kernel.problems`). A page says
title and way out in the reader's language; a program is answered by problem+json (RFC 9457), whose
`type` is `urn:dothi:problem:<slug>`. Names in `%(…)s` are filled with facts. {MADE}

| Slug | Status | Title | Way out | Class |
|---|---|---|---|---|
"""
ADDRESSES_HEAD = f"""# Addresses

Every address of the pages process, and to whom its door is open; what each role gets for GET and POST
stands in `tests/architecture/authority_matrix.toml`. {MADE}

| Address | Open to | What it is | Name |
|---|---|---|---|
"""
EVENTS_HEAD = f"""# Events

What the node says to whoever listens, as CloudEvents 1.0 on JetStream: ids only, no personal data. The
NATS subject is the type, then the subject of the event as one token. An event is at least once
delivered; a consumer keeps its id (`events.handle_once`). Order holds for one subject only. {MADE}

| Type | Said by |
|---|---|
"""
TABLES_HEAD = f"""# Data model

The tables by room. A room's tables refer to each other; what belongs to another room is named by its
id, without a foreign key. Sealed columns are bytes that open only with the key of the person. A
table marked *bitemporal* has a twin `…_past` ([time](../explanation/time.md)). {MADE}
"""
SQL_TABLES = """
## Written by SQL alone

These have no model, so that processes without Django write them too. The columns stand in the room's
first migration.

| Table | What one row is |
|---|---|
"""
OPERATIONS_HEAD = f"""# Operations of the context broker

Every operation under `/ngsi-ld/v1/`, with its clause of GS CIM 009, the parameters that it knows beside
`local` and `via`, the media types in which it answers, the best first, what it makes of a tenant that
there is not, and what who asks needs for it with closed doors. `OPTIONS` tells the methods of each path,
and `HEAD` is `GET` without its body.
[NGSI-LD](ngsi-ld.md) says what is done of each clause. A broker tells the same, with bodies and answers, as
an OpenAPI document at `/-/openapi.json`. {MADE}

| Path | Method | Clause | Parameters | Answers | Unknown tenant | Who asks |
|---|---|---|---|---|---|---|
"""
ROOM_EVENT = re.compile(r"[a-z]+\.[a-z]+(-[a-z]+)*")
WHOLE_EVENT = re.compile(r"vn\.dothi(\.[a-z][a-z0-9-]*){3}\.v[0-9]+")
CREATED = re.compile(r"create table (?:if not exists )?([a-z_]+) \(")
# Modules whose types are put together from parts; `_events` below knows how.
PUT_TOGETHER = {"dossiers/acting.py", "vault/actions.py", "registers/agencies/actions/recording.py"}


def pages() -> dict[str, str]:
    """Return each page's file name with its text."""
    _start_django()
    return {
        "errors.md": ERRORS_HEAD + _rows(_errors()),
        "addresses.md": ADDRESSES_HEAD + _rows(_addresses()),
        "events.md": EVENTS_HEAD + _rows(_events()),
        "ngsi-ld-operations.md": OPERATIONS_HEAD + _rows(_operations()),
        "data-model.md": TABLES_HEAD + "".join(_tables()) + SQL_TABLES + _rows(_sql_tables()),
    }


def _operations() -> Iterator[tuple[str, ...]]:
    from dothi.context.api.app import TABLE

    for one in TABLE.operations:
        kinds = ", ".join(kind.partition("/")[2] for kind in one.offers)
        params = ", ".join(f"`{name}`" for name in sorted(one.params))
        yield f"`{one.path}`", one.method, one.clause, params, kinds, one.tenants, one.needs


def _start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dothi.config.settings")
    import django

    django.setup()
    import dothi

    for module in pkgutil.walk_packages(dothi.__path__, "dothi."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)


def _rows(rows: Iterator[tuple[str, ...]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in sorted(rows))


def _errors() -> Iterator[tuple[str, ...]]:
    from dothi.kernel.problems import Problem

    for kind in {Problem, *_subclasses(Problem)}:
        if kind is Problem or "slug" in vars(kind):
            yield (
                f"`{kind.slug}`", str(kind.status), kind.title, kind.way_out,
                f"`{kind.__module__.removeprefix('dothi.')}.{kind.__name__}`",
            )  # fmt: skip


def _subclasses(kind: type[Any]) -> Iterator[type[Any]]:
    for below in kind.__subclasses__():
        if below.__module__.startswith("dothi."):
            yield below
            yield from _subclasses(below)


def _addresses() -> Iterator[tuple[str, ...]]:
    from django.urls import get_resolver

    yield from _walk(get_resolver().url_patterns, "/", "")


def _walk(entries: list[Any], prefix: str, space: str) -> Iterator[tuple[str, ...]]:
    from dothi.foundation.identity.doors import door_of

    for entry in entries:
        route = prefix + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from _walk(entry.url_patterns, route, f"{entry.namespace}:" if entry.namespace else space)
            continue
        door = door_of(entry.callback)
        kinds = ", ".join(sorted(kind.value for kind in door.kinds)) if door else "nobody"
        told = (entry.callback.__doc__ or "").strip().split("\n")[0]
        yield f"`{route}`", "everybody" if door and door.public else kinds, told, f"`{space}{entry.name}`"


def _events() -> Iterator[tuple[str, ...]]:
    yield from _put_together()
    for path in sorted(PACKAGE.rglob("*.py")):
        for text in set(_texts(path)):
            if WHOLE_EVENT.fullmatch(text):
                yield f"`{text}`", f"`{'.'.join(path.relative_to(PACKAGE).with_suffix('').parts)}`"


def _put_together() -> Iterator[tuple[str, ...]]:
    from dothi.dossiers.acting import PAST

    for happened in PAST.values():
        yield f"`vn.dothi.dossiers.dossier.{happened}.v1`", "`dossiers.acting`"
    for happened in _told_by_vault():
        yield f"`vn.dothi.vault.result.{happened}.v1`", "`vault.actions`"
    for path in sorted((PACKAGE / "registers/agencies/actions").glob("*.py")):
        for text in _texts(path):
            if ROOM_EVENT.fullmatch(text) and not text.startswith("agencies."):
                yield f"`vn.dothi.agencies.{text}.v1`", f"`registers.agencies.actions.{path.stem}`"


def _told_by_vault() -> set[str]:
    calls = [node for node in ast.walk(_parsed(PACKAGE / "vault/actions.py")) if isinstance(node, ast.Call)]
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "_tell"
        if isinstance(call.args[0], ast.Constant)
    }


def unknown_emitters() -> list[str]:
    """Return one line for each module that emits events of types this page cannot know."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE).as_posix()
        emits = any(
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "emit"
            for node in ast.walk(_parsed(path))
        )
        whole = any(WHOLE_EVENT.fullmatch(text) for text in _texts(path))
        if emits and not whole and inside not in PUT_TOGETHER:
            found.append(f"src/dothi/{inside} emits events; scripts/reference_code.py does not know which")
    return found


def _tables() -> Iterator[str]:
    from django.apps import apps

    from dothi.foundation.bitemporal.facts import Fact

    for config in apps.get_app_configs():
        kinds = [kind for kind in config.get_models() if kind._meta.managed or kind._meta.db_table]
        if not config.name.startswith("dothi.") or not kinds:
            continue
        yield f"\n## {config.name.removeprefix('dothi.')}\n"
        for kind in kinds:
            mark = " · bitemporal" if issubclass(kind, Fact) else ""
            told = " ".join((kind.__doc__ or "").strip().split("\n\n")[0].split())
            yield f"\n### {kind._meta.db_table}{mark}\n\n{told}\n\n| Column | Type | |\n|---|---|---|\n"
            yield "".join(
                f"| `{field.column}` | {_type(field)} | {field.help_text} |\n"
                for field in kind._meta.concrete_fields
            )


def _type(field: Any) -> str:
    if field.is_relation:
        return f"→ `{field.related_model._meta.db_table}`"
    return str(field.get_internal_type().removesuffix("Field")) + (", optional" if field.null else "")


def _sql_tables() -> Iterator[tuple[str, ...]]:
    told = {
        "events_outbox": "an event that waits to be published, or was within a week",
        "events_published": "how far a publisher has come",
        "events_handled": "an event that a consumer has handled",
        "jobs_failure": "why a job failed last: what was raised and by which line, never its words",
        "files_file": "a stored file: hash of its ciphertext, owner, sealed key, size",
        "keys_subject_key": "the wrapped key of one person",
        "keys_erasure": "a person whose keys were deleted, and by which law",
        "ledger_entry": "one act, or one read of personal data",
        "ledger_link": "whom an entry is about, as a blind reference with the seed of its salt",
        "ledger_leaf": "the place of an entry in the tree, with its hash",
        "ledger_tile": "a full tile of the tree (C2SP tlog-tiles)",
        "ledger_checkpoint": "a signed size and root of the tree",
    }
    for path in sorted(PACKAGE.glob("foundation/*/migrations/*.py")):
        for table in CREATED.findall(path.read_text(encoding="utf-8")):
            yield f"`{table}`", told[table]


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _texts(path: Path) -> list[str]:
    constants = [node for node in ast.walk(_parsed(path)) if isinstance(node, ast.Constant)]
    return [node.value for node in constants if isinstance(node.value, str)]
