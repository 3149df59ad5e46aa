"""Jobs: deferred, run, tried again, rescued."""
