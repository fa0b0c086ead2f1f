"""What the secretariat wrote in place of generated summary sentences of a document."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.ids import new_id


class SummaryText(models.Model):
    """The summary of one goal in one document of one period, as a person put it.

    It is used as long as it agrees with the statuses; what it said before is in history, and in the documents built then.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    goal = models.ForeignKey("results.Goal", on_delete=models.PROTECT, related_name="summaries", verbose_name=_("goal"))
    template = models.CharField(_("document"), max_length=60)
    period = models.CharField(_("period"), max_length=30)
    text = models.TextField(_("text"))
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("written by"))
    at = models.DateTimeField(_("written"), auto_now=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["goal", "template", "period"], name="one_summary_a_goal"),
        ]

    def __str__(self) -> str:
        return f"{self.goal.code} {self.period}"
