"""Good readings as attributes of the entities that they are about, in the live context."""
