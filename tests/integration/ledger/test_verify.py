"""Every tampering with rows, order, tree, tiles, checkpoint and receipt is caught offline."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typst
from django.db import transaction
from hypothesis import given
from hypothesis import settings as fuzz
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from dothi.config.supervisor import postgres
from dothi.foundation.ledger.actions import record, record_read
from dothi.foundation.ledger.audit import audit, folder
from dothi.foundation.ledger.errors import NoSuchEntry, NotSealedYet
from dothi.foundation.ledger.export import export
from dothi.foundation.ledger.queries import checkpoint, entries, history_of, proof, reads_of, tile
from dothi.foundation.ledger.receipts import Receipt, Verified, read_receipt, verify
from dothi.foundation.ledger.types import ActorRef
from dothi.foundation.papers.signing import attach
from dothi.kernel.ids import new_id
from dothi.kernel.merkle.note import parse_public_key
from dothi.kernel.merkle.tree import NotProven
from tests.conftest import database_of_its_own
from tests.support.ledgers import AT, PERSON, SIGNER, Ledger, an_entry
from tests.support.prepared import TEMPLATE

KEYS = [SIGNER.public_key]
OTHER = "another.example/ledger+c0ffee00+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
def receipt(ledger: Ledger) -> Receipt:
    """The receipt of one act among 600 others, disclosed to its person."""
    ledger.write(300)
    entry = an_entry()
    with transaction.atomic():
        record(entry)
    ledger.write(300)
    with ledger.sequencer() as sequencer:
        sequencer.seal_all()
    return proof(entry.id, disclose_to=[PERSON, new_id()])


@pytest.fixture(scope="module")
def whole(cluster: postgres.Cluster) -> str:
    """The name of a database with 900 entries under three checkpoints, to be copied."""
    ledger = Ledger(cluster, "dothi_whole_ledger")
    postgres.create_database(cluster, ledger.name, TEMPLATE)
    with ledger.sequencer() as sequencer:
        for _ in range(3):
            ledger.write(300)
            sequencer.seal_all()
    return ledger.name


@pytest.fixture
def filled(cluster: postgres.Cluster, whole: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Ledger]:
    """A ledger of 900 entries under three checkpoints, of this test's own."""
    with database_of_its_own(cluster, django_db_blocker, whole) as name:
        yield Ledger(cluster, name)


class TestReceipt:
    def test_holds_by_the_public_key_alone(self, receipt: Receipt) -> None:
        found = verify(read_receipt(receipt.proof, receipt.leaf_text), KEYS)
        assert (found.index, found.size, found.entry["act"]) == (300, 601, "dossiers.accept")
        assert [link.person for link in found.persons] == [PERSON]

    def test_is_refused_for_every_change_of_one_character(self, receipt: Receipt) -> None:
        holds = verify(receipt, KEYS)
        for text, other, swap in (
            (receipt.proof, receipt.leaf_text, False),
            (receipt.leaf_text, receipt.proof, True),
        ):
            for place in range(0, len(text), 3):
                changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
                _assert_refused_or_same(*((other, changed) if swap else (changed, other)), holds)

    def test_is_refused_for_another_log_and_without_a_key(self, receipt: Receipt) -> None:
        with pytest.raises(NotProven, match="not-proven"):
            verify(receipt, [])
        with pytest.raises(ValueError, match="belong together"):
            parse_public_key(OTHER)

    def test_is_refused_when_another_person_claims_it(self, receipt: Receipt) -> None:
        document = json.loads(receipt.leaf_text)
        document["disclosed"][0]["person"] = str(new_id())
        with pytest.raises(NotProven):
            verify(read_receipt(receipt.proof, json.dumps(document)), KEYS)

    def test_waits_for_the_seal(self, ledger: Ledger) -> None:
        (entry_id,) = ledger.write()
        with pytest.raises(NotSealedYet):
            proof(entry_id)
        with pytest.raises(NoSuchEntry):
            proof(new_id())

    @pytest.mark.long
    @fuzz(max_examples=3000, deadline=None)
    @given(st.text(max_size=400), st.text(max_size=400))
    def test_never_breaks_on_what_strangers_send(self, proof_text: str, leaf_text: str) -> None:
        with pytest.raises(NotProven):
            verify(read_receipt(proof_text, leaf_text), KEYS)

    @pytest.mark.long
    def test_is_refused_for_random_changes_of_many_kinds(self, receipt: Receipt) -> None:
        holds = verify(receipt, KEYS)

        @fuzz(max_examples=3000, deadline=None)
        @given(st.data())
        def change(data: st.DataObject) -> None:
            proof_text = _mutated(receipt.proof, data)
            leaf_text = _mutated(receipt.leaf_text, data)
            _assert_refused_or_same(proof_text, leaf_text, holds)

        change()


