"""What must be true of every acknowledged dossier after a round: a wrong answer is no figure."""

import tempfile
from pathlib import Path

from bench.city import Stage
from dothi.config.environment import environment
from dothi.foundation.ledger.audit import audit, folder
from dothi.foundation.ledger.export import export
from dothi.foundation.ledger.signing import read_signer


def check(stage: Stage, done: list[str], acts: int) -> None:
    """Check every acknowledged dossier, and the whole ledger. Raises AssertionError, NotProven."""
    assert done
    assert len(set(done)) == len(done)
    found = stage.one("select count(*) from dossiers_dossier where id = any(%s) and state = 'returned'", done)
    assert found == len(done), f"{found} of {len(done)} dossiers are returned"
    for name, query in WRONG.items():
        counted = f"select count(*) from ({query.replace('ACTS', str(acts))}) as wrong"
        wrong = stage.one(counted, done)
        assert wrong == 0, f"{wrong} dossiers with {name}"
    _audit(stage)


PREFIX = f"urn:dothi:{environment().node}:dossier:"
WRONG = {
    "steps that leave a gap": """
        select dossier_id from dossiers_step where dossier_id = any(%s) group by dossier_id
        having array_agg(number order by number) <>
            (select array_agg(n) from generate_series(0, ACTS - 1) n)""",
    "a step without its ledger entry": f"""
        select s.id from dossiers_step s left join ledger_entry e
            on e.id = s.id and e.act = 'dossiers.' || s.act and e.object = '{PREFIX}' || s.dossier_id
        where s.dossier_id = any(%s) and e.id is null""",
    "other than one event an act": f"""
        select d.id from dossiers_dossier d left join events_outbox o
            on o.subject = '{PREFIX}' || d.id
        where d.id = any(%s) group by d.id having count(o.id) <> ACTS""",
    "a task left open": f"""
        select id from tasks_task where finished_at is null and starts_with(about, '{PREFIX}')
            and replace(about, '{PREFIX}', '') = any(%s)""",
    "a gap in the codes of a desk and day": """
        select series from dossiers_counter c
        where series not like '%%:%%' and %s::uuid[] is not null and last <>
            (select count(*) from dossiers_dossier d where starts_with(d.code, c.series)
             and (d.submitted_at at time zone 'Asia/Ho_Chi_Minh')::date = c.period)""",
}  # fmt: skip


def _audit(stage: Stage) -> None:
    signer = read_signer(stage.home / "ledger.key", environment().node)
    with tempfile.TemporaryDirectory() as name, stage.connect("dothi_read") as connection:
        size = export(connection.cursor(), Path(name))
        assert audit(folder(Path(name)), [signer.public_key]).size == size
    assert size == stage.one("select count(*) from ledger_entry")
