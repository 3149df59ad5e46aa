"""
Operations: the city at one moment, gathered from the rooms below; nothing here acts.

    from dothi.operations.situation import situation

`situation(at, known_at)` answers for any instant. "As it was": what had happened by `at`, whenever we
learned of it. "As it was known": of that, only what had been recorded by `known_at`.
"""
