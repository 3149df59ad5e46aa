"""Papers and the credentials that sign them. The file itself lies in `files`, sealed for its owner."""

from django.db import models
from django.db.models import Q

from dothi.foundation.papers.types import Status
from dothi.kernel.ids import new_id


class Paper(models.Model):
    """One paper, ordered once, made once."""

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.SlugField(max_length=80, db_index=False)
    about = models.CharField(max_length=200)
    owner = models.UUIDField()
    status = models.CharField(max_length=10, default=Status.WAITING.value)
    failure = models.CharField(max_length=80, default="", blank=True)
    file_id = models.UUIDField(null=True)
    sha256 = models.BinaryField(null=True)
    signed_by = models.ForeignKey("papers.Credential", null=True, on_delete=models.PROTECT, db_index=False)
    ordered_at = models.DateTimeField()
    at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["about"], name="paper_about")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[it.value for it in Status]), name="paper_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.READY.value)
                | Q(file_id__isnull=False, sha256__isnull=False, at__isnull=False, signed_by__isnull=False),
                name="paper_ready_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Credential(models.Model):
    """A certificate and its sealed private key; `holder_id` and `post_id` are empty for an authority."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    role = models.CharField(max_length=10)
    holder_id = models.UUIDField(null=True)
    post_id = models.UUIDField(null=True)
    certificate = models.BinaryField()
    key_sealed = models.BinaryField()
    above = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["root", "issuer", "stamp", "official"]), name="credential_role_known"
            ),
            models.CheckConstraint(
                condition=~Q(role="official") | Q(holder_id__isnull=False, post_id__isnull=False),
                name="credential_official_has_a_post",
            ),
        ]
        indexes = [models.Index("holder_id", "post_id", "valid_to", name="credential_by_holder")]

    def __str__(self) -> str:
        return f"{self.role} {self.id}"
