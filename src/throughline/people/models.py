"""Accounts, memberships, roles and invitations."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.choices import Role
from throughline.kernel.ids import new_id


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person with an account. The address is the name to sign in with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=10, default="en-gb")
    is_active = models.BooleanField(_("active"), default=True)
    is_superuser = models.BooleanField(_("superuser"), default=False)
    illustrative = models.BooleanField(_("illustrative"), default=False, editable=False)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)
    organisations = models.ManyToManyField("reference.Organisation", through="Membership", related_name="people")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        return self.is_superuser


class Membership(models.Model):
    """A person's place in an organisation, for as long as it lasts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey("reference.Organisation", on_delete=models.PROTECT, related_name="memberships")
    title = models.CharField(_("function"), max_length=120, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "organisation"], name="one_membership_an_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.organisation}"


class RoleGiven(models.Model):
    """A role one person holds in one programme."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    programme = models.ForeignKey("reference.Programme", on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(_("role"), max_length=14, choices=Role)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "programme", "role"], name="one_role_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} ({self.programme})"


def invitation_end() -> datetime:
    """An invitation is good for a week: long enough for a holiday weekend, short for a forgotten mailbox."""
    return timezone.now() + timedelta(days=7)


class Invitation(models.Model):
    """The only way to an account: sent to one address, for one programme, good once.

    Only a hash of its token is kept, so that whoever reads the database cannot accept it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120)
    organisation = models.ForeignKey(
        "reference.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    title = models.CharField(_("function"), max_length=120, blank=True)
    programme = models.ForeignKey(
        "reference.Programme", on_delete=models.PROTECT, related_name="invitations", verbose_name=_("programme")
    )
    roles = ArrayField(models.CharField(max_length=14, choices=Role), verbose_name=_("roles"))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    invited_at = models.DateTimeField(_("invited"), auto_now_add=True)
    ends_at = models.DateTimeField(_("good until"), default=invitation_end)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-invited_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="invitation_gives_a_role", condition=~models.Q(roles=[])),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and self.ends_at > timezone.now()

    @property
    def role_labels(self) -> list[str]:
        return [str(Role(role).label) for role in self.roles]
