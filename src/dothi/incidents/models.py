"""
Tables of the incidents room.

The timeline, what units did and where they were are only added to; a row beside each says how it stands
now. `occurred_at` is when it happened, `recorded_at` when the center learned of it. Alerts, agencies and
persons are named by id, without foreign keys: they belong to other rooms. Degrees, EPSG:4326.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from dothi.kernel.ids import new_id


class Incident(models.Model):
    """What happens somewhere in the city, as it stands now; how it came to stand so is in its timeline."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=20, unique=True, help_text="what people say on the radio")
    type = models.CharField(max_length=30)
    severity = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    title = models.CharField(max_length=200, help_text="what and where in words; names no person")
    lon = models.FloatField()
    lat = models.FloatField()
    ward_code = models.CharField(max_length=10)
    origin = models.CharField(max_length=10)
    unit_id = models.UUIDField(help_text="agency unit that answers for it")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    cause = models.CharField(max_length=20, default="")
    revision = models.IntegerField(default=1, help_text="rises with each line of the timeline")
    opened_at = models.DateTimeField(help_text="when it happened, not when it was told")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index("opened_at", "id", name="incident_since"),
            models.Index("opened_at", "id", name="incident_open", condition=~models.Q(state="closed")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lon__range=(-180, 180), lat__range=(-90, 90)), name="incident_on_earth"
            )
        ]

    def __str__(self) -> str:
        return self.code


class Entry(models.Model):
    """One line of a timeline, never changed. State and severity are empty unless it changes them."""

    id = models.UUIDField(primary_key=True, help_text="id of the act's ledger entry")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="entries", db_index=False)
    number = models.IntegerField(help_text="revision of the incident that this line made")
    kind = models.CharField(max_length=20)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    state = models.CharField(max_length=12, default="")
    severity = models.CharField(max_length=12, default="")
    actor_id = models.UUIDField(null=True, help_text="person who acted; null for the system")
    post_id = models.UUIDField(null=True)
    response_unit_id = models.UUIDField(null=True)
    alert_id = models.UUIDField(null=True)
    warning_id = models.UUIDField(null=True)
    note = models.CharField(max_length=2000, default="")
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["occurred_at", "incident"], name="entry_by_time")]
        constraints = [models.UniqueConstraint("incident", "number", name="entry_once_a_revision")]

    def __str__(self) -> str:
        return f"{self.kind} {self.incident_id}"


class JoinedAlert(models.Model):
    """An alert that an incident gathers; an alert belongs to one incident."""

    alert_id = models.UUIDField(primary_key=True)
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="alerts")
    joined_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.alert_id)


class ResponseUnit(models.Model):
    """An ambulance, fire engine, pump team or patrol, as it stands now."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20)
    call_sign = models.CharField(max_length=40, unique=True)
    name_vi = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    unit_id = models.UUIDField(help_text="agency unit that may send it")
    home_lon = models.FloatField()
    home_lat = models.FloatField()
    shifts = models.JSONField(default=list, help_text='[["06:00", "18:00"], …] in Hanoi; empty: always')
    state = models.CharField(max_length=12, default="available")
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, related_name="response_units")
    revision = models.IntegerField(default=0)
    since = models.DateTimeField(help_text="from when the center knows the unit")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["available", "off"], incident__isnull=True)
                | models.Q(state__in=["sent", "on-scene"], incident__isnull=False),
                name="response_unit_out_for_an_incident",
            )
        ]

    def __str__(self) -> str:
        return self.call_sign


class UnitStatus(models.Model):
    """What a response unit did from an instant on; never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    response_unit = models.ForeignKey(ResponseUnit, models.PROTECT, related_name="statuses", db_index=False)
    state = models.CharField(max_length=12)
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, related_name="+")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "unit statuses"
        indexes = [models.Index(fields=["response_unit", "occurred_at"], name="unit_status_by_time")]

    def __str__(self) -> str:
        return f"{self.response_unit_id} {self.state}"


class UnitPosition(models.Model):
    """Where a response unit was at an instant; a reading, kept once for unit and instant, never changed."""

    response_unit = models.ForeignKey(ResponseUnit, models.PROTECT, related_name="positions", db_index=False)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    lon = models.FloatField()
    lat = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint("response_unit", "occurred_at", name="unit_position_once"),
            models.CheckConstraint(
                condition=models.Q(lon__range=(-180, 180), lat__range=(-90, 90)),
                name="unit_position_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.response_unit_id} at {self.occurred_at}"


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


class Series(models.Model):
    """The running number of a kind of code on a civil day."""

    name = models.CharField(max_length=20)
    on = models.DateField()
    last = models.IntegerField()

    class Meta:
        verbose_name_plural = "series"
        constraints = [models.UniqueConstraint("name", "on", name="incident_series_once_a_day")]

    def __str__(self) -> str:
        return f"{self.name} {self.on}: {self.last}"
