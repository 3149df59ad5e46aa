"""Every committed entry gets exactly one place in the tree, whatever the order of commits."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from dothi.foundation.ledger.sequencer import AnotherSequencer, TreeDamaged
from dothi.foundation.ledger.storage import newest_checkpoint
from dothi.foundation.ledger.writing import write
from dothi.kernel.merkle import checkpoint as checkpoints
from tests.support.ledgers import NODE, ROOTS, SIGNER, Ledger, an_entry
from tests.support.waiting import PATIENCE_S, until


class TestSeal:
    def test_takes_entries_whose_commits_come_in_reverse_order(self, ledger: Ledger) -> None:
        writers = [ledger.connect() for _ in range(20)]
        entries = [an_entry() for _ in writers]
        for writer, entry in zip(writers, entries, strict=True):
            write(writer.cursor(), entry, ROOTS)
        with ledger.sequencer() as sequencer:
            for writer in reversed(writers):
                writer.commit()
                writer.close()
                assert sequencer.seal_all() == 1
        assert ledger.leaves() == [entry.id for entry in reversed(entries)]

    def test_leaves_out_what_was_rolled_back(self, ledger: Ledger) -> None:
        with ledger.connect() as writer, ledger.sequencer() as sequencer:
            kept = an_entry()
            write(writer.cursor(), an_entry(), ROOTS)
            writer.rollback()
            write(writer.cursor(), kept, ROOTS)
            with writer.transaction(force_rollback=True):
                write(writer.cursor(), an_entry(), ROOTS)
            writer.commit()
            sequencer.seal_all()
        assert ledger.leaves() == [kept.id]

    def test_an_hour_long_transaction_delays_only_itself(self, ledger: Ledger) -> None:
        late = an_entry()
        with ledger.connect() as slow, ledger.sequencer(batch=500) as sequencer:
            write(slow.cursor(), late, ROOTS)
            for _ in range(10):
                fast = ledger.write(700)
                assert sequencer.seal_all() == 700
                assert set(fast) <= set(ledger.leaves())
            slow.commit()
            assert sequencer.seal_all() == 1
        assert ledger.leaves()[-1] == late.id
        assert len(ledger.leaves()) == 7001

    def test_takes_what_commits_between_the_batches_of_a_backlog(self, ledger: Ledger) -> None:
        with ledger.connect() as slow, ledger.sequencer(batch=10) as sequencer:
            first, second = an_entry(), an_entry()
            write(slow.cursor(), first, ROOTS)
            ledger.write(35)
            sequencer.seal()
            slow.commit()
            write(slow.cursor(), second, ROOTS)
            ledger.write(35)
            sequencer.seal()
            slow.commit()
            sequencer.seal_all()
            sequencer.seal_all()
        assert len(ledger.leaves()) == 72

    def test_signs_nothing_when_nothing_changed(self, ledger: Ledger) -> None:
        ledger.write()
        with ledger.sequencer() as sequencer:
            for _ in range(3):
                sequencer.seal_all()
        assert ledger.rows("select count(*) from ledger_checkpoint") == [(1,)]

    def test_signs_what_anyone_can_check_with_the_public_key(self, ledger: Ledger) -> None:
        ledger.write(600)
        with ledger.sequencer() as sequencer, ledger.connect() as reader:
            sequencer.seal_all()
            stored = newest_checkpoint(reader.cursor())
        assert stored is not None
        checkpoint = checkpoints.read(stored.note, [SIGNER.public_key], SIGNER.name)
        assert (checkpoint.size, checkpoint.root) == (600, stored.root)

    def test_works_alone(self, ledger: Ledger) -> None:
        with ledger.sequencer(), pytest.raises(AnotherSequencer), ledger.sequencer():
            pass

    def test_takes_all_entries_of_a_copy_restored_into_another_cluster(self, ledger: Ledger) -> None:
        ledger.write(5)
        with ledger.sequencer() as sequencer:
            sequencer.seal_all()
        ledger.write(5)
        ledger.tamper("update ledger_entry set tx = '99999999999'; update ledger_checkpoint set cluster = 1")
        ledger.write(5)
        with ledger.sequencer(batch=4) as sequencer:
            sequencer.seal_all()
            ledger.write(5)
            sequencer.seal_all()
        assert len(ledger.leaves()) == 20

    @pytest.mark.parametrize(
        "statement",
        [
            "update ledger_leaf set hash = sha256('x') where index = 299",
            "delete from ledger_leaf where index = 299",
            "update ledger_tile set root = sha256('x')",
            "update ledger_checkpoint set root = sha256('x')",
        ],
    )
    def test_refuses_to_go_on_over_a_damaged_tree(self, ledger: Ledger, statement: str) -> None:
        ledger.write(300)
        with ledger.sequencer() as sequencer:
            sequencer.seal_all()
        ledger.tamper(statement)
        with pytest.raises(TreeDamaged), ledger.sequencer():
            pass


STEPS = ["read", "leaves", "tiles", "checkpoint", "committed"]
CHILD = """
import os, signal, sys, psycopg
from tests.support.ledgers import AT, SIGNER
from dothi.foundation.ledger.sequencer import Sequencer
seen = []
def reached(step):
    seen.append(step)
    if step == sys.argv[2] and seen.count(step) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
