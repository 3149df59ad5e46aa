"""Children end in order, and one that is asked to end and does not is noticed and killed."""

import time
from pathlib import Path

from dothi.config.supervisor import code, runtime
from dothi.config.supervisor.child import Child, Process
from dothi.config.supervisor.watch import ends

DEAF = "trap '' TERM; echo deaf; sleep 60"


class TestDeafChild:
    def test_is_noticed_after_its_time_and_can_be_killed(self, tmp_path: Path) -> None:
        child = Child("deaf", program=("/bin/sh", "-c", DEAF))
        process = Process(child, runtime.prepare(tmp_path), code.checkout(), tmp_path)
        process.start()
        try:
            while "deaf" not in process.last_words():
                assert process.alive(), process.last_words()
                time.sleep(0.01)
            assert not process.deaf(0.0)
            process.stop()
            assert not process.deaf(60.0)
            while not process.deaf(0.05):
                time.sleep(0.01)
        finally:
            process.kill()
        assert not process.alive()


class TestEnds:
    def test_lets_nobody_end_before_those_that_need_it(self) -> None:
        children = [
            Child("postgres"),
            Child("nats"),
            Child("live", needs=("nats",)),
            Child("broker", needs=("postgres",)),
            Child("ingest", needs=("postgres",)),
            Child("city", needs=("broker", "ingest")),
        ]
        assert list(ends(children)) == [["city", "live"], ["ingest", "broker", "nats"], ["postgres"]]

    def test_comes_to_an_end_where_children_need_each_other(self) -> None:
        both = [Child("one", needs=("other",)), Child("other", needs=("one",))]
        assert list(ends(both)) == [["other", "one"]]
