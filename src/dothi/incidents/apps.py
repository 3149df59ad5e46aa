"""The incidents room as Django starts it."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Incidents, response units, public warnings."""

    name = "dothi.incidents"

    def ready(self) -> None:
        """Declare the room's jobs."""
        from dothi.incidents import tasks  # noqa: F401 - declares its jobs