with psycopg.connect(sys.argv[1]) as connection:
    Sequencer(connection, SIGNER, lambda: AT, batch=300, reached=reached).seal_all()
"""


class TestKill:
    @pytest.mark.parametrize("step", STEPS)
    def test_between_each_step_loses_nothing_and_doubles_nothing(self, ledger: Ledger, step: str) -> None:
        written = ledger.write(1000)
        dsn = ledger.cluster.dsn("dothi_seal", ledger.name)
        command = [sys.executable, "-c", CHILD, dsn, step]
        killed = subprocess.run(command, check=False, cwd=Path(__file__).parents[3])
        assert killed.returncode == -signal.SIGKILL
        _wait_until_the_lock_is_free(ledger)
        written += ledger.write(10)
        with ledger.sequencer() as sequencer:
            sequencer.seal_all()
        assert sorted(ledger.leaves()) == sorted(written)

    @pytest.mark.long
    def test_at_random_moments_under_load_loses_nothing_and_doubles_nothing(self, ledger: Ledger) -> None:
        written, stop = [], threading.Event()

        def load() -> None:
            while not stop.is_set():
                written.extend(ledger.write(20))

        writer = threading.Thread(target=load)
        writer.start()
        for _ in range(12):
            process = _sequencer_process(ledger)
            time.sleep(random.uniform(0.3, 1.6))
            process.kill()
            process.wait()
        stop.set()
        writer.join()
        _wait_until_the_lock_is_free(ledger)
        with ledger.sequencer() as sequencer:
            sequencer.seal_all()
        assert sorted(ledger.leaves()) == sorted(written)


class TestProcess:
    def test_seals_within_about_a_second_without_django_and_stops_when_asked(
        self, ledger: Ledger, tmp_path: Path
    ) -> None:
        process = _sequencer_process(ledger)
        try:
            ledger.write(3)
            _wait_for_leaves(ledger, 3)
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0

    def test_goes_on_when_postgresql_drops_its_connection(self, ledger: Ledger) -> None:
        process = _sequencer_process(ledger)
        try:
            for count in (3, 6, 9):
                ledger.write(3)
                _wait_for_leaves(ledger, count)
                ledger.tamper(
                    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'dothi_seal'"
                )
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0

    def test_imports_no_django(self) -> None:
        code = "import sys, dothi.foundation.ledger.sequencer, dothi.foundation.events.publisher\n"
        code += "import dothi.foundation.ledger.audit, dothi.foundation.papers.checking\n"
        code += "sys.exit('django' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _sequencer_process(ledger: Ledger) -> subprocess.Popen[bytes]:
    key = Path(os.environ["DOTHI_ROOT_KEY_FILE"]).with_name("ledger.key")
    key.write_bytes(SIGNER.private_key.private_bytes_raw())
    environ = {
        **os.environ, "DOTHI_NODE": NODE, "DOTHI_LEDGER_KEY_FILE": str(key),
        "DOTHI_DSN": ledger.cluster.dsn("dothi_seal", ledger.name),
    }  # fmt: skip
    return subprocess.Popen([Path(sys.executable).with_name("dothi"), "sequencer"], env=environ)


def _wait_for_leaves(ledger: Ledger, count: int) -> None:
    until(lambda: len(ledger.leaves()) >= count)


def _wait_until_the_lock_is_free(ledger: Ledger) -> None:
    until(lambda: not ledger.rows("select from pg_locks where locktype = 'advisory'", "postgres"))
