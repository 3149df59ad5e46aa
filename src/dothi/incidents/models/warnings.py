"""What the public is told: messages from draft to end, each act on them, and how many people were reached."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from dothi.incidents.models.incidents import Incident
from dothi.kernel.ids import new_id


class PublicWarning(models.Model):
    """
    One message to the public from draft to its end. What was told stands in `WarningMessage`, unchangeable.

    An update or a cancellation is a message of its own that `replaces` another once it is issued.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit_id = models.UUIDField(help_text="agency unit that warns")
    status = models.CharField(max_length=8, help_text="Actual, Exercise or Test, as in CAP")
    msg_type = models.CharField(max_length=6, help_text="Alert, Update or Cancel, as in CAP")
    hazard = models.CharField(max_length=20)
    urgency = models.CharField(max_length=9)
    severity = models.CharField(max_length=8)
    certainty = models.CharField(max_length=8)
    words = models.JSONField(help_text="vi and en: headline, description, instruction")
    wards = ArrayField(models.CharField(max_length=5))
    everywhere = models.BooleanField(default=False, help_text="whether these are all wards of the city")
    onset_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, related_name="warnings")
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")
    state = models.CharField(max_length=10, default="drafted")
    drafted_by = models.UUIDField(help_text="person who wrote it")
    drafted_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True, help_text="since when another message stands for it")

    class Meta:
        indexes = [
            models.Index("expires_at", "id", name="warning_issued", condition=models.Q(state="issued")),
            models.Index("drafted_at", "id", name="warning_waiting", condition=models.Q(state="drafted")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="issued") ^ models.Q(issued_at__isnull=True),
                name="warning_issued_at_an_instant",
            ),
            models.CheckConstraint(
                condition=models.Q(replaces__isnull=True) ^ models.Q(msg_type__in=["Update", "Cancel"]),
                name="warning_replaces_what_it_updates",
            ),
            models.UniqueConstraint(
                "replaces", condition=models.Q(state="issued"), name="warning_replaced_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.msg_type} {self.hazard} {self.id}"


class WarningStep(models.Model):
    """One act on a warning, never changed: drafted, issued, refused, discarded."""

    id = models.UUIDField(primary_key=True, help_text="id of the act's ledger entry")
    warning = models.ForeignKey(PublicWarning, models.PROTECT, related_name="steps")
    act = models.CharField(max_length=10)
    at = models.DateTimeField()
    actor_id = models.UUIDField()
    post_id = models.UUIDField()
    note = models.CharField(max_length=2000, default="")

    def __str__(self) -> str:
        return f"{self.act} {self.warning_id}"


class WarningMessage(models.Model):
    """What was told, byte for byte, and never changed: a message in CAP 1.2."""

    warning = models.OneToOneField(PublicWarning, models.PROTECT, primary_key=True, related_name="message")
    identifier = models.CharField(max_length=200, unique=True)
    sender = models.CharField(max_length=200)
    sent_at = models.DateTimeField()
    document = models.BinaryField()

    def __str__(self) -> str:
        return self.identifier


class Delivery(models.Model):
    """How many people of a ward were told of a warning, by which way."""

    warning = models.ForeignKey(PublicWarning, models.PROTECT, related_name="deliveries", db_index=False)
    way = models.CharField(max_length=10)
    ward_code = models.CharField(max_length=5)
    people = models.IntegerField()
    told_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint("warning", "way", "ward_code", name="delivery_once_a_ward")]

    def __str__(self) -> str:
        return f"{self.people} in {self.ward_code} by {self.way}"
