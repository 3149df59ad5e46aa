"""
Good readings as attributes of the entities that they are about, in the live context.

    follow     feeds, until cancelled: a task beside the broker of a node
    feeding    the consumer of telemetry's queue
    observing  what was observed, as a change of an entity; pure
"""

from dothi.telemetry.feed.feeding import follow as follow
