"""Events: CloudEvents in an outbox, written with the act that caused them, published to NATS."""
