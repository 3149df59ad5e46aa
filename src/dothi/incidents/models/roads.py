"""Roads: each version of the graph as it was imported, and where people have closed it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class RoadGraph(models.Model):
    """
    One version of the graph of roads, never changed; the latest counts.

    Crossings are numbered from 0 in the order of `lon` and `lat`. An edge goes one way; the arrays of edges
    are read beside each other: `select unnest(tail), unnest(head), unnest(length_m) from ...`.
    """

    id = models.UUIDField(primary_key=True, help_text="id of the ledger entry of the act that imported it")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the file")
    source = models.CharField(max_length=300, help_text="whose roads these are, and under which license")
    imported_at = models.DateTimeField()
    lon = ArrayField(models.FloatField())
    lat = ArrayField(models.FloatField())
    tail = ArrayField(models.IntegerField(), help_text="crossing at which an edge begins")
    head = ArrayField(models.IntegerField(), help_text="crossing at which it ends")
    length_m = ArrayField(models.FloatField())
    speed_kmh = ArrayField(models.FloatField())

    def __str__(self) -> str:
        return f"{self.source} {self.imported_at:%F}"


class RoadClosure(models.Model):
    """That the roads around a point are closed, from `closed_at` until before `opened_at`."""

    id = models.UUIDField(primary_key=True, help_text="id of the ledger entry of the act that closed them")
    unit_id = models.UUIDField(help_text="agency unit that closed them")
    incident_id = models.UUIDField(help_text="for which they were closed")
    lon = models.FloatField()
    lat = models.FloatField()
    radius_m = models.FloatField()
    closed_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("closed_at", name="road_closed", condition=models.Q(opened_at=None))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    lon__range=(-180, 180), lat__range=(-90, 90), radius_m__gt=0, radius_m__lte=2000
                ),
                name="road_closure_somewhere",
            )
        ]

    def __str__(self) -> str:
        return f"{self.radius_m} m around {self.lat}, {self.lon}"
