"""Reference data that the users edit: jurisdictions, organisations, programmes, taxonomies."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.choices import Handling
from throughline.kernel.ids import new_id


class Dated(models.Model):
    """Reference data with a validity. Nothing is deleted: it ends."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    source = models.TextField(_("source"), blank=True)
    to_be_verified = models.BooleanField(_("to be verified"), default=False)

    class Meta:
        abstract = True


class Jurisdiction(Dated):
    code = models.CharField(_("code"), max_length=3, unique=True, help_text=_("ISO 3166-1 alpha-2, or XK"))
    alpha3 = models.CharField(_("three-letter code"), max_length=3, unique=True)
    name = models.CharField(_("name"), max_length=80)
    mark = models.CharField(_("footnote mark"), max_length=3, blank=True)
    capital = models.CharField(_("capital"), max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    names = models.JSONField(_("names in other languages"), default=dict, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["order", "name"]

    def __str__(self) -> str:
        return f"{self.name}{self.mark}"


class Footnote(Dated):
    """What a publisher prints under a jurisdiction's mark."""

    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="footnotes")
    publisher = models.CharField(_("publisher"), max_length=40)
    text = models.TextField(_("text"))

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["jurisdiction", "publisher", "valid_from"], name="one_footnote_a_publisher"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Scope(Dated):
    """A named set of jurisdictions, such as SEE-7 or WB-6."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.name


class ScopeMember(Dated):
    scope = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="members")
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scope", "jurisdiction", "valid_from"], name="one_membership_a_start"),
        ]

    def __str__(self) -> str:
        return f"{self.scope}: {self.jurisdiction}"


class Organisation(Dated):
    class Kind(models.TextChoices):
        POLICE = "police", _("Police")
        CUSTOMS = "customs", _("Customs")
        BORDER = "border", _("Border police")
        PROSECUTION = "prosecution", _("Prosecution")
        MINISTRY = "ministry", _("Ministry")
        COMMISSION = "commission", _("SALW Commission")
        SECRETARIAT = "secretariat", _("Secretariat")
        AGENCY = "agency", _("Agency")
        DONOR = "donor", _("Donor")
        OTHER = "other", _("Other")

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    jurisdiction = models.ForeignKey(
        Jurisdiction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=_("jurisdiction"),
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    illustrative = models.BooleanField(_("illustrative"), default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class Network(Dated):
    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=160)
    organisations = models.ManyToManyField(Organisation, related_name="networks", blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class Programme(Dated):
    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=160)
    secretariat = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("secretariat")
    )
    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="+", verbose_name=_("scope"))
    publisher = models.CharField(_("publisher of footnotes"), max_length=40, default="UNDP")
    default_handling = models.CharField(
        _("handling of new records"), max_length=12, choices=Handling, default=Handling.STRICT
    )
    second_factor = models.BooleanField(_("asks a second factor of everyone"), default=False)
    illustrative = models.BooleanField(_("illustrative"), default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class Taxonomy(Dated):
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]
        verbose_name_plural = "taxonomies"

    def __str__(self) -> str:
        return self.name


class Term(Dated):
    """One entry of a taxonomy; a term with a parent is of the second level."""

    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.PROTECT, related_name="terms", verbose_name=_("taxonomy"))
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    code = models.CharField(_("code"), max_length=60)
    label = models.CharField(_("label"), max_length=120)
    labels = models.JSONField(_("labels in other languages"), default=dict, blank=True)
    definition = models.TextField(_("definition"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["taxonomy", "order", "label"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["taxonomy", "code"], name="one_term_a_code"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def top(self) -> "Term":
        """The term of the first level this one belongs to (itself, if it has no parent)."""
        return self.parent or self
