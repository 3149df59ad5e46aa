"""The operations center: the wall and the working screen, the acts of the shift, the past."""
