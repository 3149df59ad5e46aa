"""Who is sent: response units as they stand, what they did, and where they were."""

from django.db import models

from dothi.incidents.models.incidents import Incident
from dothi.kernel.ids import new_id


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


class UnitTracker(models.Model):
    """That a device tells where a unit is, from `bound_at` until before `released_at`."""

    id = models.UUIDField(primary_key=True, help_text="id of the ledger entry of the act that bound it")
    response_unit = models.ForeignKey(ResponseUnit, models.PROTECT, related_name="trackers", db_index=False)
    device = models.CharField(max_length=64, help_text="id in the register of devices")
    bound_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["device", "bound_at"], name="tracker_of_device")]
        constraints = [
            models.UniqueConstraint(
                "device", condition=models.Q(released_at=None), name="tracker_of_one_unit"
            ),
            models.UniqueConstraint(
                "response_unit", condition=models.Q(released_at=None), name="tracker_one_a_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device} of {self.response_unit_id}"
