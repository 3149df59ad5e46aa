"""The assignments of the incidents room as Django starts them."""

from django.apps import AppConfig


class AssignmentsConfig(AppConfig):
    """What agencies are asked to do."""

    name = "dothi.incidents.assignments"
    label = "assignments"
