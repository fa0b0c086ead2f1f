"""What lists, forms, sheets and the API know of methods, exercises, positions and proposals."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources.cleaning import Draft
from throughline.kernel.resources.declare import Field, Lines, Panel, Resource, Section
from throughline.needs import bodies, methods, pages, queries, rapid, rules, services
from throughline.needs.models import Body, Exercise, Method, Position
from throughline.needs.rapid_models import Proposal
from throughline.reference.resources import VALID, VALIDITY


def create_method(actor: Viewer, /, *, programme: Any, draft: Draft) -> Method:
    return methods.create_method(actor, values=draft.values)


def change_method(actor: Viewer, /, *, record: Any, draft: Draft) -> Method:
    return methods.change_method(actor, method=record, values=draft.values)


def create_body(actor: Viewer, /, *, programme: Any, draft: Draft) -> Body:
    return bodies.create_body(actor, values=draft.values)


def change_body(actor: Viewer, /, *, record: Any, draft: Draft) -> Body:
    return bodies.change_body(actor, body=record, values=draft.values)


def whole(draft: Draft, viewer: Viewer) -> Iterable[Problem]:
    if draft.value("results_from") and draft.value("results_to"):
        yield from rules.exercise_problems(draft.whole, draft.whole_lines)


def create(actor: Viewer, /, *, programme: Any, draft: Draft) -> Exercise:
    draft.values.pop("owner", None)
    return services.create(actor, programme=programme, values=draft.values, lines=draft.lines)


def change(actor: Viewer, /, *, record: Any, draft: Draft) -> Exercise:
    return services.change(actor, exercise=record, values=draft.values, lines=draft.lines, version=draft.version)


def create_proposal(actor: Viewer, /, *, programme: Any, draft: Draft) -> Proposal:
    owner = draft.values.pop("owner", None)
    return rapid.create(actor, programme=programme, values=draft.values, owner=owner)


def change_proposal(actor: Viewer, /, *, record: Any, draft: Draft) -> Proposal:
    return rapid.change(actor, proposal=record, values=draft.values, version=draft.version)


METHOD = Resource(
    noun="method",
    plural="methods",
    model=Method,
    title=_("method"),
    title_plural=_("methods"),
    station="assess",
    order="title",
    search=("title", "code"),
    related=("relevance_scale", "urgency_scale", "proficiency_scale"),
    fields=(
        Field("title", column=True),
        Field("code", column=True),
        Field("number", column=True),
        Field("relevance_scale"),
        Field("relevance_weights", column=True),
        Field("urgency_scale"),
        Field("urgency_weights"),
        Field("proficiency_scale"),
        Field("asked_from"),
        Field("missing"),
        Field("votes", column=True, filter=True),
        Field("merge"),
        Field("cutoff", column=True),
        Field("estimate", column=True, filter=True),
        Field("chain"),
        Field("horizons"),
        Field("decimals"),
        Field("rounding"),
        Field("alternatives"),
        Field("source"),
        Field("to_be_verified", filter=True),
        Field("note"),
    ),
    sections=(
        Section(_("What it is"), ("title", "code", "number", "source", "to_be_verified", "note")),
        Section(
            _("What is asked"), ("relevance_scale", "urgency_scale", "proficiency_scale", "asked_from"),
            help=_("Scales are taxonomies: their categories can be put in another order or replaced there."),
        ),
        Section(_("How it is counted"), ("relevance_weights", "urgency_weights", "missing", "votes", "merge", "cutoff")),
        Section(_("How it is ranked and shown"), ("chain", "horizons", "estimate", "decimals", "rounding", "alternatives")),
    ),
    create=create_method,
    change=change_method,
    adders=lambda viewer: viewer.has_role(None, *methods.KEEPERS),
    changers=lambda viewer, record: viewer.has_role(None, *methods.KEEPERS),
)  # fmt: skip
BODY = Resource(
    noun="body",
    plural="bodies",
    model=Body,
    title=_("validating body"),
    title_plural=_("validating bodies"),
    station="assess",
    order="title",
    search=("title", "code"),
    related=("programme",),
    fields=(
        Field("title", column=True),
        Field("code", column=True),
        Field("programme", column=True, filter=True),
        Field("majority", column=True, filter=True),
        Field("votes", column=True),
        *VALIDITY,
    ),
    sections=(Section(_("Who decides, and how"), ("programme", "title", "code", "majority", "votes")), VALID),
    readable=queries.bodies_for,
    create=create_body,
    change=change_body,
    adders=bodies.may_keep,
    changers=bodies.may_keep,
)
EXERCISE = Resource(
    noun="exercise",
    plural="exercises",
    model=Exercise,
    title=_("needs exercise"),
    title_plural=_("needs exercises"),
    station="assess",
    order="-results_from",
    search=("title", "reference"),
    related=("method", "scope", "body", "follows", "round"),
    prefetch=("topics", "profiles", "contacts__organisation"),
    fields=(
        Field("title", column=True),
        Field("kind", column=True, filter=True),
        Field("scope", column=True),
        Field("about"),
        Field("baseline"),
        Field("method"),
        Field("body"),
        Field("results_from", column=True, filter=True),
        Field("results_to", column=True),
        Field("aim_weeks"),
        Field("published_on", read_only=True),
        Field("follows", by="reference"),
        Field("follows_as"),
    ),
    lines=(
        Lines("topics", (Field("code"), Field("title"), Field("part_of"), Field("added")), _("topics"), _("topic"),
              help=_("The closed list, in its order. A subtopic names the code of its topic.")),
        Lines("profiles", (Field("code"), Field("title")), _("profiles"), _("profile"),
              help=_("For whom numbers of officials are asked.")),
        Lines("contacts", (Field("organisation"),), _("contact points"), _("contact point"),
              help=_("Who speaks for a country of which several organisations answer.")),
    ),
    sections=(
        Section(_("What it is about"), ("title", "kind", "scope", "about", "baseline")),
        Section(_("Topics"), lines="topics"),
        Section(_("Profiles"), lines="profiles"),
        Section(_("How it is measured and decided"), ("method", "body")),
        Section(_("When results are published and how long they hold"), ("results_from", "results_to", "aim_weeks", "published_on", "follows", "follows_as")),
        Section(_("Contact points"), lines="contacts"),
    ),
    panels=(Panel("needs/exercise.html", pages.exercise_page, first=True),),
    rules=(whole,),
    create=create,
    change=change,
    made_as=(Role.SECRETARIAT,),
    changers=queries.may_run,
)  # fmt: skip
POSITION = Resource(
    noun="position",
    plural="positions",
    model=Position,
    title=_("position of a country"),
    title_plural=_("positions of countries"),
    station="assess",
    order="-created_at",
    search=("reference",),
    related=("exercise__method", "jurisdiction"),
    fields=(
        Field("exercise", column=True, filter=True, by="reference", read_only=True),
        Field("jurisdiction", column=True, filter=True, read_only=True),
        Field("answers_from", column=True, read_only=True),
    ),
    sections=(Section(_("Whose it is"), ("exercise", "jurisdiction", "answers_from")),),
    panels=(Panel("needs/position.html", pages.position_page, first=True),),
)
PROPOSAL = Resource(
    noun="proposal",
    plural="proposals",
    model=Proposal,
    title=_("proposal"),
    title_plural=_("proposals"),
    station="decide",
    order="-created_at",
    search=("title", "topic", "reference"),
    related=("jurisdiction", "priority", "urgency", "proficiency", "entry"),
    fields=(
        Field("title", column=True),
        Field("jurisdiction", column=True, filter=True),
        Field("called_on"),
        Field("trigger"),
        Field("priority", column=True, filter=True),
        Field("topic"),
        Field("target_group"),
        Field("sector", filter=True),
        Field("urgency", column=True, filter=True),
        Field("proficiency", filter=True),
        Field("officials"),
        Field("mode"),
        Field("wanted_by", filter=True),
        Field("consistency", filter=True, read_only=True),
        Field("consistency_text", read_only=True),
        Field("score", column=True, filter=True, read_only=True),
        Field("score_formula", read_only=True),
        Field("findings", read_only=True),
        Field("delivered_on", filter=True, read_only=True),
        Field("review_year", filter=True, read_only=True),
    ),
    sections=(
        Section(_("What is needed"), ("title", "topic", "priority", "trigger", "jurisdiction", "called_on")),
        Section(_("For whom"), ("target_group", "sector", "officials", "urgency", "proficiency")),
        Section(_("How and by when"), ("mode", "wanted_by")),
    ),
    panels=(
        Panel("needs/proposal_next.html", pages.proposal_next, first=True),
        Panel("needs/proposal.html", pages.proposal_page),
    ),
    create=create_proposal,
    change=change_proposal,
    changers=lambda viewer, record: record.state in rapid.CHANGEABLE and rapid.may_change(viewer, record),
)
NOUNS = (METHOD, BODY, EXERCISE, POSITION, PROPOSAL)
