"""
The provider's own table of users and what it has handed out, in its own SQLite file.

Codes, tokens and cookies are kept as SHA-256 only, so that a copy of the file signs in nobody.
"""

import hashlib
import json
import secrets
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from dothi.config.demo.people import Resident

SCHEMA = """
create table if not exists people (
    key text primary key, subject text not null unique, level integer not null, profile text not null);
create table if not exists handed_out (
    hash text primary key, kind text not null, facts text not null, expires real not null,
    used integer not null default 0);
"""


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the provider; `profile` holds the claims that it vouches for."""

    key: str
    subject: str
    level: int
    profile: dict[str, Any]


class Store:
    """One SQLite file, used from one thread."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        # Opened where the application is made, used in the one thread of its event loop.
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def keep(self, resident: Resident) -> None:
        """Add or refresh one user; the subject stays."""
        self._db.execute(
            "insert into people values (?, ?, ?, ?) on conflict (key) do update"
            " set level = excluded.level, profile = excluded.profile",
            (resident.key, str(uuid4()), resident.assurance, json.dumps(_claims(resident))),
        )

    def people(self) -> list[Person]:
        """Return all users in order of their key."""
        return [_person(row) for row in self._db.execute("select * from people order by key")]

    def person(self, key: str) -> Person | None:
        """Return one user, or None."""
        row = self._db.execute("select * from people where key = ?", (key,)).fetchone()
        return _person(row) if row else None

    def hand_out(self, kind: str, facts: dict[str, Any], seconds: int) -> str:
        """Return a fresh secret of `kind` that answers to `facts` for `seconds`."""
        secret = secrets.token_urlsafe(32)
        self._db.execute("delete from handed_out where expires < ?", (time.time(),))
        self._keep_secret(secret, kind, facts, seconds)
        return secret

    def look_up(self, kind: str, secret: str) -> dict[str, Any] | None:
        """Return the facts of a secret that still holds, or None."""
        row = self._db.execute(
            "select facts from handed_out where hash = ? and kind = ? and expires > ? and used = 0",
            (fingerprint(secret), kind, time.time()),
        ).fetchone()
        return json.loads(row[0]) if row else None

    def take(self, kind: str, secret: str) -> dict[str, Any] | None:
        """Return the facts of a secret and use it up: of two takers, one gets them."""
        facts = self.look_up(kind, secret)
        done = self._db.execute(
            "update handed_out set used = 1 where hash = ? and kind = ? and used = 0",
            (fingerprint(secret), kind),
        )
        return facts if done.rowcount == 1 else None

    def was_used(self, kind: str, secret: str) -> bool:
        """Tell whether the secret was taken before."""
        row = self._db.execute(
            "select 1 from handed_out where hash = ? and kind = ? and used = 1", (fingerprint(secret), kind)
        ).fetchone()
        return row is not None

    def first_use(self, kind: str, name: str, seconds: int) -> bool:
        """Remember `name` for `seconds` and tell whether it was new."""
        try:
            self._keep_secret(name, kind, {}, seconds)
        except sqlite3.IntegrityError:
            return False
        return True

    def revoke(self, kind: str, fact: str, value: str) -> None:
        """Use up every secret of `kind` whose fact has this value."""
        self._db.execute(
            "update handed_out set used = 1 where kind = ? and json_extract(facts, ?) = ?",
            (kind, f"$.{fact}", value),
        )

    def _keep_secret(self, secret: str, kind: str, facts: dict[str, Any], seconds: int) -> None:
        self._db.execute(
            "insert into handed_out (hash, kind, facts, expires) values (?, ?, ?, ?)",
            (fingerprint(secret), kind, json.dumps(facts), time.time() + seconds),
        )


def fingerprint(secret: str) -> str:
    """Return what is kept of a secret: enough to know it again, not to use it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _person(row: tuple[str, str, int, str]) -> Person:
    return Person(row[0], row[1], row[2], json.loads(row[3]))


def _claims(resident: Resident) -> dict[str, Any]:
    return {
        "name": resident.name,
        "personal_number": resident.personal_number,
        "gender": resident.sex,
        "birthdate": resident.born_on.isoformat(),
        "ethnicity": resident.ethnicity,
        "nationality": resident.nationality,
        "address": {"ward_code": resident.ward, "street_address": resident.address},
    }