def _mutated(text: str, data: st.DataObject) -> str:
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, min(len(text), begin + 40)))
    return text[:begin] + data.draw(st.text(max_size=40)) + text[end:]


def _assert_refused_or_same(proof_text: str, leaf_text: str, holds: Verified) -> None:
    """A change is refused, or it changes nothing that is proven (spaces, a signature by a stranger)."""
    try:
        found = verify(read_receipt(proof_text, leaf_text), KEYS)
    except NotProven:
        return
    assert (found.entry, found.index, found.size) == (holds.entry, holds.index, holds.size)
    assert all(link in holds.persons for link in found.persons)


class TestAudit:
    def test_holds_for_a_whole_ledger(self, filled: Ledger, tmp_path: Path) -> None:
        found = audit(folder(_exported(filled, tmp_path)), KEYS)
        assert (found.size, found.checkpoints) == (900, 3)

    @pytest.mark.parametrize(
        "statement",
        [
            "update ledger_entry set body = replace(convert_from(body, 'UTF8'), 'accept', 'refuse')::bytea"
            " where id = (select entry_id from ledger_leaf where index = 5)",
            "delete from ledger_entry where id = (select entry_id from ledger_leaf where index = 899)",
            "delete from ledger_leaf where index = 0",
            "update ledger_leaf set index = case index when 1 then -2 else 1 end where index in (1, 2);"
            " update ledger_leaf set index = 2 where index = -2",
            "update ledger_leaf set hash = sha256('x') where index = 899",
            "update ledger_tile set data = overlay(data placing sha256('x') from 1) where n = 0",
            "update ledger_tile set root = sha256('x') where level = 0 and n = 1",
            "delete from ledger_tile where n = 2",
            "update ledger_checkpoint set note = replace(note, '900', '899') where size = 900",
            "update ledger_checkpoint set note = (select note from ledger_checkpoint where size = 300)"
            " where size = 600",
            "update ledger_checkpoint set size = 901 where size = 900",
        ],
    )
    def test_catches_the_superuser(self, filled: Ledger, tmp_path: Path, statement: str) -> None:
        filled.tamper("alter table ledger_leaf drop constraint ledger_leaf_index_check")
        filled.tamper("alter table ledger_leaf drop constraint ledger_leaf_pkey")
        filled.tamper(statement)
        with pytest.raises(NotProven):
            audit(folder(_exported(filled, tmp_path)), KEYS)

    @pytest.mark.parametrize(
        ("path", "change"),
        [
            ("checkpoint", lambda old: old.replace(b"900", b"600")),
            ("tile/0/000", lambda old: old[32:64] + old[:32] + old[64:]),
            ("tile/0/003.p/132", lambda old: old[:-32]),
            ("tile/1/000.p/3", lambda old: old[:-1] + bytes([old[-1] ^ 1])),
            ("tile/entries/001", lambda old: old + old[:300]),
            ("tile/entries/002", lambda old: old[:-1]),
            ("tile/entries/000", lambda old: old.replace(b"accept", b"accent", 1)),
            ("checkpoints.jsonl", lambda old: old.replace(b'"size": 300', b'"size": 301')),
        ],
    )
    def test_catches_a_changed_file(
        self, filled: Ledger, tmp_path: Path, path: str, change: Callable[[bytes], bytes]
    ) -> None:
        target = _exported(filled, tmp_path) / path
        before = target.read_bytes()
        assert change(before) != before
        target.write_bytes(change(before))
        with pytest.raises(NotProven):
            audit(folder(tmp_path), KEYS)

    def test_a_ledger_rewritten_and_signed_anew_is_caught_by_a_checkpoint_kept_outside(
        self, filled: Ledger, tmp_path: Path
    ) -> None:
        held = checkpoint()
        assert held is not None
        filled.tamper("truncate ledger_leaf, ledger_tile, ledger_checkpoint")
        filled.tamper("delete from ledger_entry where id = (select min(id::text)::uuid from ledger_entry)")
        filled.write(10)
        with filled.sequencer() as sequencer:
            sequencer.seal_all()
        read = folder(_exported(filled, tmp_path))
        assert audit(read, KEYS).size == 909
        with pytest.raises(NotProven):
            audit(read, KEYS, [held])


