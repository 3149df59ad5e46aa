"""
The checker: a process of its own that reads a stranger's PDF, so that a bomb takes only itself down.

    stdin   one line of JSON {"trust": [base64 DER …], "at": ISO 8601}, then the PDF
    stdout  one line of JSON: the report

No Django. It bounds its own memory and processor time before it reads the first byte of the file.
"""

import base64
import dataclasses
import json
import sys
from datetime import datetime

from dothi.foundation.apart import bound

MEMORY_BYTES = 512 * 1024 * 1024
PROCESSOR_SECONDS = 8


def main() -> int:
    """Check the PDF on stdin and write the report to stdout."""
    bound(MEMORY_BYTES, PROCESSOR_SECONDS)
    from dothi.foundation.papers.checking import check

    asked = json.loads(sys.stdin.buffer.readline())
    trust = [base64.b64decode(root) for root in asked["trust"]]
    report = check(sys.stdin.buffer.read(), trust, datetime.fromisoformat(asked["at"]))
    sys.stdout.write(json.dumps(dataclasses.asdict(report), default=_plain))
    return 0


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


if __name__ == "__main__":
    sys.exit(main())
