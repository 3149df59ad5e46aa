"""One-time codes from time: RFC 6238 over RFC 4226, SHA-1, 6 digits, steps of 30 seconds."""

import hmac
from base64 import b32decode

STEP_S = 30
DIGITS = 6
LATE_STEPS = (0, -1, 1)
"""The step of now first, then one late, then one early: clocks of telephones drift."""


def code_of(secret: str, step: int) -> str:
    """Return the code of the base32 `secret` in a step."""
    digest = hmac.digest(b32decode(secret), step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(unix_s: float) -> int:
    """Return the step in which an instant lies."""
    return int(unix_s // STEP_S)


def matching_step(secret: str, code: str, unix_s: float) -> int | None:
    """Return the step to which `code` belongs, or None."""
    typed = "".join(code.split())
    for late in LATE_STEPS:
        step = step_of(unix_s) + late
        if hmac.compare_digest(code_of(secret, step).encode(), typed.encode()):
            return step
    return None
