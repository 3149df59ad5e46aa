"""
Tables of the room: rules as they were published, what they remember, and the alerts that they raised.

A version of a rule and a step of an alert never change. An alert's row holds what never changes of it
and how it stands now; how it stood, and what was known of it, is read from its steps. Devices, units
and wards are named by id, without foreign keys: they belong to other rooms.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from dothi.alerts.types import OPEN, Act, Label, Severity, State
from dothi.kernel.ids import new_id


def _one_of(field: str, words: type[State] | type[Severity] | type[Act], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": [word.value for word in words]}), name=name)


class RuleVersion(models.Model):
    """One published rule. `document` is the JSON of the YAML, `sha256` the hash of its RFC 8785 form."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=60)
    version = models.CharField(max_length=35)
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    unit_id = models.UUIDField(help_text="unit that answers for its alerts")
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("code", "version", name="alert_rule_version_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class Standing(models.Model):
    """From `since` until before `until` a version was live, or in shadow beside the live one."""

    id = models.UUIDField(primary_key=True, help_text="id of the ledger entry of the act that began it")
    code = models.CharField(max_length=60)
    version = models.ForeignKey(RuleVersion, models.PROTECT, related_name="standings", db_index=False)
    live = models.BooleanField(help_text="false: in shadow")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("version", condition=Q(until=None), name="alert_rule_stands_once"),
            models.UniqueConstraint("code", condition=Q(until=None, live=True), name="alert_rule_one_live"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {'live' if self.live else 'shadow'} since {self.since:%F %T}"


class Memory(models.Model):
    """What a version of a rule remembers of one thing, as of the last turn that is marked `kept`."""

    version = models.ForeignKey(RuleVersion, models.PROTECT, db_index=False)
    thing = models.CharField(max_length=200)
    state = models.JSONField()

    class Meta:
        verbose_name_plural = "memories"
        constraints = [models.UniqueConstraint("version", "thing", name="alert_memory_once")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.thing}"


class Turn(models.Model):
    """One turn of the watcher since all memories were kept, to be folded again by who begins anew."""

    number = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    batches = ArrayField(models.IntegerField(), help_text="of telemetry; none: time went on to `at`")
    versions = ArrayField(models.UUIDField(), help_text="versions of rules that were at work")
    kept = models.BooleanField(help_text="memories are kept as they were after it")

    def __str__(self) -> str:
        return f"{self.number} {self.at:%F %T}"


class Finding(models.Model):
    """What the evaluation of a version raised, counted; from some number on the version is in quarantine."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(RuleVersion, models.PROTECT, db_index=False)
    error = models.CharField(max_length=100, help_text="class of the last exception")
    said = models.TextField(help_text="what it said, cut off")
    thing = models.CharField(max_length=200)
    reading = models.JSONField(null=True, help_text="on which it was raised; null: only time went on")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.IntegerField()
    quarantined_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.UUIDField(null=True, help_text="id of the ledger entry of the act that lifted it")

    class Meta:
        constraints = [
            models.UniqueConstraint("version", condition=Q(lifted_at=None), name="alert_finding_one_open")
        ]

    def __str__(self) -> str:
        return f"{self.error} {self.version_id}"


class Alert(models.Model):
    """One alert: what it is about, which never changes, and how it stands now."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group_id = models.UUIDField(help_text="shared by alerts of one hazard and ward that were open together")
    version = models.ForeignKey(RuleVersion, models.PROTECT, db_index=False)
    rule = models.CharField(max_length=60)
    hazard = models.CharField(max_length=60)
    severity = models.CharField(max_length=10)
    title_vi = models.TextField()
    title_en = models.TextField()
    thing = models.CharField(max_length=200)
    measure = models.CharField(max_length=64)
    unit = models.CharField(max_length=20)
    value = models.FloatField(help_text="the signal at which it was raised")
    limit = models.FloatField()
    entity_id = models.TextField(default="")
    ward_code = models.TextField(default="", help_text="as the device's room tells it")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    unit_id = models.UUIDField(help_text="unit that answers for it")
    evidence = models.JSONField(help_text="all that the decision was made of")
    raised_at = models.DateTimeField()
    recorded_at = models.DateTimeField(help_text="when the node knew of it")
    closed_at = models.DateTimeField(null=True)
    closed_recorded_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12)
    number = models.IntegerField(default=1, help_text="of its last step")
    level = models.SmallIntegerField(default=0)
    snoozed_until = models.DateTimeField(null=True)
    label = models.CharField(max_length=10, null=True)  # noqa: DJ001 - null: nobody has said
    next_at = models.DateTimeField(null=True, help_text="when it is escalated next; null: not again")

    class Meta:
        constraints = [
            _one_of("state", State, "alert_state"),
            _one_of("severity", Severity, "alert_severity"),
            models.CheckConstraint(
                condition=Q(label=None) | Q(label__in=[label.value for label in Label]), name="alert_label"
            ),
            models.UniqueConstraint(
                "rule", "thing", name="alert_one_open", condition=Q(state__in=[s.value for s in OPEN])
            ),
        ]
        indexes = [
            models.Index("raised_at", "id", name="alert_by_time"),
            models.Index(
                "hazard", "ward_code", name="alert_group", condition=Q(state__in=[s.value for s in OPEN])
            ),
            models.Index("next_at", name="alert_next", condition=Q(next_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.thing} {self.raised_at:%F %T}"


class Step(models.Model):
    """One step of an alert, never changed."""

    id = models.UUIDField(primary_key=True, help_text="id of the act's ledger entry where a person acted")
    alert = models.ForeignKey(Alert, models.PROTECT, related_name="steps", db_index=False)
    number = models.IntegerField()
    act = models.CharField(max_length=12)
    state = models.CharField(max_length=12, help_text="state after it")
    occurred_at = models.DateTimeField(help_text="when it happened in the world")
    recorded_at = models.DateTimeField(help_text="when the node knew it")
    actor_id = models.UUIDField(null=True, help_text="person who acted; null for the system")
    post_id = models.UUIDField(null=True)
    until = models.DateTimeField(null=True, help_text="end of a snooze")
    level = models.SmallIntegerField(default=0)
    label = models.CharField(max_length=10, null=True)  # noqa: DJ001 - null: nobody has said
    note = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint("alert", "number", name="alert_step_once"),
            _one_of("act", Act, "alert_step_act"),
        ]
        indexes = [models.Index("occurred_at", name="alert_step_by_time")]

    def __str__(self) -> str:
        return f"{self.act} {self.alert_id}"


class Firing(models.Model):
    """What a rule says of a thing without an alert of its own: in shadow, or as one of a crowd."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(RuleVersion, models.PROTECT, db_index=False)
    thing = models.CharField(max_length=200)
    alert = models.ForeignKey(
        Alert, models.PROTECT, null=True, db_index=False, help_text="that tells of all; null: in shadow"
    )
    value = models.FloatField()
    evidence = models.JSONField()
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "version", "thing", condition=Q(cleared_at=None), name="alert_firing_one_open"
            )
        ]
        indexes = [
            models.Index("version", "raised_at", name="alert_firing_by_time"),
            models.Index("alert", name="alert_firing_of_crowd", condition=Q(alert__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.thing} {self.raised_at:%F %T}"


class TrialRun(models.Model):
    """A rule tried on the past by a person: which span, how far it is, and what came out."""

    id = models.UUIDField(primary_key=True, help_text="key of the form that ordered it")
    code = models.CharField(max_length=60)
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField(null=True, help_text="person who ordered it")
    days_done = models.IntegerField(default=0)
    days = models.IntegerField()
    result = models.JSONField(null=True, help_text="by version; null: not yet")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("code", "asked_at", name="alert_trial_by_rule")]

    def __str__(self) -> str:
        return f"{self.code} {self.start_at:%F} {self.end_at:%F}"
