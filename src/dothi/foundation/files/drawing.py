"""A photo that browsers do not draw, as a picture that they do."""

import threading

from dothi.foundation import apart
from dothi.foundation.files.errors import DraughtsmanBusy, ImageUnreadable
from dothi.foundation.files.queries import read
from dothi.foundation.files.types import FileId

SECONDS = 20.0
AT_ONCE = 2
_slots = threading.BoundedSemaphore(AT_ONCE)


def drawn(file_id: FileId) -> bytes:
    """
    Return the HEIC `file_id` as a JPEG, made by the draughtsman each time anew.

    Raises NoSuchFile, SubjectErased, FileDamaged, ImageUnreadable, and DraughtsmanBusy when AT_ONCE photos
    are being drawn already.
    """
    photo = b"".join(read(file_id))
    if not _slots.acquire(blocking=False):
        raise DraughtsmanBusy
    try:
        return apart.run("dothi.foundation.files.draughtsman", photo, SECONDS)
    except apart.Failed as error:
        raise ImageUnreadable from error
    finally:
        _slots.release()
