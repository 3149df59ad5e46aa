"""Who was erased is found in no ward any more, and is told of no warning."""

import os
import subprocess
import sys
from dataclasses import replace

from django.db import connection

from dothi.config.supervisor import postgres
from dothi.foundation.clock import now
from dothi.foundation.identity.models import Residence
from dothi.foundation.keys.actions import forget_keys
from dothi.incidents.queries import deliveries
from dothi.incidents.tasks import tell_wards
from tests.support.center import center
from tests.support.people import AN, BINH, resident
from tests.support.warnings import issued

ERASE = [sys.executable, "-m", "dothi.config.cli", "erase", "--law", "Luật 91/2025/QH15", "--order", "12/QĐ"]


class TestErased:
    def test_stands_in_no_index_and_is_told_nothing(
        self, cluster: postgres.Cluster, fresh_database: str
    ) -> None:
        ioc = center()
        gone, stays = resident(AN).person_id, resident(replace(BINH, ward=AN.ward)).person_id
        assert Residence.objects.count() == 2
        environ = {**os.environ, "DOTHI_DSN": cluster.dsn("dothi_erase", fresh_database)}
        subprocess.run([*ERASE, str(gone)], env=environ, check=True)
        forget_keys()
        assert [row.person_id for row in Residence.objects.all()] == [stays]
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from notices_notice where person_id = %s", [gone])
            before = cursor.fetchone()
        key = issued(ioc)
        tell_wards(warning_id=str(key))
        assert [row.people for row in deliveries(key, now())] == [1]
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from notices_notice where person_id = %s", [gone])
            assert cursor.fetchone() == before == (0,)
            cursor.execute("select body from ledger_entry where act = 'identity.residence.read'")
            assert not [row for row in cursor if str(gone) in bytes(row[0]).decode()]
