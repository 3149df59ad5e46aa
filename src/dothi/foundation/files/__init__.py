"""
Files: kept encrypted under the hash of their ciphertext, one owner each.

    from dothi.foundation.files.actions import discard, store
    from dothi.foundation.files.queries import describe, read

No two owners share a file, not even the same bytes: who shares what would itself be known, and one
owner's erasure would meet the other's right to keep.
"""
