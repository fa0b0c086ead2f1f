"""Saved views, which of them a list opens with, and what was opened last."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.desk.choices import Shared
from throughline.kernel.ids import new_id


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Mine; those shared with an organisation I belong to; those shared with a programme I hold a role in."""
        if not viewer.signed_in:
            return self.none()
        return self.filter(
            Q(person_id=viewer.person)
            | Q(shared=Shared.ORGANISATION, organisation__in=viewer.organisations)
            | Q(shared=Shared.PROGRAMME, programme__in=viewer.programmes)
        )

    def with_usual(self, viewer: Viewer) -> Self:
        """Each with `usual`: whether this person's list opens with it."""
        chosen = UsualView.objects.filter(person_id=viewer.person, view_id=OuterRef("pk"))
        return self.annotate(usual=Exists(chosen))


class SavedView(models.Model):
    """A question to a noun's list, under a name: filters, search, order, columns. It names no record."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    noun = models.CharField(_("noun"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    question = models.TextField(_("question"), blank=True)
    shared = models.CharField(_("shared with"), max_length=12, choices=Shared, default=Shared.MINE)
    organisation = models.ForeignKey("reference.Organisation", on_delete=models.CASCADE, null=True, related_name="+")
    programme = models.ForeignKey("reference.Programme", on_delete=models.CASCADE, null=True, related_name="+")
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["noun", "name", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "noun", "name"], name="one_view_a_name"),
            models.CheckConstraint(
                name="view_shared_with_someone",
                condition=Q(shared=Shared.MINE, organisation=None, programme=None)
                | Q(shared=Shared.ORGANISATION, organisation__isnull=False, programme=None)
                | Q(shared=Shared.PROGRAMME, organisation=None, programme__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["noun", "organisation"], name="view_of_organisation"),
            models.Index(fields=["noun", "programme"], name="view_of_programme"),
        ]

    def __str__(self) -> str:
        return self.name


class UsualView(models.Model):
    """The view one person's list of a noun opens with. It may be another's that is shared with them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    noun = models.CharField(max_length=40)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "noun"], name="one_usual_view_a_noun"),
        ]

    def __str__(self) -> str:
        return f"{self.noun}: {self.view_id}"


class Opened(models.Model):
    """A page of something that one person opened, for that person alone: which, and when last."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    noun = models.CharField(max_length=40)
    object_id = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "noun", "object_id"], name="opened_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["person", "-at"], name="opened_last")]

    def __str__(self) -> str:
        return f"{self.noun} {self.object_id}"
