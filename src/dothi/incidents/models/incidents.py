"""What happens in the city: an incident as it stands, its timeline, the alerts that it gathers, its codes."""

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
