"""
The floor of `dossier_lifecycle`: the rows that one dossier leaves, written again by psycopg alone.

The rows of one real dossier are read from the database and written under fresh ids into the same
tables, grouped into the same eight transactions, each sent as one pipeline of prepared statements:
no reads, no decisions, no sealing, no hashing. What is left is what PostgreSQL must do in any case.
"""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection as django_connection
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from dothi.dossiers.numbering import _NEXT
from dothi.kernel.ids import new_id

Row = dict[str, Any]

LEFT = {
    "dossiers_step": "select * from dossiers_step where dossier_id = %(id)s order by number",
    "ledger_entry": """
        select id, kind, act, object, recorded_at, body from ledger_entry
        where object = %(urn)s or id = %(result)s order by recorded_at""",
    "ledger_link": """
        select k.* from ledger_link k join ledger_entry e on e.id = k.entry_id
        where e.object = %(urn)s or e.id = %(result)s order by k.entry_id, k.place""",
    "events_outbox": """
        select id, type, subject, occurred_at, data from events_outbox
        where subject in (%(urn)s, %(result_urn)s) order by seq""",
    "tasks_task": "select * from tasks_task where about = %(urn)s order by posted_at",
    "notices_notice": "select * from notices_notice where key like %(key)s order by at",
    "papers_paper": "select * from papers_paper where about = %(urn)s order by ordered_at",
    "vault_result": "select * from vault_result where id = %(result)s",
}
"""What a dossier leaves in each table beside its own row."""
MOMENT = {
    "dossiers_step": "at", "ledger_entry": "recorded_at", "events_outbox": "occurred_at",
    "tasks_task": "posted_at", "notices_notice": "at", "papers_paper": "ordered_at",
    "vault_result": "deposited_at",
}  # fmt: skip
"""The column that tells to which act a row belongs: each act has an instant of its own."""
CHANGED: Sequence[tuple[str, ...]] = [
    (), ("code", "submitted_at"), ("due_at", "duration", "calendar_version"), ("assignee_id",),
    ("proposal",), (), ("proposal", "result_id", "ended_at"), (),
]  # fmt: skip
ALWAYS = ("state", "revision", "touched_at", "done_by")
NUMBERED = {1: "dossier", 6: "result"}
"""Acts that take a running number."""


@dataclass(frozen=True)
class Statement:
    """One statement and the row that it is given, before ids are made new."""

    query: sql.Composed
    row: Row


