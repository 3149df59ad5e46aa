"""The start of a node: servers, tables, services, demo city, pages, each a step that people see."""

import json
import socket
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

from dothi.alerts import brought
from dothi.config import commands
from dothi.config.supervisor import children, code, nats, postgres, schemas
from dothi.config.supervisor.boot_page import BootPage
from dothi.config.supervisor.child import Child
from dothi.config.supervisor.gate import Gate
from dothi.config.supervisor.node import Node
from dothi.config.supervisor.watch import Watch


class Start:
    """One start of `node`: `run` returns when the node is whole; the boot page serves until then."""

    def __init__(self, node: Node, page: BootPage, tell: Callable[[str], None]) -> None:
        self.node = node
        self.page = page
        self.progress = page.progress
        self.watch = Watch(node, tell)
        self._tell = tell
        self._gate = Gate.make()

    def run(self) -> None:
        """Bring the node up. Raises watch.Failed, watch.Stopped."""
        self._servers()
        self._tables()
        self._services()
        self._demo()
        self._rules()
        self._pages()
        self.watch.begin(*children.followers(self.node))

    def _step(self, key: str) -> None:
        self.progress.begin(key)
        self._publish()

    def _publish(self) -> None:
        self.progress.write(
            self.node.layout.state, port=self.node.port, live_port=self.node.live_port, demo=self.node.demo
        )

    def _servers(self) -> None:
        declared = {child.name: child for child in children.servers(self.node)}
        for name in (children.POSTGRES, children.NATS):
            self._step(name)  # also an operator's own: the node is whole when every step is done
            if name not in declared:
                continue
            if name == children.POSTGRES and self.node.cluster:
                postgres.initialize(self.node.cluster)
            if name == children.NATS:
                self._configure_nats()
            self.watch.start(declared[name])

    def _configure_nats(self) -> None:
        path = self.node.layout.run / "nats.conf"
        path.touch(mode=0o600)
        path.write_text(
            nats.configuration(self.node.nats_port, self.node.layout.nats, self.node.nats_passwords),
            encoding="utf-8",
        )
        self.node.runtime.give(path)

    def _tables(self) -> None:
        self._step("migrations")
        if self.node.cluster:
            postgres.create_roles(self.node.cluster)
            postgres.create_database(self.node.cluster)
        if self._mark("tables") == self._version():
            return
        for schema, owner in schemas.OWNERS.items():
            self.watch.run_job(children.job(self.node, f"{schema}-tables", "database", schema, role=owner))
        self.watch.run_job(
            children.job(self.node, "migrate", "django", "migrate", "--verbosity=1", role="dothi_migrate")
        )
        self._set_mark("tables")

    def _services(self) -> None:
        self._step("services")
        if self.node.demo:
            _make_client_key(self.node.layout.idp_client_key)
        declared = children.services(self.node, self._gate)
        self.watch.begin(*declared)
        self.watch.await_answers(*(child.name for child in declared if not self._is_pages(child)))

    def _demo(self) -> None:
        if not self.node.demo:
            return
        self._step("demo")
        if commands.exists("demo") and self._mark("demo") != self._version():
            self.watch.run_job(children.job(self.node, "demo", "demo", "load", role="dothi_app"))
            self._set_mark("demo")

    def _rules(self) -> None:
        """Say which rules of alerts that this version brings are not what the node works by."""
        with psycopg.connect(self.node.dsn("dothi_app")) as connection:
            rows = connection.execute(brought.PUBLISHED).fetchall()
        for line in brought.told(brought.brought(brought.Published(*row) for row in rows)):
            self._tell(line)

    def _pages(self) -> None:
        self._step("pages")
        self.watch.await_answers(
            *(one.child.name for one in self.watch.processes if self._is_pages(one.child))
        )
        self.page.stop()
        self._gate.open()
        self.progress.finish("pages")
        self._publish()

    @staticmethod
    def _is_pages(child: Child) -> bool:
        return child.dothi[:1] == (children.PAGES,)

    @staticmethod
    def _version() -> str:
        return code.digest()

    def _marks(self) -> dict[str, str]:
        """Return what has been done to this database; the marks lie in it, so a restored one has none."""
        with psycopg.connect(self.node.dsn("dothi_migrate")) as connection:
            row = connection.execute(
                "select shobj_description(oid, 'pg_database') from pg_database"
                " where datname = current_database()"
            ).fetchone()
        try:
            return dict(json.loads((row and row[0]) or "{}"))
        except ValueError:  # a comment of somebody else
            return {}

    def _mark(self, name: str) -> str:
        return self._marks().get(name, "")

    def _set_mark(self, name: str) -> None:
        marks = json.dumps({**self._marks(), name: self._version()})
        with psycopg.connect(self.node.dsn("dothi_migrate"), options="-c role=dothi_owner") as connection:
            connection.execute(
                sql.SQL("comment on database {} is {}").format(
                    sql.Identifier(connection.info.dbname), sql.Literal(marks)
                )
            )


def adopted(descriptor: int) -> socket.socket:
    """Return the listening socket that the program before us handed on."""
    return socket.socket(fileno=descriptor)


def _make_client_key(path: Path) -> None:
    from dothi.config.demo.idp.tokens import load_or_make_key

    load_or_make_key(path)
