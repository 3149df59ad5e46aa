"""Runbooks that were begun: the document as it was then, and how each of its steps stands."""

from django.db import models

from dothi.incidents.models.incidents import Incident


class Run(models.Model):
    """A runbook begun for an incident: its document as it was then, and the device that is watched."""

    id = models.UUIDField(primary_key=True, help_text="id of the act's ledger entry")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="runs")
    code = models.CharField(max_length=40)
    version = models.IntegerField()
    document = models.JSONField()
    device = models.CharField(max_length=64, default="", help_text="whose series the conditions are about")
    begun_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("incident", "code", name="run_once_an_incident")]

    def __str__(self) -> str:
        return f"{self.code} {self.version} for {self.incident_id}"


class RunStep(models.Model):
    """How a step of a begun runbook stands: waiting, watching its sensor, or done."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="steps", db_index=False)
    step = models.CharField(max_length=40)
    state = models.CharField(max_length=10, default="waiting")
    watched_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, help_text="when it is unmet again, while it is watched")
    unmet = models.IntegerField(default=0, help_text="how often it was")
    done_at = models.DateTimeField(null=True, help_text="when it was done in the world")

    class Meta:
        indexes = [models.Index("due_at", name="run_step_watched", condition=models.Q(state="watching"))]
        constraints = [
            models.UniqueConstraint("run", "step", name="run_step_once"),
            models.CheckConstraint(
                condition=models.Q(state="done") ^ models.Q(done_at__isnull=True), name="run_step_done_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} of {self.run_id}: {self.state}"
