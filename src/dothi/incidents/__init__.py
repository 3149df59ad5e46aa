"""Incidents: what happens in the city and who is sent, from the first alert to closing with its cause."""
