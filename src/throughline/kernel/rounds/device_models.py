"""Phones: the keys people give to them, and what arrives from them."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.ids import new_id


class DeviceKey(models.Model):
    """A named key of one person, for one phone. The secret is shown once, when it is made.

    Digest sign-in needs a hash that is as good as the secret (`digests`); it is kept encrypted under the
    installation's secret key, so that a copy of the database alone signs nobody in.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="phones")
    name = models.CharField(_("name"), max_length=80)
    user_name = models.CharField(_("user name"), max_length=40, unique=True)
    fingerprint = models.CharField(max_length=64, unique=True)
    digests = models.TextField()
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at"]

    def __str__(self) -> str:
        return self.name


def _held(viewer: Viewer, prefix: str, *, writing: bool) -> Q:
    """That the sheet at `prefix` belongs to a return or part the viewer may read (or, `writing`, answers)."""
    from throughline.kernel.rounds.models import Part, Return  # reason: that module imports this one

    found = Q()
    for model, link in ((Return, "of_return"), (Part, "of_part")):
        holders: Any = model.objects.visible_to(viewer)
        if writing:
            roles = viewer.programmes_as(Role.CONTRIBUTOR, Role.VERIFIER, Role.SECRETARIAT)
            holders = holders.filter(owner__in=viewer.organisations, programme__in=roles)
        found |= Q(**{f"{prefix}{link}__in": holders.values("pk")})
    return found


class ArrivalQuerySet(models.QuerySet["Arrival"]):
    def visible_to(self, viewer: Viewer) -> "ArrivalQuerySet":
        """What a phone sent is a working answer: for those who answer, and nobody else."""
        return self.filter(_held(viewer, "sheet__", writing=True)) if viewer.signed_in else self.none()


class Arrival(models.Model):
    """One finished form as a phone sent it. It is kept whole, also where it could not be taken."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for files")
        TAKEN = "taken", _("Taken over")
        REFUSED = "refused", _("Not taken over")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sheet = models.ForeignKey("rounds.Sheet", on_delete=models.PROTECT, related_name="arrivals")
    instance_id = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    form_version = models.CharField(max_length=100, blank=True)
    xml = models.BinaryField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    words = models.TextField(_("why it was not taken over"), blank=True)
    missing = models.JSONField(_("files still to come"), default=list)
    left = models.JSONField(_("answers left as they were"), default=list)
    placed = models.JSONField(default=dict)
    at = models.DateTimeField(_("arrived"), auto_now_add=True)
    taken_at = models.DateTimeField(null=True)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(DeviceKey, on_delete=models.SET_NULL, null=True, related_name="arrivals")

    objects: ClassVar[Any] = ArrivalQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["sheet", "instance_id", "fingerprint"], name="one_arrival_once"),
            models.UniqueConstraint(
                fields=["sheet", "instance_id"],
                name="one_instance_taken",
                condition=~models.Q(state="refused"),
            ),
        ]

    def __str__(self) -> str:
        return self.instance_id


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, viewer: Viewer) -> "AttachmentQuerySet":
        """Files are seen by those who answer; by other readers once an answer that was handed in names them."""
        from throughline.kernel.rounds.models import Version  # reason: that module imports this one

        if not viewer.signed_in:
            return self.none()
        handed_in = Version.objects.filter(sheet=OuterRef("arrival__sheet")).alias(
            named=Func(
                F("answers"),
                OuterRef("name"),
                template="jsonb_path_query_array(%(expressions)s)",
                arg_joiner=", '$.*') @> jsonb_build_array(",
                output_field=models.BooleanField(),
            )
        )
        writing = _held(viewer, "arrival__sheet__", writing=True)
        reading = _held(viewer, "arrival__sheet__", writing=False)
        return self.filter(writing | (reading & Q(Exists(handed_in.filter(named=True)))))


class Attachment(models.Model):
    """A picture, sound, film or file that a form names in an answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    arrival = models.ForeignKey(Arrival, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[Any] = AttachmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["arrival", "name"], name="one_attachment_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