class Floor:
    """The eight transactions of one dossier, and a connection of its own to write them again."""

    def __init__(self) -> None:
        given = django_connection.settings_dict
        self._connection: psycopg.Connection[Row] = psycopg.connect(
            host=given["HOST"], port=given["PORT"], dbname=given["NAME"], user=given["USER"],
            password=given["PASSWORD"], autocommit=True, row_factory=dict_row, prepare_threshold=0,
        )  # fmt: skip
        self._dossier = self._rows("select * from dossiers_dossier where state = 'returned' limit 1", {})[0]
        self._acts = self._captured()
        self._own = self._own_ids()

    def write_for(self, seconds: float, dice: random.Random) -> dict[str, object]:
        """Write dossiers until `seconds` are over; the last one is finished."""
        times, began = [], time.perf_counter()
        while (now := time.perf_counter() - began) < seconds:
            self._write(dice)
            times.append(time.perf_counter() - began - now)
        return {"done": len(times), "seconds": time.perf_counter() - began, "times": times}

    def _write(self, dice: random.Random) -> None:
        fresh = {old: new_id() for old in self._own}
        words = {str(old): str(new) for old, new in fresh.items()}
        words[self._dossier["code"]] = f"F{new_id()}"[:40]
        series = f"floor:{dice.randrange(126)}"
        for number, statements in enumerate(self._acts):
            with self._connection.pipeline(), self._connection.transaction():
                if number in NUMBERED:
                    period = self._dossier["touched_at"].date()
                    self._connection.execute(
                        _NEXT.encode(), {"series": f"{series}:{NUMBERED[number]}", "period": period}
                    )
                for statement in statements:
                    self._connection.execute(statement.query, _renewed(statement.row, fresh, words))

    def _captured(self) -> list[list[Statement]]:
        names = self._names()
        steps = self._rows(LEFT["dossiers_step"], names)
        acts = [self._of_dossier(number, step) for number, step in enumerate(steps)]
        at = {step["at"]: number for number, step in enumerate(steps)}
        entries: dict[UUID, datetime] = {}
        for table, query in LEFT.items():
            for row in self._rows(query, names):
                if table == "ledger_entry":
                    entries[row["id"]] = row["recorded_at"]
                moment = entries[row["entry_id"]] if table == "ledger_link" else row[MOMENT[table]]
                acts[at[moment]] += self._insert(table, row)
                if table == "tasks_task":
                    acts[at[row["finished_at"]]].append(_finish(row))
        return acts

    def _names(self) -> Row:
        dossier = self._dossier
        urn = self._rows("select about from tasks_task where key = %(key)s",
                         {"key": f"dossier:{dossier['id']}:1"})[0]["about"]  # fmt: skip
        result_urn = urn.replace(f"dossier:{dossier['id']}", f"result:{dossier['result_id']}")
        return {"id": dossier["id"], "urn": urn, "result": dossier["result_id"], "result_urn": result_urn,
                "key": f"dossier:{dossier['id']}:%"}  # fmt: skip

    def _of_dossier(self, number: int, step: Row) -> list[Statement]:
        """Return what act `number` writes into the dossier's own row."""
        if number == 0:
            empty = {"code": "", "state": "draft", "revision": 0, "proposal": b"", "result_id": None,
                     "due_at": None, "assignee_id": None, "ended_at": None, "done_by": {}}  # fmt: skip
            return [_insertion("dossiers_dossier", {**self._dossier, **empty})]
        names = [*ALWAYS, *CHANGED[number]]
        row = {**self._dossier, "state": step["state"], "revision": number}
        columns = sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in names
        )
        query = sql.SQL("update dossiers_dossier set {} where id = %(id)s").format(columns)
        return [Statement(query, {name: row[name] for name in ("id", *names)})]

    def _insert(self, table: str, row: Row) -> list[Statement]:
        if table == "papers_paper":
            return [_insertion(table, row), *self._jobs(row["id"])]
        if table == "tasks_task":
            return [_insertion(table, {**row, "finished_at": None})]
        return [_insertion(table, row)]

    def _jobs(self, paper_id: UUID) -> list[Statement]:
        query = """select queue_name, task_name, priority, args from procrastinate_jobs
                   where args ->> 'paper_id' = %(paper)s"""
        return [_insertion("procrastinate_jobs", row) for row in self._rows(query, {"paper": str(paper_id)})]

    def _own_ids(self) -> set[UUID]:
        own = {self._dossier["id"], self._dossier["result_id"]}
        for statements in self._acts:
            own |= {statement.row["id"] for statement in statements if "id" in statement.row}
        return own

    def _rows(self, query: str, params: Row) -> list[Row]:
        return self._connection.execute(query.encode(), params).fetchall()


def _insertion(table: str, row: Row) -> Statement:
    names = [sql.Identifier(name) for name in row]
    query = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(table), sql.SQL(", ").join(names),
        sql.SQL(", ").join(sql.Placeholder(name) for name in row),
    )  # fmt: skip
    return Statement(query, row)


def _finish(task: Row) -> Statement:
    query = sql.SQL("update tasks_task set finished_at = %(finished_at)s where key = %(key)s")
    return Statement(query.format(), {"finished_at": task["finished_at"], "key": task["key"]})


def _renewed(row: Row, fresh: Mapping[UUID, UUID], words: Mapping[str, str]) -> Row:
    renewed = {name: _new(value, fresh, words) for name, value in row.items()}
    if "body" in row:  # of an entry: text in bytes; all other bytes are sealed, and may begin like text
        renewed["body"] = _new(row["body"].decode(), fresh, words).encode()
    return renewed


def _new(value: Any, fresh: Mapping[UUID, UUID], words: Mapping[str, str]) -> Any:
    if isinstance(value, UUID):
        return fresh.get(value, value)
    if isinstance(value, str) and len(value) >= 20:
        for old, new in words.items():
            value = value.replace(old, new)
    if isinstance(value, dict | list):
        return Jsonb(value)
    return value
