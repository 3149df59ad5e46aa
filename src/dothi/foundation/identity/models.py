"""
Persons, accounts, their second factors, their sessions, and counted attempts.

A person is known by a blind index of the personal number and a profile sealed with the person's
own key: a dump without the root key shows neither name nor number. We never mint a number. An
account is a way to sign in; one person may have one as a resident and one as an official.
"""

from typing import ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from dothi.kernel.ids import new_id


class Person(models.Model):
    """One human being as an authority of record described them at `verified_at`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number_index = models.BinaryField(unique=True, null=True, help_text="HMAC of the personal number")
    profile_sealed = models.BinaryField(default=bytes)
    assurance = models.SmallIntegerField(default=0)
    source = models.CharField(max_length=40, help_text="who told us, e.g. VNeID")
    verified_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(assurance__gte=0, assurance__lte=2), name="person_assurance_0_to_2"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Residence(models.Model):
    """
    In which ward a person lives, as a blind index: so that a ward's people can be warned without reading
    everybody's profile. It goes with the person's keys when they are erased.
    """

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="residence")
    ward_index = models.BinaryField(help_text="HMAC of the ward's code")

    class Meta:
        indexes = [models.Index("ward_index", "person", name="residence_of_ward")]

    def __str__(self) -> str:
        return str(self.person_id)


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by the name they sign in with."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Return the account of exactly `username`. Raises Account.DoesNotExist."""
        return self.get(username=username)


class Account(AbstractBaseUser):
    """A way to sign in. A resident's has no usable password; VNeID vouches at each sign-in."""

    class Kind(models.TextChoices):
        RESIDENT = "resident"
        OFFICIAL = "official"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=150, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="accounts")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    person_id: UUID

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["resident", "official"]), name="account_kind_known"
            ),
            models.UniqueConstraint("person", "kind", name="account_one_per_person_and_kind"),
        ]


class Factor(models.Model):
    """A second factor of an official. `sealed` holds the TOTP secret or the passkey's credential."""

    class Kind(models.TextChoices):
        TOTP = "totp"
        PASSKEY = "passkey"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="factors")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=80)
    sealed = models.BinaryField()
    last_step = models.BigIntegerField(default=0, help_text="30-second step of the last code used")
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["totp", "passkey"]), name="factor_kind_known"
            ),
            models.UniqueConstraint("account", condition=models.Q(kind="totp"), name="factor_one_totp"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class SignIn(models.Model):
    """One session: who, how proven, since when, and through which post an official acts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="sign_ins")
    method = models.CharField(max_length=10)
    assurance = models.SmallIntegerField()
    at = models.DateTimeField()
    proven_at = models.DateTimeField(help_text="when the person last proved who they are")
    post_id = models.UUIDField(null=True)
    device = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                "account", models.F("at").desc(), name="sign_in_open", condition=models.Q(ended_at=None)
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Attempt(models.Model):
    """How often something was tried since `since`; the key is a blind index, not a name or address."""

    bucket = models.BinaryField(primary_key=True)
    count = models.IntegerField()
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.count} since {self.since}"
