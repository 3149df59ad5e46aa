"""What may be pruned: nothing in use, nothing that does not say whose it was."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dothi.config.supervisor import leftovers, lock

LONG_AGO = 1_600_000_000


def _copy(home: Path, name: str) -> Path:
    copy = home / "programs" / name
    copy.mkdir(parents=True)
    os.utime(copy, (LONG_AGO, LONG_AGO))
    return copy


def _node(home: Path, checkout: Path) -> Path:
    node = home / "nodes" / checkout.name
    node.mkdir(parents=True)
    leftovers.note_checkout(node, checkout)
    return node


class TestPrograms:
    def test_are_left_over_when_nobody_asked_for_them_during_a_day(self, tmp_path: Path) -> None:
        old, new = _copy(tmp_path, "site-old"), _copy(tmp_path, "site-new")
        os.utime(new)
        assert [found.folder for found in leftovers.find(tmp_path)] == [old]

    def test_are_kept_while_a_process_has_them_in_memory(self, tmp_path: Path) -> None:
        file = _copy(tmp_path, "python-3") / "library"
        file.write_bytes(b"x" * 4096)
        os.utime(file.parent, (LONG_AGO, LONG_AGO))
        hold = f"import mmap,sys; f=open({str(file)!r},'rb'); m=mmap.mmap(f.fileno(),0,access=1);"
        hold += "print('held',flush=True); sys.stdin.read()"
        with subprocess.Popen(
            [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as user:
            assert user.stdout
            user.stdout.readline()
            assert leftovers.find(tmp_path) == []
            user.communicate()
        assert len(leftovers.find(tmp_path)) == 1


class TestNodes:
    def test_are_left_over_when_their_checkout_is_gone(self, tmp_path: Path) -> None:
        node = _node(tmp_path, tmp_path / "gone")
        _node(tmp_path, tmp_path).rename(tmp_path / "nodes/there")
        (node / "pg/data").mkdir(parents=True)
        (found,) = leftovers.find(tmp_path)
        assert (found.folder, found.has_data) == (node, True)

    def test_are_kept_while_somebody_holds_their_lock_or_when_they_are_of_nobody(
        self, tmp_path: Path
    ) -> None:
        held = lock.take(_node(tmp_path, tmp_path / "gone") / "lock")
        (tmp_path / "nodes/of-nobody").mkdir()
        assert leftovers.find(tmp_path) == []
        os.close(held)
        assert len(leftovers.find(tmp_path)) == 1


class TestRemove:
    @pytest.mark.parametrize("has_data", [True, False])
    def test_leaves_nothing(self, tmp_path: Path, has_data: bool) -> None:
        folder = _copy(tmp_path, "site-old")
        leftovers.remove(leftovers.Leftover(folder, "", has_data))
        assert list((tmp_path / "programs").iterdir()) == []
