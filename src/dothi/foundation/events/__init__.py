"""
Events: CloudEvents in an outbox, written with the act that caused them, published to NATS.

    from dothi.foundation.events.actions import emit, handle_once
    from dothi.foundation.events.types import Event

`publisher` is a process without Django that relays the outbox to JetStream.
"""