class TestPublicFiles:
    def test_serve_every_tile_of_the_checkpoint_and_of_those_before(self, filled: Ledger) -> None:
        assert len(tile(0, 0)) == 8192
        assert tile(0, 0, 44) == tile(0, 0)[: 44 * 32]
        assert len(tile(1, 0, 3)) == 96
        assert tile(1, 0, 1) == tile(1, 0, 3)[:32]
        assert len(entries(3, 132)) > 132 * 300
        for level, n, width in ((0, 3, 256), (0, 4, 1), (1, 0, 4), (2, 0, 1)):
            with pytest.raises(NoSuchEntry):
                tile(level, n, width)


class TestReadsOf:
    def test_each_subject_of_a_list_finds_the_read_and_nobody_else_does(self, ledger: Ledger) -> None:
        people = [new_id() for _ in range(50)]
        post = new_id()
        for _ in range(3):
            record_read(
                actor=ActorRef("official", new_id(), post_id=post), authority="process", at=AT,
                object="urn:dothi:test:queue:1", subjects=people, purpose="work list", basis="Law",
            )  # fmt: skip
        rows = reads_of(people[7])
        assert [row.said["purpose"] for row in rows] == ["work list"] * 3
        assert rows[0].said["actor"]["post"] == str(post)
        assert [row.id for row in reads_of(people[7], before=rows[0].id, limit=1)] == [rows[1].id]
        assert reads_of(new_id()) == []

    def test_acts_are_found_by_their_object(self, ledger: Ledger) -> None:
        written = ledger.write(3)
        assert sorted(row.id for row in history_of("urn:dothi:test:dossier:1")) == sorted(written)


class TestCommand:
    def test_says_in_both_languages_what_holds(self, receipt: Receipt, tmp_path: Path) -> None:
        _write_receipt(receipt, tmp_path)
        said = _dothi_verify(tmp_path / "receipt.tlog-proof", "--key", str(SIGNER.public_key))
        assert said.returncode == 0
        assert said.stdout.startswith("ĐÚNG: việc này có trong sổ đã ký.")
        assert "PROVEN: this act stands in the signed ledger." in said.stdout

    def test_says_that_a_changed_receipt_does_not_hold(self, receipt: Receipt, tmp_path: Path) -> None:
        _write_receipt(receipt, tmp_path)
        path = tmp_path / "receipt.json"
        path.write_text(path.read_text().replace("dossiers.accept", "dossiers.refuse"))
        said = _dothi_verify(path, "--key", str(SIGNER.public_key))
        assert (said.returncode, said.stdout) == (1, "")
        assert said.stderr.startswith("KHÔNG ĐÚNG")

    def test_takes_the_receipt_out_of_a_paper(self, receipt: Receipt, tmp_path: Path) -> None:
        paper = a_pdf()
        for name, content in receipt.attachments.items():
            paper = attach(paper, name, content, AT)
        (tmp_path / "paper.pdf").write_bytes(paper)
        said = _dothi_verify(tmp_path / "paper.pdf", "--key", str(SIGNER.public_key))
        assert (said.returncode, said.stderr) == (0, "")
        assert "dossiers.accept" in said.stdout
        (tmp_path / "bare.pdf").write_bytes(a_pdf())
        assert _dothi_verify(tmp_path / "bare.pdf", "--key", str(SIGNER.public_key)).returncode == 2

    def test_says_what_is_missing(self, tmp_path: Path) -> None:
        assert _dothi_verify(tmp_path / "none.pdf").returncode == 2
        assert _dothi_verify("--ledger", str(tmp_path)).returncode == 2

    def test_exports_and_audits_a_whole_ledger(self, filled: Ledger, tmp_path: Path) -> None:
        environ = {**os.environ, "DOTHI_DSN": filled.cluster.dsn("dothi_read", filled.name)}
        subprocess.run([_dothi(), "ledger-export", tmp_path], env=environ, check=True, capture_output=True)
        said = _dothi_verify("--ledger", str(tmp_path), "--key", str(SIGNER.public_key))
        assert said.returncode == 0
        assert "900 dòng, 3 lần ký đều khớp" in said.stdout


def a_pdf() -> bytes:
    """Return a PDF of one empty page."""
    return typst.compile(b"#set page(width: 9cm)\n receipt")


def _exported(ledger: Ledger, target: Path) -> Path:
    with ledger.connect("dothi_read") as connection:
        export(connection.cursor(), target)
    return target


def _write_receipt(receipt: Receipt, target: Path) -> None:
    for name, content in receipt.attachments.items():
        (target / name).write_bytes(content)


def _dothi() -> Path:
    return Path(sys.executable).with_name("dothi")


def _dothi_verify(*arguments: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([_dothi(), "verify", *arguments], check=False, capture_output=True, text=True)
