"""
Canonical JSON: one value, one sequence of bytes, so that two parties hash and sign the same thing.

Standard: RFC 8785 (JSON Canonicalization Scheme).
"""

from typing import Any

import rfc8785

from dothi.kernel.problems import Invalid, msg


class NotCanonical(Invalid):
    """The value has no canonical form: `reason` says what is in the way."""

    slug = "not-canonical"
    title = msg("This cannot be written as canonical JSON")
    way_out = msg("Use text, whole numbers up to 2^53, true, false, null, lists and objects with text keys.")


def canonical(value: Any) -> bytes:
    """
    Return `value` as canonical JSON in UTF-8.

    Takes None, bool, int (|n| < 2^53), float (finite), str, list, tuple, dict with str keys.
    Ids, dates and instants are the caller's to write as text: there is no silent conversion.
    Raises NotCanonical.
    """
    try:
        return bytes(rfc8785.dumps(value))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise NotCanonical(reason=str(error)) from error
