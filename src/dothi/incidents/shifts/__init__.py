"""Shifts of an operations center: who is planned for when, and what one shift hands to the next."""
