"""The operations room as Django starts it."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Registers how the report of a situation is filled."""

    name = "dothi.operations"

    def ready(self) -> None:
        """Bind what other rooms call by name."""
        from dothi.operations.report import register_report

        register_report()
