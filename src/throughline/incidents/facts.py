"""What counting knows of incidents: a row an incident, a row a person, a row a weapon line."""

from django.db.models import Case, F, When
from django.db.models.functions import Coalesce

from throughline.kernel.measures.declare import NOT_REPORTED, Column, Fact


def about_incident(path: str = "") -> tuple[Column, ...]:
    """The columns every fact carries about its incident, so that no question needs a join for them."""
    return (
        Column("jurisdiction", f"{path}jurisdiction__code"),
        Column("type", _first_level(f"{path}kind")),
        Column("subtype", _second_level(f"{path}kind")),
        Column("region", f"{path}region"),
        Column("setting", f"{path}setting"),
        Column("place_kind", _first_level(f"{path}place_kind"), missing=NOT_REPORTED),
        Column("possession", f"{path}possession"),
    )


def _first_level(path: str) -> Coalesce:
    """The code of the term, or of the one it belongs to."""
    return Coalesce(F(f"{path}__parent__code"), F(f"{path}__code"))


def _second_level(path: str) -> Case:
    """The code of the term, if it belongs to another."""
    return Case(When(**{f"{path}__parent__isnull": False}, then=F(f"{path}__code")))


INCIDENT = Fact(
    name="incident",
    noun="incident",
    model="incidents.Incident",
    point_label="type",
    columns=(
        *about_incident(),
        Column("property_damage", "property_damage", "flag"),
        Column("latitude", "latitude", "number"),
        Column("longitude", "longitude", "number"),
        Column("place_precision", "place_precision"),
    ),
)

PERSON = Fact(
    name="incident_person",
    noun="incident",
    model="incidents.PersonLine",
    record="incident",
    columns=(
        *about_incident("incident__"),
        Column("side", "side"),
        Column("role", "role"),
        Column("sex", "sex"),
        Column("age_band", "age_band__code", missing=NOT_REPORTED),
        Column("relation", _first_level("relation"), missing=NOT_REPORTED),
        Column("outcome", "outcome"),
    ),
)

WEAPON = Fact(
    name="incident_weapon",
    noun="incident",
    model="incidents.WeaponLine",
    record="incident",
    columns=(
        *about_incident("incident__"),
        Column("weapon", _first_level("weapon")),
        Column("weapon_kind", _second_level("weapon")),
        Column("quantity", "quantity", "integer"),
    ),
)

FACTS = (INCIDENT, PERSON, WEAPON)
