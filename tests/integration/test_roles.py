"""The roles of the node: nobody but the migrating role can become the owner."""

import psycopg
import pytest
from django.contrib.auth.models import Group

from dothi.config.supervisor import postgres


class TestRoles:
    @pytest.mark.parametrize(
        "role",
        [
            "dothi_app",
            "dothi_publish",
            "dothi_seal",
            "dothi_erase",
            "dothi_read",
            "dothi_context",
            "dothi_telemetry",
            "dothi_live",
        ],
    )
    def test_refuses_to_become_the_owner(self, cluster: postgres.Cluster, role: str) -> None:
        with (
            psycopg.connect(cluster.dsn(role, "dothi_template")) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("set role dothi_owner")

    def test_lets_the_live_process_hear_and_read_nothing(self, cluster: postgres.Cluster) -> None:
        with psycopg.connect(cluster.dsn("dothi_live", "dothi_template"), autocommit=True) as connection:
            connection.execute("listen telemetry_batch")
            for table in (
                "public.ledger_entry",
                "public.events_outbox",
                "public.alerts_alert",
                "telemetry.reading",
                "context.entity",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(f"select from {table}".encode())

    def test_lets_nobody_call_functions_of_the_owner_but_those_they_were_given_to(
        self, cluster: postgres.Cluster
    ) -> None:
        with psycopg.connect(cluster.dsn("dothi_read", "dothi_template")) as connection:
            callable_ = connection.execute(
                "select proname from pg_proc where proowner = 'dothi_owner'::regrole"
                " and has_function_privilege(oid, 'execute')"
            ).fetchall()
        assert callable_ == []

    def test_application_role_reads_and_writes(self, db: None) -> None:
        Group.objects.create(name="desk")
        assert Group.objects.get().name == "desk"

    def test_committed_writes_stay_in_the_database_of_their_test(self, fresh_database: str) -> None:
        assert not Group.objects.exists()
        Group.objects.create(name="desk")
