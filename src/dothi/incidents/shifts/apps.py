"""The shifts of the incidents room as Django starts them."""

from django.apps import AppConfig


class ShiftsConfig(AppConfig):
    """Roster and handovers."""

    name = "dothi.incidents.shifts"
    label = "shifts"
