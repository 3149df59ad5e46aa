"""
Results, consents and reuses.

A result's row never changes save its status; what it says is sealed with its owner's key and bound to
its own id. Persons, dossiers, posts and papers are known by id only: they belong to other rooms.
"""

from django.db import models
from django.db.models import F, Q

from dothi.kernel.ids import new_id
from dothi.vault.types import Digitisation, Status


class Result(models.Model):
    """One version of one result of one person."""

    id = models.UUIDField(primary_key=True, editable=False)
    owner_id = models.UUIDField()
    kind = models.SlugField(max_length=80, db_index=False)
    version = models.PositiveIntegerField(default=1)
    procedure_code = models.CharField(max_length=40)
    procedure_version = models.CharField(max_length=40)
    dossier_id = models.UUIDField()
    issued_on = models.DateField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    facts_sealed = models.BinaryField()
    unit_id = models.UUIDField()
    signer_post_id = models.UUIDField()
    paper_id = models.UUIDField(null=True)
    digitisation = models.SmallIntegerField()
    status = models.CharField(max_length=10, default=Status.CURRENT)
    status_reason = models.CharField(max_length=400, default="", blank=True)
    deposited_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="superseded_by"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("dossier_id", "owner_id", "kind", name="result_once_per_dossier"),
            models.CheckConstraint(
                condition=Q(status__in=[it.value for it in Status]), name="result_status_known"
            ),
            models.CheckConstraint(
                condition=Q(digitisation__in=[it.value for it in Digitisation]),
                name="result_digitisation_known",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="result_period_ordered"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.REVOKED) | ~Q(status_reason=""), name="result_revoked_with_reason"
            ),
        ]
        indexes = [models.Index("owner_id", "kind", "status", name="result_by_owner_and_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Consent(models.Model):
    """A person's consent to the reuse of some kinds of results for one purpose."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = models.UUIDField(db_index=True)
    purpose = models.CharField(max_length=80)
    basis = models.CharField(max_length=200)
    text = models.TextField(help_text="the words that the person was shown and agreed to")
    kinds = models.JSONField()
    dossier_id = models.UUIDField(null=True, help_text="empty: every dossier of this purpose")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "purpose", "dossier_id"], condition=Q(withdrawn_at=None),
                nulls_distinct=False, name="consent_one_open_per_purpose",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="consent_says_what_was_shown"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"


class Reuse(models.Model):
    """One use of one result by one dossier; the id is that of its ledger entry."""

    id = models.UUIDField(primary_key=True, editable=False)
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="reuses")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="reuses")
    dossier_id = models.UUIDField(db_index=True)
    procedure_code = models.CharField(max_length=40)
    field_ids = models.JSONField()
    purpose = models.CharField(max_length=80)
    basis = models.CharField(max_length=200)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.result_id} in {self.dossier_id}"
