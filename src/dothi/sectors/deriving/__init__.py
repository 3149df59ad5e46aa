"""
What rules make of readings, kept as attributes of the entity that they are about.

    rules     which attribute of which type comes of which others, and by which rule of the field; pure
    deriving  the task that computes them from the past of entities, beside the broker
"""
