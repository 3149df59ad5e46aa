"""
What the workers of one run share: made by the first that needs it, found by the others.

Each worker of pytest-xdist has its own servers, so that none disturbs another; what takes long to make
(a migrated cluster with the demo city) is made once and copied.
"""

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dothi.config.supervisor import postgres
from tests.support.servers import running_in


def is_shared(config: pytest.Config) -> bool:
    """Tell whether this is one worker of several."""
    return hasattr(config, "workerinput")


def shared_folder(factory: pytest.TempPathFactory, config: pytest.Config) -> Path:
    """Return the folder that all workers of this run have in common; alone, one of its own."""
    base = factory.getbasetemp()
    folder = (base.parent if is_shared(config) else base) / "prepared"
    folder.mkdir(exist_ok=True)
    return folder


@contextlib.contextmanager
def once(path: Path) -> Iterator[bool]:
    """Tell the block whether it must make `path`, while all others who ask wait."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not path.exists()


def cluster_in(folder: Path, fill: Callable[[postgres.Cluster], None]) -> Path:
    """Return the home of a stopped cluster that `fill` has filled, made now if nobody has yet."""
    kept = folder / "cluster"
    with once(kept) as missing:
        if missing:
            home = Path(tempfile.mkdtemp(prefix="dothi-test-"))  # where the server's user may go
            with running_in(home) as cluster:
                fill(cluster)
            shutil.move(home, kept)
    return kept
