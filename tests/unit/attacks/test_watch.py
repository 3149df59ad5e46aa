"""What holds a process to its promises under fire does see one that breaks them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.hostile import Look, Watch, own_mib, resident_mib

HOARDER = "import sys\nkept = []\nfor line in sys.stdin: kept.append(b'x' * int(line)); print(flush=True)"


def watch(*sizes: float, every_s: float = 60.0) -> Watch:
    return Watch(0, lambda: None, [Look(number * every_s, size) for number, size in enumerate(sizes)])


@contextmanager
def fed(mib: int) -> Iterator[Watch]:
    """Watch a process that keeps so much more each time it is asked."""
    with subprocess.Popen(
        [sys.executable, "-c", HOARDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as one:
        assert one.stdin is not None
        assert one.stdout is not None
        said, heard = one.stdin, one.stdout

        def probe() -> None:
            said.write(f"{mib << 20}\n".encode())
            said.flush()
            heard.readline()

        yield Watch(one.pid, probe)
        said.close()


class TestWatch:
    def test_sees_nothing_in_what_comes_and_goes(self) -> None:
        assert watch(50, 50, 50, 51, 49, 80, 51, 51, 50).grew_mib == 0

    def test_takes_no_warm_up_for_growth(self) -> None:
        assert watch(10, 40, 70, 80, 80, 80, 80, 80, 80).grew_mib == 0

    def test_tells_growth_of_an_hour(self) -> None:
        one = watch(*range(100, 130))
        assert one.grew_mib == 10
        assert one.an_hour_mib == 60

    def test_refuses_to_judge_unseen(self) -> None:
        with pytest.raises(AssertionError, match="nobody looked"):
            _ = watch(50).grew_mib

    @pytest.mark.parametrize(("mib", "least", "most"), [(2, 4, 8), (0, -0.5, 0.5)])
    def test_sees_a_process_that_keeps_what_it_is_given(self, mib: int, least: float, most: float) -> None:
        with fed(mib) as one:
            for _ in range(9):
                one.look()
            assert least <= one.grew_mib <= most


def test_what_is_shared_counts_by_its_share() -> None:
    assert 0 < own_mib(os.getpid()) <= resident_mib(os.getpid())
