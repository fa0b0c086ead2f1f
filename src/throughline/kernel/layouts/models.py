"""One edition of a template: the file as it was uploaded, by whom and when, and what was found on looking it over."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.ids import new_id


class Layout(models.Model):
    """A Word or PowerPoint file that one programme's documents of one kind are printed with, when it is the active one.

    The file never changes: another upload is another edition. `replaced_at` is not kept; history says who made which
    edition active when. No edition active means that the house's own template is used.
    """

    class Format(models.TextChoices):
        WORD = "docx", _("Word")
        SLIDES = "pptx", _("PowerPoint")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(
        "reference.Programme", on_delete=models.PROTECT, related_name="+", verbose_name=_("programme")
    )
    template = models.CharField(_("document"), max_length=60)
    format = models.CharField(_("format"), max_length=4, choices=Format)
    edition = models.PositiveIntegerField(_("edition"))
    name = models.CharField(_("file"), max_length=120)
    content = models.BinaryField()
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    comment = models.CharField(_("what was changed"), max_length=300, blank=True)
    findings = models.JSONField(_("what was found"), default=list)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    active = models.BooleanField(_("active"), default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["template", "format", "-edition"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["programme", "template", "format", "edition"], name="one_layout_an_edition"
            ),
            models.UniqueConstraint(
                fields=["programme", "template", "format"],
                condition=models.Q(active=True),
                name="one_active_layout",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template}.{self.format}, {self.edition}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What was uploaded stays what it was: of a row that is there, only what may move is written."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            kwargs["update_fields"] = ["active", "findings"]
        super().save(*args, **kwargs)

    @property
    def stopped(self) -> bool:
        """Whether something stands in the way of using it."""
        return any(one["level"] == "stop" for one in self.findings)
