"""The dossiers room as Django starts it."""

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    """Registers how papers of dossiers are filled, and the room's jobs."""

    name = "dothi.dossiers"

    def ready(self) -> None:
        """Bind what other rooms call by name."""
        from dothi.dossiers import tasks  # noqa: F401 - declares its jobs
        from dothi.dossiers.drawing import register_papers
        from dothi.dossiers.slips import register_slips

        register_papers()
        register_slips()
