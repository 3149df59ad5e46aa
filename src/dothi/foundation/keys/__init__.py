"""
Keys: the root key, the key of each subject, sealed fields and blind indexes.

    from dothi.foundation.keys.actions import blind, seal, unseal

`roots` holds the root keys and works without Django; `sealing` is the envelope; `erasing` deletes
a subject's key under the role dothi_erase. See docs/explanation/keys.md.
"""
