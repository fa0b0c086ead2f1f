"""The figures of armed violence monitoring, each defined once.

People killed never include those who died by suicide. An incident with several weapons or people stands in each
of their slices. Shares name their base: those of whom the thing asked was reported.
"""

from collections.abc import Callable, Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from throughline.incidents import choices
from throughline.incidents.choices import Outcome, Possession, Setting, Sex, Side
from throughline.kernel.measures.declare import NOT_REPORTED, Condition, Dimension, Measure
from throughline.reference.measures import term_words

SEIZURE = "weapon-seizure"
INCIDENTS, PEOPLE, WEAPONS = _("Incidents"), _("People"), _("Weapons")


def _choice_words(choice: type[TextChoices]) -> Callable[[], Mapping[str, str]]:
    return lambda: {str(value): str(label) for value, label in choice.choices}


def _is(column: str, value: str) -> Condition:
    return lambda rows: rows[column] == value


def _known(column: str) -> Condition:
    return lambda rows: rows[column] != NOT_REPORTED


DIMENSIONS = (
    Dimension("type", _("Type"), term_words("incident-type")),
    Dimension("subtype", _("Subtype"), term_words("incident-type", 2), empty=_("no subtype"), fill=False),
    Dimension("setting", _("Urban or rural"), _choice_words(Setting)),
    Dimension("place-kind", _("Kind of place"), term_words("place-type", known=False)),
    Dimension("possession", _("Possession"), _choice_words(Possession)),
    Dimension("region", _("Region"), empty=_("not given")),
    Dimension("state", _("State"), _choice_words(choices.State), every_state=True),
    Dimension("side", _("Side"), _choice_words(Side), empty=_("no person recorded")),
    Dimension("role", _("Role"), _choice_words(choices.PerpetratorRole), empty=_("no role")),
    Dimension("sex", _("Sex"), _choice_words(Sex), empty=_("no person recorded")),
    Dimension("age-band", _("Age"), term_words("age-band", known=False), empty=_("no person recorded")),
    Dimension("relation", _("Relation"), term_words("relation", known=False), empty=_("no person recorded")),
    Dimension("outcome", _("Outcome"), _choice_words(Outcome), empty=_("no person recorded")),
    Dimension("weapon", _("Weapon"), term_words("weapon-type"), empty=_("no weapon recorded")),
    Dimension("weapon-kind", _("Kind of weapon"), term_words("weapon-type", 2), empty=_("not specified"), fill=False),
)


def _incidents(
    identity: str, label: StrOrPromise, description: StrOrPromise, where: Condition | None = None
) -> Measure:
    return Measure(identity, label, _("incidents"), "incident", description, where, group=INCIDENTS)


def _people(identity: str, label: StrOrPromise, description: StrOrPromise, where: Condition | None = None) -> Measure:
    return Measure(identity, label, _("people"), "incident_person", description, where, group=PEOPLE)


COUNTS = (
    _incidents("incidents", _("Incidents"), _("Verified incidents of every type, weapon seizures included.")),
    _incidents(
        "seizures",
        _("Weapon seizures"),
        _("Verified incidents of the type weapon seizure. A seizure has no victim."),
        _is("type", SEIZURE),
    ),
    _incidents(
        "large-seizures",
        _("Large seizures"),
        _("Weapon seizures of the subtype large seizure: five or more weapons."),
        _is("subtype", "large-seizure"),
    ),
    _incidents(
        "incidents-without-seizures",
        _("Incidents other than seizures"),
        _("Verified incidents of every type but weapon seizure."),
        lambda rows: rows.type != SEIZURE,
    ),
    Measure(
        "incidents-entered",
        _("Incidents entered"),
        _("incidents"),
        "incident",
        _("Incidents in whatever state, checked or not: how much there is to do, not how much happened."),
        every_state=True,
        group=INCIDENTS,
    ),
    _people("persons", _("People in incidents"), _("Victims and perpetrators of verified incidents.")),
    _people("victims", _("Victims"), _("People on the side of the victims."), _is("side", Side.VICTIM)),
    _people(
        "perpetrators", _("Perpetrators"), _("People on the side of the perpetrators."), _is("side", Side.PERPETRATOR)
    ),
    _people(
        "people-killed",
        _("People killed"),
        _("People on either side who were killed. Suicides are counted apart."),
        _is("outcome", Outcome.KILLED),
    ),
    _people(
        "people-injured",
        _("People injured"),
        _("People on either side who were injured."),
        _is("outcome", Outcome.INJURED),
    ),
    _people(
        "people-threatened",
        _("People threatened"),
        _("People on either side who were threatened."),
        _is("outcome", Outcome.THREATENED),
    ),
    _people(
        "people-suicide",
        _("People who died by suicide"),
        _("People who died by their own hand, perpetrators included. Never part of people killed."),
        _is("outcome", Outcome.SUICIDE),
    ),
)

AMOUNTS = (
    Measure(
        "weapons-seized",
        _("Weapons seized"),
        _("weapons"),
        "incident_weapon",
        _("Quantities of the weapon lines of seizures. Lines without a quantity are told apart, not taken as one."),
        _is("type", SEIZURE),
        value="quantity",
        group=WEAPONS,
    ),
    Measure(
        "weapons",
        _("Weapons recorded"),
        _("weapons"),
        "incident_weapon",
        _("Quantities of the weapon lines of all verified incidents."),
        value="quantity",
        group=WEAPONS,
    ),
    Measure(
        "weapon-lines",
        _("Weapon lines"),
        _("lines"),
        "incident_weapon",
        _("Kinds of weapon recorded, counted once for each incident they were recorded in."),
        group=WEAPONS,
    ),
)


def _share(
    identity: str, label: StrOrPromise, fact: str, part: Condition, base: Condition, words: StrOrPromise, **more: object
) -> Measure:
    group = INCIDENTS if fact == "incident" else PEOPLE
    return Measure(identity, label, "%", fact, part=part, base=base, base_label=words, group=group, **more)  # type: ignore[arg-type]


SHARES = (
    _share(
        "share-seizures",
        _("Weapon seizures in incidents"),
        "incident",
        _is("type", SEIZURE),
        lambda rows: rows.type.notnull(),
        _("incidents"),
    ),
    _share(
        "share-men-perpetrators",
        _("Men among perpetrators of known sex"),
        "incident_person",
        _is("sex", Sex.MEN),
        _known("sex"),
        _("perpetrators whose sex was reported"),
        where=_is("side", Side.PERPETRATOR),
    ),
    _share(
        "share-men-victims",
        _("Men among victims of known sex"),
        "incident_person",
        _is("sex", Sex.MEN),
        _known("sex"),
        _("victims whose sex was reported"),
        where=_is("side", Side.VICTIM),
    ),
    _share(
        "share-women-killed",
        _("Women among people killed of known sex"),
        "incident_person",
        _is("sex", Sex.WOMEN),
        _known("sex"),
        _("people killed whose sex was reported"),
        where=_is("outcome", Outcome.KILLED),
    ),
    _share(
        "share-illegal-possession",
        _("Illegal possession where it was reported"),
        "incident",
        _is("possession", Possession.ILLEGAL),
        _known("possession"),
        _("incidents whose possession was reported"),
    ),
    _share(
        "share-urban",
        _("Urban incidents where the setting was reported"),
        "incident",
        _is("setting", Setting.URBAN),
        _known("setting"),
        _("incidents whose setting was reported"),
    ),
)

MEASURES = (*COUNTS, *AMOUNTS, *SHARES)
