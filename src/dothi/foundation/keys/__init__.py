"""Keys: the root key, the key of each subject, sealed fields and blind indexes."""
