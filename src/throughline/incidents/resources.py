"""What lists, forms, sheets and the API know of incidents and of the sources that report them."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from throughline.incidents import rules, services
from throughline.incidents.choices import Outcome, Side
from throughline.incidents.headings import CALLED, OUTCOME_WORDS, SEX_WORDS, SIDE_WORDS
from throughline.incidents.models import Incident, PersonLine, Source
from throughline.kernel.access.errors import Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.duplicates.showing import PANEL
from throughline.kernel.resources.cleaning import Draft
from throughline.kernel.resources.declare import Field, Lines, Resource, Section, When
from throughline.kernel.resources.expressions import LineCount, count_lines

SEIZURES = ("weapon-seizure",)


def whole(draft: Draft, viewer: Viewer) -> Iterable[Problem]:
    return rules.problems(draft.whole, draft.whole_lines)


def people(outcome: str) -> LineCount:
    return count_lines(PersonLine, "incident", outcome=outcome)


def create(actor: Viewer, /, *, programme: Any, draft: Draft) -> Incident:
    owner = draft.values.pop("owner", None)
    return services.create(actor, programme=programme, values=draft.values, lines=draft.lines, owner=owner)


def change(actor: Viewer, /, *, record: Any, draft: Draft) -> Incident:
    return services.change(actor, incident=record, values=draft.values, lines=draft.lines, version=draft.version)


def create_source(actor: Viewer, /, *, programme: Any, draft: Draft) -> Source:
    return services.create_source(actor, values=draft.values)


def change_source(actor: Viewer, /, *, record: Any, draft: Draft) -> Source:
    return services.change_source(actor, source=record, values=draft.values)


SOURCES = Lines(
    "sources",
    (Field("source"), Field("title"), Field("address", aliases=("url", "link")), Field("published_on")),
    title=_("sources"),
    one=_("source"),
    help=_("Where this was reported. Several are better than one."),
)
WEAPONS = Lines(
    "weapons",
    (Field("weapon", aliases=CALLED["weapon"]), Field("quantity", aliases=CALLED["quantity"])),
    _("weapons"),
    _("weapon"),
)
PEOPLE = Lines(
    "people",
    (
        Field("side", aliases=CALLED["side"], synonyms=SIDE_WORDS),
        Field("role", when=When("side", (Side.PERPETRATOR,))),
        Field("sex", aliases=CALLED["sex"], synonyms=SEX_WORDS),
        Field("age", aliases=CALLED["age"]),
        Field("age_band", aliases=CALLED["age_band"]),
        Field("relation", aliases=CALLED["relation"]),
        Field("outcome", aliases=CALLED["outcome"], synonyms=OUTCOME_WORDS),
    ),
    title=_("people"),
    one=_("person"),
)
INCIDENT = Resource(
    noun="incident",
    plural="incidents",
    model=Incident,
    title=_("incident"),
    title_plural=_("incidents"),
    station="collect",
    order="-occurred_on",
    search="search_text",
    external_key="external_key",
    related=("jurisdiction", "kind__parent", "owner", "programme", "place_kind"),
    prefetch=("sources__source", "weapons__weapon__parent", "people__age_band", "people__relation"),
    position=("latitude", "longitude"),
    fields=(
        Field("jurisdiction", column=True, filter=True, aliases=CALLED["jurisdiction"]),
        Field("occurred_on", column=True, filter=True, precision="date_precision", aliases=CALLED["occurred_on"]),
        Field("date_precision"),
        Field("occurred_at", aliases=CALLED["occurred_at"]),
        Field("kind", column=True, filter=True, aliases=CALLED["kind"]),
        Field("place", column=True, filter=True, aliases=CALLED["place"]),
        Field("region", filter=True, aliases=CALLED["region"]),
        Field("place_precision"),
        Field("latitude", aliases=CALLED["latitude"]),
        Field("longitude", aliases=CALLED["longitude"]),
        Field("setting", filter=True),
        Field("place_kind", filter=True, aliases=CALLED["place_kind"]),
        Field("possession", filter=True, help=_("Whether the weapon was held legally.")),
        Field("property_damage", filter=True),
        Field("narrative", aliases=CALLED["narrative"]),
        Field("external_key", aliases=CALLED["external_key"]),
        Field("killed", _("killed"), column=True, filter=True, read_only=True, expression=people(Outcome.KILLED), of="integer"),
        Field("injured", _("injured"), column=True, filter=True, read_only=True, expression=people(Outcome.INJURED), of="integer"),
    ),
    lines=(SOURCES, WEAPONS, PEOPLE),
    sections=(
        Section(_("What happened"), ("kind", "occurred_on", "occurred_at", "narrative", "property_damage")),
        Section(_("Where"), ("jurisdiction", "region", "place", "place_precision", "latitude", "longitude", "setting", "place_kind")),
        Section(_("Weapons"), ("possession",), lines="weapons"),
        Section(
            _("Victims"), lines="people", only={"side": Side.VICTIM}, one=_("victim"),
            when=When("kind", SEIZURES, otherwise=True), unneeded=_("A weapon seizure has no victim."),
        ),
        Section(_("Perpetrators"), lines="people", only={"side": Side.PERPETRATOR}, one=_("perpetrator")),
        Section(_("Sources"), lines="sources"),
        Section(_("For your own files"), ("external_key",)),
    ),
    panels=(PANEL,),
    rules=(whole,),
    create=create,
    change=change,
)  # fmt: skip
SOURCE = Resource(
    noun="source",
    plural="sources",
    model=Source,
    title=_("source"),
    title_plural=_("sources"),
    station="collect",
    order="name",
    search=("name", "code"),
    related=("jurisdiction",),
    fields=(
        Field("name", column=True),
        Field("code", column=True),
        Field("kind", column=True, filter=True),
        Field("jurisdiction", column=True, filter=True),
        Field("address"),
        Field("note"),
    ),
    create=create_source,
    change=change_source,
    adders=lambda viewer: viewer.has_role(None, *services.ENTER),
    changers=lambda viewer, record: viewer.has_role(None, *services.KEEP_SOURCES),
)
