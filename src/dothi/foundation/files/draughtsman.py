"""
The draughtsman: a process of its own that makes a JPEG of a stranger's HEIC, the format of many phones.

    stdin   the HEIC
    stdout  the JPEG, turned as the camera was held, at most SIDE pixels a side, without the photo's metadata

No Django. It bounds its own memory and processor time before it reads the first byte of the file.
"""

import io
import sys

from dothi.foundation.apart import bound

MEMORY_BYTES = 1536 * 1024 * 1024
"""Six times what the pixels of the largest image take that files may have."""
PROCESSOR_SECONDS = 15
SIDE = 2_400


def main() -> int:
    """Draw the picture on stdin."""
    bound(MEMORY_BYTES, PROCESSOR_SECONDS)
    import pi_heif
    from PIL import Image, ImageOps

    pi_heif.options.DECODE_THREADS = 1
    pi_heif.register_heif_opener(thumbnails=False)
    with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=("HEIF",)) as photo:
        drawn = ImageOps.exif_transpose(photo).convert("RGB")
    drawn.thumbnail((SIDE, SIDE))
    drawn.save(sys.stdout.buffer, "JPEG", quality=85)
    return 0


if __name__ == "__main__":
    sys.exit(main())
