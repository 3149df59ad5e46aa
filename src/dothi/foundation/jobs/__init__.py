"""Jobs: deferred work that carries ids, never data, and may run twice."""
