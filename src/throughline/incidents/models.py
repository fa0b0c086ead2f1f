"""An incident with its sources, weapon lines and people."""

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.incidents.choices import (
    DatePrecision,
    Outcome,
    PerpetratorRole,
    PlacePrecision,
    Possession,
    Setting,
    Sex,
    Side,
    State,
)
from throughline.kernel.access.models import Record
from throughline.kernel.ids import new_id
from throughline.kernel.searched import SearchedWords

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def term(taxonomy: str, label: "StrPromise", *, null: bool = True, index: bool = True) -> models.ForeignKey:
    """A reference to a term of one taxonomy."""
    return models.ForeignKey(
        "reference.Term",
        on_delete=models.PROTECT,
        null=null,
        blank=null,
        related_name="+",
        verbose_name=label,
        limit_choices_to={"taxonomy__code": taxonomy},
        db_index=index,
    )


class Source(models.Model):
    """An outlet or office that reports incidents: a newspaper, a police directorate, a court."""

    class Kind(models.TextChoices):
        MEDIA = "media", _("Media")
        OFFICIAL = "official", _("Official report")
        CIVIL = "civil-society", _("Civil society")
        OTHER = "other", _("Other")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind, default=Kind.MEDIA)
    jurisdiction = models.ForeignKey(
        "reference.Jurisdiction",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("jurisdiction"),
    )
    address = models.URLField(_("web address"), blank=True)
    note = models.TextField(_("note"), blank=True)
    illustrative = models.BooleanField(_("illustrative"), default=False, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class Incident(Record):
    jurisdiction = models.ForeignKey(
        "reference.Jurisdiction",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("jurisdiction"),
        db_index=False,  # an index of its own begins with it; so for the type
    )
    occurred_on = models.DateField(_("date"))
    date_precision = models.CharField(
        _("precision of the date"), max_length=8, choices=DatePrecision, default=DatePrecision.DAY
    )
    occurred_at = models.TimeField(_("time"), null=True, blank=True)
    kind = term("incident-type", _("type"), null=False, index=False)
    region = models.CharField(_("region"), max_length=80, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    place_precision = models.CharField(
        _("precision of the place"), max_length=12, choices=PlacePrecision, default=PlacePrecision.JURISDICTION
    )
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    setting = models.CharField(_("urban or rural"), max_length=12, choices=Setting, default=Setting.NOT_REPORTED)
    place_kind = term("place-type", _("kind of place"))
    possession = models.CharField(
        _("possession of the weapon"), max_length=12, choices=Possession, default=Possession.NOT_REPORTED
    )
    property_damage = models.BooleanField(_("property damage"), default=False)
    narrative = models.TextField(_("narrative"), blank=True)
    external_key = models.CharField(_("key in the source file"), max_length=80, blank=True)
    search_text = models.TextField(editable=False, default="", blank=True)

    States = State
    reference_prefix = "AV"

    class Meta:
        ordering: ClassVar[list[str]] = ["-occurred_on", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-occurred_on", "-id"], name="incident_newest"),
            models.Index(fields=["audience", "-occurred_on", "-id"], name="incident_audience_newest"),
            models.Index(fields=["jurisdiction", "-occurred_on"], name="incident_jurisdiction_newest"),
            models.Index(fields=["kind", "-occurred_on"], name="incident_kind_newest"),
            models.Index(fields=["state"], name="incident_state"),
            # For filters and orders of the list among millions (benchmarks/list.py): who may read stands in them, too.
            models.Index(fields=["place", "-occurred_on", "-id"], include=["audience"], name="incident_place_newest"),
            models.Index(fields=["region", "-occurred_on", "-id"], include=["audience"], name="incident_region_newest"),
            models.Index(fields=["changed_at", "id"], name="incident_changed"),
            models.Index(fields=["latitude", "longitude"], name="incident_position"),
            GinIndex(SearchedWords("search_text"), name="incident_words"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["programme", "owner", "external_key"],
                condition=~models.Q(external_key=""),
                name="incident_one_external_key",
            ),
            models.CheckConstraint(
                name="incident_position_whole",
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
            ),
        ]


class IncidentSource(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="sources")
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("outlet or office")
    )
    title = models.CharField(_("title"), max_length=250, blank=True)
    address = models.URLField(_("web address"), max_length=500, blank=True)
    published_on = models.DateField(_("published"), null=True, blank=True)

    def __str__(self) -> str:
        return self.title or str(self.source or self.address)


class WeaponLine(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="weapons")
    weapon = term("weapon-type", _("weapon"), null=False)
    quantity = models.PositiveIntegerField(
        _("quantity"), null=True, blank=True, help_text=_("Leave empty if not reported.")
    )

    def __str__(self) -> str:
        return f"{self.weapon} x {self.quantity}" if self.quantity else str(self.weapon)


class PersonLine(models.Model):
    """One person, without a name: side, role, sex, age, relation and what happened to them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="people")
    side = models.CharField(_("side"), max_length=12, choices=Side)
    role = models.CharField(_("role"), max_length=16, choices=PerpetratorRole, blank=True)
    sex = models.CharField(_("sex"), max_length=12, choices=Sex, default=Sex.NOT_REPORTED)
    age = models.PositiveSmallIntegerField(_("age"), null=True, blank=True)
    age_band = term("age-band", _("age band"))
    relation = term("relation", _("relation to the other side"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, default=Outcome.NOT_REPORTED)

    class Meta:
        # "At least three killed" counts the lines of one outcome, record by record, without looking at the rest.
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["outcome", "incident"], name="person_outcome")]

    def __str__(self) -> str:
        return f"{self.get_side_display()}, {self.get_sex_display()}, {self.get_outcome_display()}"
