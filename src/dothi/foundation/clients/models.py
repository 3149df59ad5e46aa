"""Clients, their certificates and rights, and tokens that were revoked before their time."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from dothi.kernel.ids import new_id


class Client(models.Model):
    """A program; tokens issued to it before `tokens_since` are worth nothing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=100, help_text="as tokens name it")
    description = models.CharField(max_length=300, blank=True)
    unit_id = models.UUIDField(help_text="the unit that answers for it")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    tokens_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("name", name="client_once")]

    def __str__(self) -> str:
        return self.name


class Certificate(models.Model):
    """A certificate by which a client proves itself (mTLS); `fingerprint` is its SHA-256 in hex."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="certificates")
    fingerprint = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("fingerprint", name="certificate_once")]

    def __str__(self) -> str:
        return self.fingerprint


class Right(models.Model):
    """What a client, or everybody where there is none, may do from `valid_from` until before `valid_to`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, null=True, related_name="rights")
    client_id: UUID | None
    unit_id = models.UUIDField(help_text="the unit that answers for it")
    tenant = models.CharField(max_length=200, blank=True)
    operations = ArrayField(models.CharField(max_length=10))
    types = ArrayField(models.CharField(max_length=1024), null=True)
    scopes = ArrayField(models.CharField(max_length=1024), null=True)
    attributes = ArrayField(models.CharField(max_length=1024), null=True)
    basis = models.CharField(max_length=300)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(operations__contained_by=["read", "write"]) & Q(operations__len__gt=0),
                name="right_does_something",
            ),
            models.CheckConstraint(
                condition=Q(client__isnull=False) | Q(operations=["read"], types__isnull=False),
                name="right_of_everybody_reads_named_types",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="right_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Revocation(models.Model):
    """One token that is worth nothing, by its `jti`; forgotten once it would have expired anyway."""

    jti = models.CharField(max_length=64, primary_key=True)
    client = models.ForeignKey(Client, models.PROTECT, related_name="revocations")
    revoked_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.jti
