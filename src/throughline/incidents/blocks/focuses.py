"""The focuses that In-Focus monitors of armed violence were published on: their question, companions and slices."""

from django.utils.translation import gettext_lazy as _

from throughline.incidents.measures import SEIZURE
from throughline.kernel.measures.questions import Where
from throughline.kernel.reporting.focus import Focus, Slice

FIREARMS = ("handgun", "rifle-shotgun", "automatic-military")
SEIZED: Where = (("type", (SEIZURE,)),)
ACCIDENTAL: Where = (("type", ("accidental-shooting",)),)

SOURCES = _(
    "Media reports, and official reports where there are any; each incident keeps its sources. The authorities of each "
    "jurisdiction and the secretariat enter them; a second person verifies each before it counts."
)

FOCUSES = (
    Focus(
        "weapon-seizures",
        _("Weapon seizures"),
        "seizures",
        beside=(
            Slice(measure="large-seizures", label=_("Large seizures")),
            Slice(measure="weapons-seized", where=(("weapon", FIREARMS),), label=_("Firearms seized")),
        ),
        slices=(
            Slice("weapon", "weapon-lines", SEIZED, _("Weapons recorded in seizures")),
            Slice("setting"),
            Slice("place-kind"),
            Slice("possession"),
            Slice("sex", "perpetrators", SEIZED, _("Perpetrators by sex")),
            Slice("age-band", "perpetrators", SEIZED, _("Perpetrators by age")),
        ),
        description=_("Verified incidents of the type weapon seizure. A seizure has no victim."),
    ),
    Focus(
        "victims",
        _("Victims of firearm incidents"),
        "victims",
        beside=(
            Slice(measure="victims", where=(("outcome", ("killed",)),), label=_("Victims killed")),
            Slice(measure="victims", where=(("outcome", ("injured",)),), label=_("Victims injured")),
            Slice(measure="victims", where=(("outcome", ("threatened",)),), label=_("Victims threatened")),
            Slice(measure="victims", where=(("sex", ("women",)),), label=_("Women among the victims")),
        ),
        slices=(
            Slice("outcome"),
            Slice("sex"),
            Slice("age-band"),
            Slice("type", label=_("Type of incident")),
            Slice("relation"),
            Slice("weapon"),
        ),
        description=_("People on the side of the victims of verified incidents."),
    ),
    Focus(
        "perpetrators",
        _("Perpetrators of firearm incidents"),
        "perpetrators",
        beside=(
            Slice(measure="incidents", label=_("Incidents")),
            Slice(measure="perpetrators", where=SEIZED, label=_("In weapon seizures")),
        ),
        slices=(
            Slice("sex"),
            Slice("age-band"),
            Slice("role"),
            Slice("type", label=_("Type of incident")),
            Slice("outcome"),
            Slice("weapon"),
        ),
        description=_("People on the side of the perpetrators of verified incidents."),
    ),
    Focus(
        "accidental-shootings",
        _("Accidental shootings"),
        "incidents",
        ACCIDENTAL,
        beside=(
            Slice(measure="people-killed", where=ACCIDENTAL, label=_("People killed")),
            Slice(measure="people-injured", where=ACCIDENTAL, label=_("People injured")),
        ),
        slices=(
            Slice("subtype", label=_("How it happened")),
            Slice("weapon", "weapon-lines", ACCIDENTAL, _("Weapons recorded")),
            Slice("place-kind"),
            Slice("setting"),
            Slice("outcome", "victims", ACCIDENTAL, _("Victims by outcome")),
            Slice("age-band", "victims", ACCIDENTAL, _("Victims by age")),
            Slice("sex", "victims", ACCIDENTAL, _("Victims by sex")),
        ),
        description=_(
            "A firearm, ammunition or explosive device went off unintentionally and caused injury, death or damage."
        ),
    ),
)
