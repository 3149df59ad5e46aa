"""
Tables of shifts. Posts, persons and units are named by id, without foreign keys: they belong to other rooms.

A handover is written once and taken once; nothing else of it ever changes.
"""

from django.db import models
from django.db.models import F, Q

from dothi.kernel.ids import new_id


class Planned(models.Model):
    """A post that is planned to be on shift from `starts_at` until before `ends_at`."""

    id = models.UUIDField(primary_key=True, help_text="id of the ledger entry of the act that planned it")
    unit_id = models.UUIDField()
    post_id = models.UUIDField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    planned_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "planned"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_it_starts"
            ),
            models.UniqueConstraint("unit_id", "post_id", "starts_at", name="shift_once"),
        ]
        indexes = [models.Index(fields=["unit_id", "starts_at"], name="shift_by_time")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.starts_at:%F %R}"


class Handover(models.Model):
    """What a shift leaves to the next: a note, and how much was open; `taken_at` once it is taken."""

    id = models.UUIDField(primary_key=True, default=new_id, help_text="id of the ledger entry of the act")
    unit_id = models.UUIDField()
    given_by = models.UUIDField(help_text="person who hands over")
    given_post = models.UUIDField()
    given_at = models.DateTimeField()
    note = models.TextField(help_text="names no person")
    open_incidents = models.IntegerField()
    open_alerts = models.IntegerField()
    taken_by = models.UUIDField(null=True)
    taken_post = models.UUIDField(null=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("unit_id", name="handover_one_waits", condition=Q(taken_at=None)),
        ]
        indexes = [models.Index(fields=["unit_id", "-given_at"], name="handover_by_time")]

    def __str__(self) -> str:
        return f"{self.given_at:%F %R}"
