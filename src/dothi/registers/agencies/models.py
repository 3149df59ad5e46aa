"""
Units, posts, holdings, areas, successions and calendars: six bitemporal facts.

Keys between them hold on each day of the referring row (`PERIOD` keys of the migrations). Persons
are referred to by id only: who they are is known to identity.
"""

from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db import models

from dothi.foundation.bitemporal.facts import Fact
from dothi.foundation.identity.authority import Duty
from dothi.kernel.calendar import DayKind
from dothi.kernel.ids import new_id
from dothi.registers.agencies.types import (
    AreaLevel,
    HoursPurpose,
    Relation,
    Residents,
    Standing,
    UnitKind,
)


def _one_of(field: str, kinds: type[StrEnum], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": [str(kind) for kind in kinds]}), name=name
    )


class Unit(Fact):
    """An agency or a part of one. `code` is its organization code (QĐ 20/2020/QĐ-TTg)."""

    kind = models.CharField(max_length=10)
    code = models.CharField(max_length=35)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    parent_id = models.UUIDField(null=True)
    area_code = models.CharField(max_length=5, null=True)  # noqa: DJ001 - a department has no area
    sort_key = models.CharField(max_length=400)
    source = models.CharField(max_length=200)
    verified = models.BooleanField()

    class Meta:
        constraints = [_one_of("kind", UnitKind, "unit_kind_known")]
        indexes = [
            models.Index("area_code", "kind", name="unit_area"),
            models.Index("parent_id", name="unit_parent"),
        ]

    def __str__(self) -> str:
        return self.name_vi


class Post(Fact):
    """A seat in a unit, with the duties that it lets its holder do."""

    unit_id = models.UUIDField()
    title_vi = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    duties = ArrayField(models.CharField(max_length=20))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(duties__contained_by=[str(duty) for duty in Duty]),
                name="post_duties_known",
            )
        ]
        indexes = [models.Index("unit_id", name="post_unit")]

    def __str__(self) -> str:
        return self.title_vi


class PostHolding(Fact):
    """A person who holds a post."""

    person_id = models.UUIDField()
    post_id = models.UUIDField()

    class Meta:
        indexes = [
            models.Index("person_id", name="post_holding_person"),
            models.Index("post_id", name="post_holding_post"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.post_id}"


class Area(Fact):
    """A ward, commune, township, district or the city, with the code it bore in its time."""

    code = models.CharField(max_length=5)
    level = models.CharField(max_length=10)
    name_vi = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    parent_code = models.CharField(max_length=5, null=True)  # noqa: DJ001 - the city has no parent here
    search = models.CharField(max_length=200, help_text="folded name, without its level")
    sort_key = models.CharField(max_length=400)

    class Meta:
        constraints = [_one_of("level", AreaLevel, "area_level_known")]
        indexes = [models.Index("code", name="area_code"), GistIndex("valid", name="area_valid")]

    def __str__(self) -> str:
        return self.name_vi


class Succession(Fact):
    """What became of an old area: `from_code` of the day before, `to_code` of the first day."""

    from_code = models.CharField(max_length=5)
    to_code = models.CharField(max_length=5)
    relation = models.CharField(max_length=5)
    residents = models.CharField(max_length=4)
    effective_on = models.DateField()
    source = models.CharField(max_length=200)
    verified = models.BooleanField()

    class Meta:
        constraints = [
            _one_of("relation", Relation, "succession_relation_known"),
            _one_of("residents", Residents, "succession_residents_known"),
        ]
        indexes = [
            models.Index("from_code", "effective_on", name="succession_from"),
            models.Index("to_code", "effective_on", name="succession_to"),
        ]

    def __str__(self) -> str:
        return f"{self.from_code} to {self.to_code} on {self.effective_on}"


class CalendarDay(Fact):
    """A day that is not what its weekday says, in one unit or, without a unit, in all."""

    unit_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=12)
    standing = models.CharField(max_length=8)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    instead_of = models.DateField(null=True)
    instrument = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=200)
    verified = models.BooleanField()

    class Meta:
        constraints = [
            _one_of("kind", DayKind, "calendar_day_kind_known"),
            _one_of("standing", Standing, "calendar_day_standing_known"),
        ]
        indexes = [GistIndex("valid", name="calendar_day_valid")]

    def __str__(self) -> str:
        return f"{self.valid_from} {self.kind}"


class Hours(Fact):
    """Hours of some weekdays (Monday is 0): those of the clock, or those of reception."""

    unit_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=9)
    weekdays = ArrayField(models.SmallIntegerField())
    spans = models.JSONField(help_text='[["08:00", "12:00"], …] in the node\'s zone')
    source = models.CharField(max_length=200)
    verified = models.BooleanField()

    class Meta:
        verbose_name_plural = "hours"
        constraints = [_one_of("purpose", HoursPurpose, "hours_purpose_known")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.spans}"


class CalendarVersion(models.Model):
    """A calendar that was in force once, whole, under the hash of its content. Never changed."""

    version = models.CharField(max_length=64, primary_key=True)
    document = models.JSONField()

    def __str__(self) -> str:
        return self.version


class CalendarIssue(models.Model):
    """From `recorded_at` on, `version` is the calendar of a unit, or of all without their own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit_id = models.UUIDField(null=True)
    version = models.ForeignKey(CalendarVersion, models.PROTECT)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["unit_id", "-recorded_at"], name="calendar_issue_latest")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.version_id}"
