"""What lists, forms, sheets and the API know of trainers, the sessions they hold, and pairs."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import F, OuterRef, Subquery, Value
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources.cleaning import Draft
from throughline.kernel.resources.declare import Field, Lines, Panel, Resource, Section
from throughline.training import teaching_panels as panels
from throughline.training import teaching_rules as rules
from throughline.training.models import Cascade, Pairing, Trainer, TrainerArea
from throughline.training.services import cascades, pairing, trainers


def create_trainer(actor: Viewer, /, *, programme: Any, draft: Draft) -> Trainer:
    return trainers.create(actor, programme=programme, values=draft.values, areas=draft.lines.get("areas", ()))


def change_trainer(actor: Viewer, /, *, record: Any, draft: Draft) -> Trainer:
    areas = draft.lines.get("areas")
    return trainers.change(actor, trainer=record, values=draft.values, areas=areas, version=draft.version)


def create_cascade(actor: Viewer, /, *, programme: Any, draft: Draft) -> Cascade:
    return cascades.report(actor, values=draft.values)


def change_cascade(actor: Viewer, /, *, record: Any, draft: Draft) -> Cascade:
    return cascades.change(actor, cascade=record, values=draft.values, version=draft.version)


def create_pairing(actor: Viewer, /, *, programme: Any, draft: Draft) -> Pairing:
    owner = draft.values.pop("owner", None)
    return pairing.propose(actor, programme=programme, values=draft.values, owner=owner)


def change_pairing(actor: Viewer, /, *, record: Any, draft: Draft) -> Pairing:
    return pairing.change(actor, pairing=record, values=draft.values, version=draft.version)


def whole_trainer(draft: Draft, viewer: Viewer) -> Iterable[Problem]:
    yield from rules.trainer_problems(draft.whole)
    yield from rules.area_problems(draft.whole_lines["areas"])


def whole_cascade(draft: Draft, viewer: Viewer) -> Iterable[Problem]:
    said = {problem.field for problem in draft.problems}
    return [one for one in rules.cascade_problems(draft.whole) if one.field not in said]


def whole_pairing(draft: Draft, viewer: Viewer) -> Iterable[Problem]:
    return rules.pairing_problems(draft.whole)


def may_pair(viewer: Viewer) -> bool:
    """Pairs are made by secretariats; a superuser is none."""
    return any(role == Role.SECRETARIAT for _programme, role in viewer.roles)


def _areas_taught() -> Subquery:
    named = TrainerArea.objects.filter(trainer=OuterRef("pk")).order_by().values("trainer")
    listed = StringAgg("area__label", Value(", "), order_by="area__order")
    return Subquery(named.annotate(listed=listed).values("listed"))


TRAINER = Resource(
    noun="trainer",
    plural="trainers",
    model=Trainer,
    title=_("trainer"),
    title_plural=_("trainers"),
    station="act",
    order="reference",
    search=("reference", "languages"),
    related=("person__jurisdiction", "through"),
    prefetch=("areas__area__parent",),
    fields=(
        Field("person", column=True, by="reference"),
        Field("areas_taught", label=_("areas"), column=True, filter=True, read_only=True, of="text", expression=_areas_taught()),
        Field("languages", column=True, filter=True),
        Field(
            "jurisdiction", label=_("jurisdiction"), column=True, filter=True, read_only=True, of="text",
            expression=F("person__jurisdiction__name"),
        ),
        Field("through", column=True, filter=True, by="reference"),
        Field("ready_on", column=True, read_only=True),
        Field("note"),
    ),
    lines=(Lines("areas", (Field("area"),), title=_("areas"), one=_("area"), help=_("What they can teach.")),),
    sections=(
        Section(_("Who"), ("person", "through", "languages", "ready_on")),
        Section(_("Areas"), lines="areas"),
        Section(_("Note"), ("note",)),
    ),
    panels=(Panel("training/parts/trainer.html", panels.trainer_page),),
    rules=(whole_trainer,),
    handlings=rules.CLOSED,
    create=create_trainer,
    change=change_trainer,
    empty=_("Those of your organisation who were trained to train stand here. How many there are elsewhere: 'Trainers in numbers'."),
)  # fmt: skip
CASCADE = Resource(
    noun="cascade",
    plural="cascades",
    model=Cascade,
    title=_("session of a trainer"),
    title_plural=_("sessions of trainers"),
    station="act",
    order="-held_on",
    search=("title", "reference", "venue"),
    related=("activity", "trainer", "jurisdiction"),
    beside=True,
    fields=(
        Field("title", column=True),
        Field("held_on", column=True, filter=True),
        Field("activity", column=True, filter=True, by="reference"),
        Field("trainer", column=True, filter=True, by="reference"),
        Field("jurisdiction", column=True, filter=True),
        Field("venue"),
        Field("hours"),
        Field(
            "people_reached",
            label=_("people reached"),
            column=True,
            read_only=True,
            of="integer",
            expression=F("women") + F("men") + F("sex_not_reported"),
        ),
        Field("women"),
        Field("men"),
        Field("sex_not_reported"),
        Field("note"),
    ),
    sections=(
        Section(_("Session"), ("title", "held_on", "hours", "venue", "jurisdiction")),
        Section(_("After which training, by whom"), ("activity", "trainer")),
        Section(_("Who took part"), ("women", "men", "sex_not_reported", "note")),
    ),
    panels=(Panel("training/parts/session_of_trainer.html", panels.session_page, side=True),),
    rules=(whole_cascade,),
    create=create_cascade,
    change=change_cascade,
    empty=_("What trainers teach at home after a training of trainers stands here, and counts once a second person confirmed it."),
)  # fmt: skip
PAIRING = Resource(
    noun="pairing",
    plural="pairings",
    model=Pairing,
    title=_("pair"),
    title_plural=_("exchanges and mentoring"),
    station="act",
    order="-starts_on",
    search=("reference",),
    related=("host__owner", "guest__owner", "activity"),
    prefetch=("contacts",),
    fields=(
        Field("kind", column=True, filter=True),
        Field("host", column=True, by="reference", help=_("Who applied, or whose record you may read otherwise.")),
        Field("guest", column=True, by="reference"),
        Field("matched", column=True, filter=True, read_only=True),
        Field("starts_on", column=True, filter=True, help=_("An exchange: a Monday.")),
        Field("ends_on", column=True, help=_("An exchange: the Friday of that week. Mentoring: 3 to 12 months.")),
        Field("activity", filter=True, by="reference"),
        Field("outcome", help=_("What came of it. Needed before it is completed.")),
    ),
    sections=(
        Section(_("Who"), ("kind", "host", "guest", "matched")),
        Section(_("When"), ("starts_on", "ends_on", "activity")),
        Section(_("Outcome"), ("outcome",)),
    ),
    panels=(Panel("training/parts/pairing.html", panels.pairing_page, first=True),),
    rules=(whole_pairing,),
    handlings=rules.CLOSED,
    create=create_pairing,
    change=change_pairing,
    adders=may_pair,
    empty=_("Pairs you may read stand here. How many there are elsewhere: 'Exchanges and mentoring in numbers'."),
)  # fmt: skip
NOUNS = (TRAINER, CASCADE, PAIRING)
