"""The only writes of this room that a person or a command asks for."""
