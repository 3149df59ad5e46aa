"""
What can go wrong with keys.

    Problem
    └── SubjectErased     410  the law ordered erasure; the content cannot be read again
    ValueError
    └── SealBroken             the sealed bytes are not what was sealed for this subject and context
"""

from dothi.kernel.problems import Problem, msg


class SubjectErased(Problem):
    """The subject's key was deleted. Facts: `erased_at` and `law` where an erasure is recorded."""

    slug = "subject-erased"
    status = 410
    title = msg("This has been erased")
    way_out = msg("Erased on %(erased_at)s under %(law)s. Nobody can read it again.")


class SealBroken(ValueError):
    """The sealed bytes were changed, or belong to another subject or context."""
