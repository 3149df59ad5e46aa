"""
Tables of assignments. Incidents, agencies, posts and persons are named by id, without foreign keys.

What is asked never changes; each act adds a step, and a row says how it stands now.
"""

from django.db import models
from django.db.models import Q


class Assignment(models.Model):
    """What a center asks of an agency in an incident, until `due_at`."""

    id = models.UUIDField(primary_key=True, help_text="id of the ledger entry of the act that gave it")
    incident_id = models.UUIDField(db_index=True)
    agency_id = models.UUIDField(help_text="agency unit that is asked")
    agency_vi = models.CharField(max_length=300, help_text="what it was called then")
    agency_en = models.CharField(max_length=300)
    words = models.CharField(max_length=2000, help_text="what is asked; names no person")
    due_at = models.DateTimeField()
    given_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="given")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["given", "accepted", "done", "withdrawn"]), name="assignment_state"
            )
        ]
        indexes = [models.Index(fields=["given_at"], name="assignment_by_time")]

    def __str__(self) -> str:
        return f"{self.state} {self.id}"


class AssignmentStep(models.Model):
    """One act on an assignment, never changed."""

    id = models.UUIDField(primary_key=True, help_text="id of the act's ledger entry")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="steps", db_index=False)
    state = models.CharField(max_length=10, help_text="state after it")
    at = models.DateTimeField()
    actor_id = models.UUIDField()
    post_id = models.UUIDField()
    note = models.CharField(max_length=2000, default="")

    class Meta:
        indexes = [models.Index(fields=["assignment", "at"], name="assignment_step_by_time")]

    def __str__(self) -> str:
        return f"{self.state} {self.assignment_id}"
