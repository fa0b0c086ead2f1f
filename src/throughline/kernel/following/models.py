"""What somebody follows, and up to where in history they have been told."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.about import about_readable
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.following.choices import Every, What
from throughline.kernel.ids import new_id


class FollowingQuerySet(models.QuerySet["Following"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """One's own; of a record only while one may read it. Notices about a following are withheld with it."""
        if not viewer.signed_in:
            return self.none()
        return self.filter(Q(person_id=viewer.person) & (~Q(what=What.RECORD) | about_readable(viewer)))


class Following(models.Model):
    """A record by its key, or a list or a question by what its address asks (`noun`, `query`).

    `told` is the last entry of history that was looked at; `digest` what a followed question last answered.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(_("what"), max_length=8, choices=What)
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, null=True, related_name="+")
    object_id = models.UUIDField(null=True)
    record = GenericForeignKey("content_type", "object_id")
    noun = models.CharField(max_length=40, blank=True)
    query = models.TextField(blank=True)
    every = models.CharField(_("how often"), max_length=4, choices=Every, default=Every.EACH)
    told = models.BigIntegerField(default=0)
    looked_on = models.DateField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    since = models.DateTimeField(_("since"), auto_now_add=True)

    objects = FollowingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-since", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "content_type", "object_id"], name="followed_once", condition=Q(what=What.RECORD)
            ),
            models.UniqueConstraint(
                fields=["person", "what", "noun", "query"], name="asked_once", condition=~Q(what=What.RECORD)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["every", "told"], name="following_due")]

    def __str__(self) -> str:
        # Stands in mails and history: it says nothing of what is followed.
        return str(_("What you follow"))
