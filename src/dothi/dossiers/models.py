"""
Tables of the dossiers room.

What a person wrote is sealed with the person's own key; what a list needs (state, unit, due date)
stands in the clear and names nobody. Persons, units, versions and files are named by id, without
foreign keys: they belong to other rooms.
"""

from datetime import UTC, datetime

from django.db import models
from django.db.models.functions import Coalesce, Now

from dothi.kernel.ids import new_id

FAR = datetime(9999, 1, 1, tzinfo=UTC)
"""Where a dossier without a deadline stands among those that have one."""
UNTIL = Coalesce("due_at", models.Value(FAR, models.DateTimeField()))


class Dossier(models.Model):
    """A person's application for a procedure, from draft to returned result."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40, default="", help_text="public code, from filing on")
    owner_id = models.UUIDField(help_text="person whose dossier this is")
    procedure_code = models.CharField(max_length=20)
    version_id = models.UUIDField(help_text="version of the procedure of the day it was received")
    unit_id = models.UUIDField(help_text="unit whose desk holds it")
    ward_code = models.CharField(max_length=10)
    state = models.CharField(max_length=30)
    revision = models.IntegerField(default=0, help_text="rises with each step")
    channel = models.CharField(max_length=10, default="online")
    answers = models.BinaryField(default=bytes, help_text="sealed JSON of the answers")
    provenance = models.JSONField(default=dict, help_text="field id to where its value came from")
    proposal = models.BinaryField(default=bytes, help_text="sealed JSON of the proposed result")
    assignee_id = models.UUIDField(null=True, help_text="official who claimed it")
    done_by = models.JSONField(default=dict, help_text="act to the person who did it last")
    duration = models.SmallIntegerField(null=True, help_text="which legal time of the channel applies")
    calendar_version = models.CharField(max_length=64, default="")
    submitted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    result_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField(help_text="last step or last saving of the draft")

    class Meta:
        indexes = [
            models.Index("unit_id", UNTIL, "id", name="dossier_queue", condition=~models.Q(code="")),
            models.Index(fields=["unit_id", "state"], name="dossier_by_state"),
            models.Index(fields=["owner_id", "-created_at", "-id"], name="dossier_owner"),
        ]
        constraints = [
            models.UniqueConstraint("code", name="dossier_code_once", condition=~models.Q(code="")),
            models.CheckConstraint(
                condition=models.Q(state="draft") | ~models.Q(code=""), name="dossier_coded_once_filed"
            ),
        ]

    def __str__(self) -> str:
        return self.code or str(self.id)


class Step(models.Model):
    """One act on a dossier, never changed: the timeline, and what the legal clock folds over."""

    id = models.UUIDField(primary_key=True, help_text="id of the act's ledger entry")
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="steps", db_index=False)
    number = models.IntegerField(help_text="revision of the dossier that this act made")
    act = models.CharField(max_length=30)
    state = models.CharField(max_length=30, help_text="state after the act")
    effect = models.CharField(max_length=30, default="none", help_text="what the act does to the clock")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    actor_id = models.UUIDField(null=True, help_text="person who acted; null for the system")
    post_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    ground = models.CharField(max_length=60, default="", help_text="legal ground of a pause or refusal")
    note = models.BinaryField(default=bytes, help_text="what the actor wrote about it, sealed")
    amount = models.JSONField(null=True, help_text="count and unit by which the due date was moved")
    due_at = models.DateTimeField(
        null=True, help_text="deadline after the act, 9999 for none; null: not kept then"
    )

    class Meta:
        indexes = [models.Index(fields=["unit_id", "at"], name="step_of_unit")]
        constraints = [models.UniqueConstraint("dossier", "number", name="step_once_a_revision")]

    def __str__(self) -> str:
        return f"{self.act} {self.dossier_id}"


class Component(models.Model):
    """A document of a dossier: an uploaded file, or a result taken from the owner's vault."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="components")
    slot = models.CharField(max_length=60, help_text="component id in the procedure")
    file_id = models.UUIDField(null=True)
    result_id = models.UUIDField(null=True)
    provenance = models.JSONField(default=dict)
    added_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(file_id__isnull=False) ^ models.Q(result_id__isnull=False),
                name="component_file_or_result",
            ),
            models.UniqueConstraint(
                "dossier", "slot", condition=models.Q(replaced_at__isnull=True), name="component_one_now"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot} of {self.dossier_id}"


class Correction(models.Model):
    """One consolidated request: every fault at once, each with its clause (Decree 61/2018, art. 17)."""

    id = models.UUIDField(primary_key=True, help_text="id of the act's ledger entry")
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="corrections")
    faults = models.BinaryField(help_text="sealed JSON list of faults")
    before = models.BinaryField(default=bytes, help_text="sealed JSON of the answers when it was asked")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "dossier", condition=models.Q(answered_at__isnull=True), name="correction_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"correction of {self.dossier_id}"


class Counter(models.Model):
    """The running number of one series: dossiers of a unit on a day, results of a unit in a year."""

    series = models.CharField(max_length=80)
    period = models.DateField(help_text="first day of the period in which the number runs")
    last = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint("series", "period", name="counter_once_a_period")]

    def __str__(self) -> str:
        return f"{self.series} {self.period}: {self.last}"
