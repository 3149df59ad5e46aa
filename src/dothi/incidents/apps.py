"""The incidents room as Django starts it."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Incidents, response units, public warnings."""

    name = "dothi.incidents"
