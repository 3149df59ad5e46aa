"""The rows of every work list."""

from django.db import models

from dothi.kernel.ids import new_id


class Task(models.Model):
    """One thing to do by a duty in a unit. No foreign keys: units and persons belong to rooms above."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=200)
    unit_id = models.UUIDField()
    duty = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    facts = models.JSONField(default=dict)
    about = models.CharField(max_length=300)
    due_at = models.DateTimeField()
    posted_at = models.DateTimeField()
    claimed_by = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                "unit_id", "duty", "due_at", "id", name="task_open", condition=models.Q(finished_at=None)
            ),
            models.Index("about", name="task_open_about", condition=models.Q(finished_at=None)),
        ]
        # Not `unique=True`, which brings a second index for searches by `like` that nobody makes.
        constraints = [models.UniqueConstraint("key", name="task_once")]

    def __str__(self) -> str:
        return self.key
