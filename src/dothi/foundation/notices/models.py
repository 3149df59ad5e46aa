"""The rows of every inbox."""

from django.db import models

from dothi.kernel.ids import new_id


class Notice(models.Model):
    """One message to one person. No foreign key: persons belong to a room above this one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = models.UUIDField()
    key = models.CharField(max_length=200, help_text="idempotency key among this person's notices")
    kind = models.CharField(max_length=80)
    sealed = models.BinaryField(help_text="msgids and facts, sealed for the person")
    about = models.CharField(max_length=300, help_text="urn of the thing that it tells of")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("person_id", "key", name="notice_once")]
        indexes = [
            models.Index("person_id", models.F("at").desc(), models.F("id").desc(), name="notice_inbox"),
            models.Index("person_id", condition=models.Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
