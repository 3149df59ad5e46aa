"""The room of alerts as Django starts it."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Rules, their state, and alerts."""

    name = "dothi.alerts"

    def ready(self) -> None:
        """Declare the room's jobs."""
        from dothi.alerts import tasks  # noqa: F401 - declares its jobs
