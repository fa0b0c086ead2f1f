"""The inbox and the outbox."""

from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from throughline.kernel.ids import new_id


class Notice(models.Model):
    """Something one person was told, for them alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    url = models.CharField(_("where to look"), max_length=300, blank=True)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, null=True)
    object_id = models.UUIDField(null=True)
    about = GenericForeignKey("content_type", "object_id")
    told_at = models.DateTimeField(_("told"), auto_now_add=True)
    read_at = models.DateTimeField(_("read"), null=True)
    for_digest = models.BooleanField(_("waits for the mail of the day"), default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-told_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person"], name="notice_for_digest", condition=models.Q(for_digest=True)),
            models.Index(fields=["person", "-told_at"], name="notice_inbox"),
            models.Index(fields=["person"], name="notice_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.subject


class MailRhythm(models.Model):
    """How often a person wants mail about what they are told; the inbox has everything in any case."""

    class Every(models.TextChoices):
        NOTICE = "notice", _("A mail for each notice")
        DAY = "day", _("One mail a day")
        NEVER = "never", _("No mail, the inbox is enough")

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="mail_rhythm"
    )
    every = models.CharField(_("mail"), max_length=6, choices=Every, default=Every.NOTICE)
    last_digest_on = models.DateField(null=True, editable=False)

    def __str__(self) -> str:
        return self.get_every_display()


class Mail(models.Model):
    """A mail on its way. Its text is erased when it has left, or when it is given up."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    address = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now)
    error = models.CharField(_("what went wrong"), max_length=300, blank=True)
    written_at = models.DateTimeField(_("written"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    stop = models.CharField(_("address that ends the subscription"), max_length=500, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-written_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_try_at"], name="mail_waiting", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.subject}"
