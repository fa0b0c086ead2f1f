"""Proposals for a rapid response: what a need that cannot wait asks for, and what became of it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.models import Record
from throughline.kernel.access.querysets import RecordManager
from throughline.needs.choices import Consistency, ProposalState
from throughline.training.choices import Mode, Sector


class Proposal(Record):
    """An urgent training need an authority or a partner puts forward; it belongs to who proposes it."""

    title = models.CharField(_("title"), max_length=200)
    jurisdiction = models.ForeignKey(
        "reference.Jurisdiction", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("jurisdiction"), help_text=_("Empty for a partner's proposal for the region."),
    )  # fmt: skip
    called_on = models.DateField(
        _("called on"), null=True, blank=True, help_text=_("When the need was called. Empty: the day it is submitted.")
    )
    trigger = models.TextField(_("what brought it up"), help_text=_("A threat, a joint action day, an operation."))
    priority = models.ForeignKey(
        "reference.Term", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("priority"), limit_choices_to={"taxonomy__code": "training-priority"},
    )  # fmt: skip
    topic = models.CharField(_("topic"), max_length=200)
    target_group = models.CharField(_("target group"), max_length=200, blank=True)
    sector = models.CharField(_("sector"), max_length=12, choices=Sector, default=Sector.POLICE)
    urgency = models.ForeignKey(
        "reference.Term", on_delete=models.PROTECT, related_name="+", verbose_name=_("urgency"),
        limit_choices_to={"taxonomy__code": "needs-urgency"},
    )  # fmt: skip
    proficiency = models.ForeignKey(
        "reference.Term", on_delete=models.PROTECT, related_name="+", verbose_name=_("proficiency"),
        limit_choices_to={"taxonomy__code": "proficiency"},
    )  # fmt: skip
    officials = models.PositiveIntegerField(_("officials to train"), null=True, blank=True)
    mode = models.CharField(_("mode wanted"), max_length=8, choices=Mode, default=Mode.ONSITE)
    wanted_by = models.DateField(_("wanted by"), null=True, blank=True)

    consistency = models.CharField(_("EMPACT opinion"), max_length=16, choices=Consistency, blank=True, editable=False)
    consistency_text = models.TextField(_("opinion in words"), blank=True, editable=False)
    score = models.PositiveSmallIntegerField(_("score"), null=True, editable=False)
    score_formula = models.CharField(_("how the score was made"), max_length=200, blank=True, editable=False)
    findings = models.TextField(_("findings"), blank=True, editable=False)
    entry = models.ForeignKey(
        "training.Entry", on_delete=models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("catalogue entry"),
    )  # fmt: skip
    delivered_on = models.DateField(_("first delivery"), null=True, editable=False)
    review_year = models.PositiveSmallIntegerField(_("reviewed in"), null=True, editable=False)

    States = ProposalState
    reference_prefix = "RR"
    objects: ClassVar[RecordManager] = RecordManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def from_where(self) -> str:
        """Whose it is, in a list of what can be answered."""
        return str(self.owner)
