"""What people say to one another about a record."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.about import about_readable
from throughline.kernel.access.choices import Handling
from throughline.kernel.access.models import Audience, Record
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.comments.choices import Kind, State
from throughline.kernel.ids import new_id


class CommentQuerySet(models.QuerySet["Comment"]):
    def said_to(self, viewer: Viewer) -> Self:
        """Of the comments on records this viewer may read: those meant for them too.

        A comment is for those who could read the record when it was written; who was let in since does not read what was
        said before. One kept to an organisation is for its people alone, whatever powers others hold. A change
        request is for everyone who may read the document: nothing unseen holds up a signature.
        """
        tokens = sorted(viewer.tokens())
        if not tokens:
            return self.none()
        heard = Audience.objects.filter(tokens__overlap=tokens).values("pk")
        then = Q(audience__in=heard) & (Q(parent=None) | Q(parent__audience__in=heard))
        own = Q() if viewer.shared_only else Q(organisation__in=viewer.organisations)
        kept = Q(organisation=None) if viewer.shared_only else Q(organisation=None) | own
        return self.filter(Q(kind=Kind.REQUEST) | then).filter(kept)

    def visible_to(self, viewer: Viewer) -> Self:
        """Those on records that the viewer may read now, and meant for them."""
        return self.said_to(viewer).filter(about_readable(viewer))

    def on(self, record: models.Model) -> Self:
        return self.filter(content_type=ContentType.objects.get_for_model(record), object_id=record.pk)


class Comment(models.Model):
    """One comment, answer or change request. A thread is a comment without `parent` and its answers.

    `audience` is that of the record when this was written. `organisation` keeps it to the people of one. What was taken
    back has no text any more. A request has a `number` on its document and may say which `part` it is about.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.UUIDField()
    record = GenericForeignKey("content_type", "object_id")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="answers")
    kind = models.CharField(_("kind"), max_length=7, choices=Kind, default=Kind.COMMENT)
    number = models.PositiveSmallIntegerField(_("number"), null=True)
    part = models.CharField(_("about"), max_length=40, blank=True)
    part_label = models.CharField(_("about"), max_length=200, blank=True)
    text = models.TextField(_("text"))
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "reference.Organisation", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("kept to")
    )
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written"))
    edited_at = models.DateTimeField(_("edited"), null=True)
    taken_back_at = models.DateTimeField(_("taken back"), null=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(_("settled"), null=True)
    reason = models.TextField(_("reason"), blank=True)
    carried_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["written_at", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["content_type", "object_id", "written_at"], name="comment_on"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["content_type", "object_id", "number"], name="one_request_a_number"),
            models.CheckConstraint(
                name="request_for_all_readers", condition=Q(organisation=None) | ~Q(kind=Kind.REQUEST)
            ),
        ]

    def __str__(self) -> str:
        # Stands in history and mails: it says nothing of what was written.
        about = getattr(self.record, "reference", "")
        return f"{self.get_kind_display()} {self.number or ''}".rstrip() + (f", {about}" if about else "")

    @property
    def handling(self) -> str:
        """For mails: a comment says no more in one than its record, and one kept to an organisation nothing."""
        if self.organisation_id is not None or not isinstance(self.record, Record):
            return Handling.STRICT
        return self.record.handling

    @property
    def is_request(self) -> bool:
        return self.kind == Kind.REQUEST and self.parent_id is None
