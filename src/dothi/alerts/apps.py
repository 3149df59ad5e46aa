"""The room of alerts as Django starts it."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Rules, their state, and alerts."""

    name = "dothi.alerts"
