"""What lists, forms, sheets and the API know of projects, components, the catalogue and activities."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.errors import Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources.cleaning import Draft
from throughline.kernel.resources.declare import Field, Lines, Panel, Resource, Section
from throughline.reference.resources import VALID, VALIDITY
from throughline.training import panels, queries, rules, teaching_panels
from throughline.training.headings import CALLED
from throughline.training.models import Activity, Component, Entry, Project
from throughline.training.services import activities, catalogue


def create_project(actor: Viewer, /, *, programme: Any, draft: Draft) -> Project:
    return catalogue.create_project(actor, values=draft.values)


def change_project(actor: Viewer, /, *, record: Any, draft: Draft) -> Project:
    return catalogue.change_project(actor, project=record, values=draft.values)


def create_component(actor: Viewer, /, *, programme: Any, draft: Draft) -> Component:
    return catalogue.create_component(actor, values=draft.values)


def change_component(actor: Viewer, /, *, record: Any, draft: Draft) -> Component:
    return catalogue.change_component(actor, component=record, values=draft.values)


def create_entry(actor: Viewer, /, *, programme: Any, draft: Draft) -> Entry:
    owner = draft.values.pop("owner", None)
    return catalogue.create_entry(actor, programme=programme, values=draft.values, owner=owner)


def change_entry(actor: Viewer, /, *, record: Any, draft: Draft) -> Entry:
    return catalogue.change_entry(actor, entry=record, values=draft.values, version=draft.version)


def create_activity(actor: Viewer, /, *, programme: Any, draft: Draft) -> Activity:
    owner = draft.values.pop("owner", None)
    return activities.create(actor, programme=programme, values=draft.values, lines=draft.lines, owner=owner)


def change_activity(actor: Viewer, /, *, record: Any, draft: Draft) -> Activity:
    return activities.change(actor, activity=record, values=draft.values, lines=draft.lines, version=draft.version)


def whole_project(draft: Draft, viewer: Viewer) -> Iterable[Problem]:
    return rules.project_problems(draft.whole)


def whole_entry(draft: Draft, viewer: Viewer) -> Iterable[Problem]:
    return rules.entry_problems(draft.whole)


def whole_activity(draft: Draft, viewer: Viewer) -> Iterable[Problem]:
    said = {problem.field for problem in draft.problems}
    found = rules.activity_problems(draft.whole, draft.whole_lines)
    return [problem for problem in found if problem.field not in said]


PROJECT = Resource(
    noun="project",
    plural="projects",
    model=Project,
    title=_("project"),
    title_plural=_("projects"),
    station="act",
    order="-starts_on",
    search=("title", "code"),
    related=("programme", "scope", "framework"),
    fields=(
        Field("title", column=True),
        Field("code", column=True),
        Field("programme", column=True, filter=True),
        Field("starts_on", column=True, filter=True),
        Field("ends_on", column=True, filter=True),
        Field("scope", column=True, filter=True),
        Field("framework", help=_("The framework whose indicators hold the targets.")),
        *VALIDITY,
    ),
    sections=(
        Section(_("Project"), ("programme", "title", "code", "starts_on", "ends_on", "scope", "framework")),
        VALID,
    ),
    panels=(Panel("training/parts/project.html", panels.project_page),),
    readable=queries.projects,
    rules=(whole_project,),
    create=create_project,
    change=change_project,
    adders=catalogue.may_keep,
    changers=catalogue.may_keep,
)
COMPONENT = Resource(
    noun="component",
    plural="components",
    model=Component,
    title=_("component"),
    title_plural=_("components"),
    station="act",
    order="code",
    search=("title", "code"),
    related=("project__programme",),
    fields=(
        Field("project", column=True, filter=True),
        Field("number", column=True),
        Field("title", column=True),
        Field("code", column=True),
        *VALIDITY,
    ),
    sections=(Section(_("Component"), ("project", "number", "title", "code")), VALID),
    panels=(Panel("training/parts/activities.html", panels.component_page),),
    readable=queries.components,
    create=create_component,
    change=change_component,
    adders=catalogue.may_keep,
    changers=catalogue.may_keep,
)
ENTRY = Resource(
    noun="entry",
    plural="entries",
    model=Entry,
    title=_("catalogue entry"),
    title_plural=_("training catalogue"),
    station="act",
    order="title",
    search=("title", "reference", "aim", "outcomes"),
    related=("priority__parent", "level__parent", "offered_with"),
    fields=(
        Field("title", column=True),
        Field("cycle", column=True, filter=True),
        Field("kind", column=True, filter=True),
        Field("mode", column=True, filter=True),
        Field("priority", column=True, filter=True),
        Field("level", column=True, filter=True),
        Field("aim", help=_("What the training is for.")),
        Field("outcomes", help=_("What participants will be able to do.")),
        Field("target_group"),
        Field("admission"),
        Field("methods", help=_("Such as lectures, group work, study visit, exercises.")),
        Field("assessment", help=_("How learning is assessed, or that it is not.")),
        Field("languages"),
        Field("days"),
        Field("offered_with", by="reference"),
    ),
    sections=(
        Section(_("What it is"), ("title", "cycle", "kind", "mode", "priority", "level", "languages", "days")),
        Section(_("What it does"), ("aim", "outcomes", "methods", "assessment")),
        Section(_("For whom"), ("target_group", "admission", "offered_with")),
    ),
    panels=(
        Panel("training/parts/entry_answers.html", panels.entry_answers, first=True),
        Panel("training/parts/activities.html", panels.entry_page),
    ),
    rules=(whole_entry,),
    create=create_entry,
    change=change_entry,
    empty=_("What is taught stands here, with what participants can do afterwards."),
)
SESSIONS = Lines(
    "sessions",
    (Field("starts_at"), Field("ends_at"), Field("title"), Field("place")),
    title=_("sessions"),
    one=_("session"),
    help=_("Attendance is taken for each. Many at once: 'Add sessions' on the page of the activity."),
)
QUOTAS = Lines(
    "quotas",
    (Field("jurisdiction"), Field("scope"), Field("places")),
    title=_("quotas"),
    one=_("quota"),
    help=_("Places kept for a jurisdiction or a group until the day they are released."),
)
ACTIVITY = Resource(
    noun="activity",
    plural="activities",
    model=Activity,
    title=_("activity"),
    title_plural=_("activities"),
    station="act",
    order="-starts_on",
    search="search_text",
    external_key="external_key",
    related=("project", "component", "entry", "priority__parent", "venue_jurisdiction", "manager", "multiplies"),
    prefetch=("sessions", "quotas__jurisdiction", "quotas__scope"),
    fields=(
        Field("title", column=True, aliases=CALLED["title"]),
        Field("kind", column=True, filter=True, aliases=CALLED["kind"]),
        Field("mode", filter=True),
        Field("starts_on", column=True, filter=True, aliases=CALLED["starts_on"]),
        Field("ends_on", column=True, filter=True, aliases=CALLED["ends_on"]),
        Field("venue", column=True, aliases=CALLED["venue"]),
        Field("venue_jurisdiction", column=True, filter=True, aliases=CALLED["venue_jurisdiction"]),
        Field("languages", filter=True),
        Field("project", column=True, filter=True),
        Field("component", filter=True),
        Field("entry", filter=True, by="reference", help=_("What is taught, and so which need it answers.")),
        Field("priority", filter=True, help=_("Left empty, it is that of the catalogue entry.")),
        Field("capacity", aliases=CALLED["capacity"]),
        Field("minimum", help=_("Below it, the activity goes ahead only with a reason.")),
        Field("manager", by="email"),
        Field("nominate_by", filter=True),
        Field("release_on"),
        Field("waiting_rule"),
        Field("offer_hours"),
        Field("attendance_needed"),
        Field("behaviour_days"),
        Field("retention_days"),
        Field("multiplies", by="reference"),
        Field("came_unlisted", aliases=CALLED["came_unlisted"]),
        Field("cancelled_because", read_only=True),
        Field("external_key", aliases=CALLED["external_key"]),
    ),
    lines=(SESSIONS, QUOTAS),
    sections=(
        Section(_("What and when"), ("title", "kind", "mode", "starts_on", "ends_on", "languages")),
        Section(_("Where"), ("venue", "venue_jurisdiction")),
        Section(_("Why"), ("entry", "project", "component", "priority", "multiplies")),
        Section(_("Places and nominations"), ("capacity", "minimum", "manager", "nominate_by", "release_on", "waiting_rule", "offer_hours")),
        Section(_("Quotas"), lines="quotas"),
        Section(_("Sessions"), lines="sessions"),
        Section(
            _("Afterwards"),
            ("attendance_needed", "behaviour_days", "retention_days", "came_unlisted", "external_key"),
        ),
    ),
    panels=(
        Panel("training/parts/activity.html", panels.activity_page, side=True),
        Panel("training/parts/delivery.html", panels.delivery, first=True),
        Panel("training/parts/multiplication.html", teaching_panels.multiplication),
    ),
    rules=(whole_activity,),
    create=create_activity,
    change=change_activity,
    empty=_("Courses, workshops, visits and exchanges stand here once they are planned."),
)  # fmt: skip
NOUNS = (ENTRY, ACTIVITY, PROJECT, COMPONENT)
