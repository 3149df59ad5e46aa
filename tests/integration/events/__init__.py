"""Events: out of the outbox, over NATS, in order, at least once."""
