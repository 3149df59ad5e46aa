"""A whole node on the operator's own PostgreSQL and NATS."""

import shutil
import urllib.request
from pathlib import Path
from uuid import uuid4

import psycopg

from dothi.alerts.brought import ABSENT
from dothi.alerts.catalog import latest
from dothi.config.supervisor import postgres
from tests.support.buses import a_bus
from tests.support.node import node_folder, running_node


class TestOperatorsServers:
    def test_bear_a_whole_node_that_starts_none_of_its_own(
        self, cluster: postgres.Cluster, tmp_path: Path
    ) -> None:
        name = f"dothi_{uuid4().hex[:12]}"
        postgres.create_database(cluster, name)
        url = f"postgresql://127.0.0.1:{cluster.port}/{name}?sslmode=disable&connect_timeout=5"
        with a_bus(tmp_path / "nats") as bus, node_folder() as var:
            # As `dothi database roles --apply` leaves them.
            shutil.copytree(cluster.home.parent / "secrets", var / "secrets")
            with running_node(var, DATABASE_URL=url, NATS_URL=bus.url) as node:
                node.await_ready()
                assert node.named("--order=pages")
                assert not node.named("nats-server")
                assert not node.named("/postgres -D")
                assert f"{ABSENT}: {len(latest())} → dothi rules catalog" in node.output.read_text()
                with urllib.request.urlopen(node.url, timeout=30) as page:
                    assert page.status == 200
                assert _connected(cluster, name) >= {
                    "dothi_app", "dothi_publish", "dothi_seal", "dothi_context", "dothi_telemetry"
                }  # fmt: skip


def _connected(cluster: postgres.Cluster, name: str) -> set[str]:
    """Return the roles that are connected to a database."""
    with psycopg.connect(cluster.dsn(postgres.SUPERUSER, "postgres")) as admin:
        rows = admin.execute("select usename from pg_stat_activity where datname = %s", [name]).fetchall()
    return {role for (role,) in rows}
