"""What must hold of a city after its parts have died: everything acknowledged is there once, and whole."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg

from dothi.config.environment import environment
from dothi.foundation.ledger.audit import audit, folder
from dothi.foundation.ledger.export import export
from dothi.foundation.ledger.signing import read_signer
from tests.integration.faults.city import City
from tests.support.walking import ACTS, Done

PAPERS = 3
"""Receipt, slip and result of each dossier."""


def check(city: City, told: Sequence[Done], uploads: Mapping[str, bytes]) -> None:
    """Check everything that was acknowledged, and that nothing else was written."""
    dossiers = len({one.dossier for one in told})
    assert len(told) == dossiers * len(ACTS)
    _check_steps(city, told)
    _check_codes(city, dossiers)
    for name, query in WRONG.items():
        assert city.rows(query) == [], name
    assert city.rows("select count(*), count(*) filter (where status = 'ready') from papers_paper") == [
        (dossiers * PAPERS, dossiers * PAPERS)
    ]
    _check_tree(city)
    _check_files(city, uploads)


def _check_steps(city: City, told: Sequence[Done]) -> None:
    """Each acknowledged act is one step, in its place, and there is no other."""
    rows = city.rows("select dossier_id::text, act, number from dossiers_step order by number")
    assert sorted(rows) == sorted((one.dossier, one.act, ACTS.index(one.act)) for one in told)


def _check_codes(city: City, dossiers: int) -> None:
    """No code twice, none skipped: the numbers of a desk's day run from one."""
    codes = [code for (code,) in city.rows("select code from dossiers_dossier order by code")]
    by_day: dict[str, list[int]] = {}
    for code in codes:
        series, _, number = code.rpartition("-")
        by_day.setdefault(series, []).append(int(number))
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in by_day.values())
    assert len(codes) == dossiers


WRONG = {
    "a state that is not that of the last step": """
        select d.id from dossiers_dossier d join dossiers_step s on s.dossier_id = d.id
        where s.number = d.revision and s.state <> d.state""",
    "a dossier that was not returned": "select id from dossiers_dossier where state <> 'returned'",
    "a step without its entry, or an entry without its step": """
        select s.id, e.id from dossiers_step s
        full join (select * from ledger_entry where object like '%:dossier:%' and kind = 'act') e
            on e.id = s.id and e.act = 'dossiers.' || s.act
        where s.id is null or e.id is null""",
    "other than one event a step": """
        select d.id from dossiers_dossier d left join events_outbox o
            on o.type like 'vn.dothi.dossiers.dossier.%' and o.data::jsonb ->> 'dossier' = d.id::text
        group by d.id, d.revision having count(o.id) <> d.revision + 1
            or count(distinct o.data::jsonb ->> 'revision') <> d.revision + 1""",
    "a result that is not there once": """
        select d.id from dossiers_dossier d left join vault_result r on r.dossier_id = d.id
        group by d.id having count(r.id) <> 1""",
    "a paper that was made other than once": """
        select about from events_outbox o join papers_paper p on p.about = o.subject
        where o.type = 'vn.dothi.papers.paper.made.v1' group by about, p.id having count(*) <> 3""",
    "a task left open": "select id from tasks_task where finished_at is null",
}


def _check_tree(city: City) -> None:
    signer = read_signer(city.node.var / "secrets/ledger.key", environment().node)
    with tempfile.TemporaryDirectory() as name, psycopg.connect(city.dsn("dothi_read")) as connection:
        size = export(connection.cursor(), Path(name))
        assert audit(folder(Path(name)), [signer.public_key]).size == size
    assert city.rows("select count(*) from ledger_entry") == [(size,)]


def _check_files(city: City, uploads: Mapping[str, bytes]) -> None:
    """Every row's file is whole, none is left over, each dossier holds the very bytes that were sent."""
    assert city.rows("select count(*) from files_file") == [(len(uploads) * (1 + PAPERS),)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.faults.reading"],
        env=city.environ(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == {dossier: digest.hex() for dossier, digest in uploads.items()}
