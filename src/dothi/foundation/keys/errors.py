"""
What can go wrong with keys.

    Problem
    ├── SubjectErased     410  the law ordered erasure; the content cannot be read again
    └── Unavailable
        └── KeyMissing    503  sealed for a subject whose key is not here, and no erasure is noted
    ValueError
    └── SealBroken             the sealed bytes are not what was sealed for this subject and context
"""

from dothi.kernel.problems import Problem, Unavailable, msg


class KeyMissing(Unavailable):
    """No key of this subject and no erasure: a restored copy is not whole. Fact: `subject`."""

    slug = "key-missing"


class SubjectErased(Problem):
    """The subject's key was deleted. Facts: `erased_at` (instant) and `law`."""

    slug = "subject-erased"
    status = 410
    title = msg("This has been erased")
    way_out = msg("Erased on %(erased_at)s under %(law)s. Nobody can read it again.")


class SealBroken(ValueError):
    """The sealed bytes were changed, or belong to another subject or context."""
