"""
Published versions, the periods in which they are in force, and the words they are found by.

The content of a version never changes: dothi_app may neither update nor delete it, and a trigger
refuses it to the owner too. When a version is in force is a fact of its own, because the next version
ends it; a temporal key keeps two versions of one procedure from being in force on one day.
"""

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models

from dothi.kernel.ids import new_id


class ProcedureVersion(models.Model):
    """One published document. `document` is the JSON of the YAML, `sha256` the hash of its RFC 8785 form."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=35)
    version = models.CharField(max_length=35)
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    words = ArrayField(models.TextField(), help_text="folded title, aliases, life events, plain words")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="procedure_version_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class InForce(models.Model):
    """The half-open period in which a version is in force."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=35)
    version = models.OneToOneField(ProcedureVersion, on_delete=models.PROTECT, related_name="in_force")
    valid = DateRangeField()

    class Meta:
        verbose_name_plural = "in force"

    def __str__(self) -> str:
        return f"{self.version} {self.valid}"
