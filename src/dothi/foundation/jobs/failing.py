"""Why a job failed: what was raised, and by which line of ours; never its words, which may name a person."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import DatabaseError, connection

_KEEP = (Path(__file__).parent / "sql" / "keep_failure.sql").read_text()
_HERE, _OURS = Path(__file__).parent, Path(__file__).parents[2]


@contextmanager
def keeping_why(job_number: int) -> Iterator[None]:
    """Do a job in the block; keep why it failed, where the database can be reached, and let it fail."""
    try:
        yield
    except Exception as error:
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute(_KEEP, {"job": job_number, "reason": reason_of(error)})
        raise


def reason_of(error: BaseException) -> str:
    """Return what was raised and the last line of ours on the way there."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    lines = [(Path(one.filename), one.lineno) for one in traceback.extract_tb(error.__traceback__)]
    ours = [(path, line) for path, line in lines if _OURS in path.parents and path.parent != _HERE]
    return f"{kind}, {ours[-1][0].relative_to(_OURS)}:{ours[-1][1]}" if ours else kind
