"""A job runs if and only if its transaction commits; it is tried again; it outlives its worker."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from dothi.config.supervisor import postgres
from dothi.foundation.jobs.actions import defer, wake
from dothi.foundation.jobs.errors import NotAnId
from dothi.foundation.jobs.queries import dead_letters
from dothi.foundation.jobs.working import THREADS
from dothi.kernel.ids import new_id
from tests.support.jobs import do_waiting_jobs
from tests.support.waiting import PATIENCE_S, until

WORKER = """
import asyncio, django; django.setup()
from datetime import UTC, datetime
import tests.support.jobs
from dothi.foundation.jobs.working import work
asyncio.run(work(lambda: datetime.now(UTC)))
"""
DEFERRER = """
import sys, django; django.setup()
from django.db import transaction
import tests.support.jobs
from dothi.foundation.jobs.actions import defer
for n in range(50):
    with transaction.atomic():
        defer("tests.note_group", name=f"{sys.argv[1]}-{n}")
"""


class TestDefer:
    def test_runs_what_was_committed_and_nothing_else(self, fresh_database: str) -> None:
        with transaction.atomic():
            defer("tests.note_group", name="kept")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            defer("tests.note_group", name=str(1 // 0))
        with transaction.atomic():
            defer("tests.note_group", name="lost")
            transaction.set_rollback(True)
        do_waiting_jobs()
        assert list(Group.objects.order_by("name").values_list("name", flat=True)) == ["kept"]

    def test_refuses_outside_a_transaction(self, fresh_database: str) -> None:
        with pytest.raises(transaction.TransactionManagementError):
            defer("tests.note_group", name="x")

    @pytest.mark.parametrize("value", ["Nguyễn Văn An", "two words", "", "x" * 201, True, 1.5, None, b"x"])
    def test_carries_ids_only(self, db: None, value: object) -> None:
        with pytest.raises(NotAnId):
            defer("tests.note_group", name=value)  # type: ignore[arg-type]  # that is the test

    def test_takes_the_jobs_of_two_processes_once_each(
        self, cluster: postgres.Cluster, fresh_database: str
    ) -> None:
        processes = [_python(cluster, fresh_database, DEFERRER, name) for name in ("a", "b")]
        assert [process.wait(PATIENCE_S) for process in processes] == [0, 0]
        do_waiting_jobs()
        assert Group.objects.count() == 100


class TestWork:
    def test_has_as_many_threads_as_jobs_at_once_whatever_the_machine_has(self, fresh_database: str) -> None:
        with transaction.atomic():
            for number in range(50):
                defer("tests.note_thread", number=number)
        do_waiting_jobs()
        used = {name.split()[0] for name in Group.objects.values_list("name", flat=True)}
        assert used <= {f"job_{number}" for number in range(THREADS)}

    def test_keeps_a_failed_job_as_a_dead_letter_until_it_is_woken(self, fresh_database: str) -> None:
        with transaction.atomic():
            defer("tests.fail", number=7)
        do_waiting_jobs()
        (letter,) = dead_letters()
        assert (letter.name, letter.ids) == ("tests.fail", {"number": 7})
        wake(letter.number, at=datetime.now(UTC))
        assert dead_letters() == []
        do_waiting_jobs()
        assert len(dead_letters()) == 1

    def test_runs_a_job_again_whose_worker_was_killed(
        self, cluster: postgres.Cluster, fresh_database: str
    ) -> None:
        name = str(new_id())
        with transaction.atomic():
            defer("tests.die_once", name=name)
        killed = _python(cluster, fresh_database, WORKER)
        assert killed.wait(PATIENCE_S) == -9
        second = _python(cluster, fresh_database, WORKER)
        try:
            until(Group.objects.filter(name=f"{name}-done").exists)
        finally:
            second.terminate()
            second.wait(PATIENCE_S)


def _python(cluster: postgres.Cluster, database: str, code: str, *arguments: str) -> subprocess.Popen[bytes]:
    environ = {**os.environ, "DOTHI_DSN": cluster.dsn("dothi_app", database),
               "DJANGO_SETTINGS_MODULE": "dothi.config.settings"}  # fmt: skip
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, env=environ, cwd=Path(__file__).parents[3])
