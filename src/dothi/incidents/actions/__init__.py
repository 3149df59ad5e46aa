"""The only writes of the room: of incidents, of response units, of warnings."""
