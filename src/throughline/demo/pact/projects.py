"""The two projects, with what was published of them: time, components, targets. Laid down by the verbs people use."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from throughline.demo.pact.cast import SCOPE, Cast
from throughline.demo.pact.generator import Course, courses
from throughline.demo.tables import rows
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.services import advance
from throughline.reference.models import Programme, Scope
from throughline.reference.queries import terms_by_code
from throughline.results.choices import AnsweredBy, Kind, Origin
from throughline.results.models import Framework, Indicator
from throughline.results.services import DEFINITION, FRAMEWORK, INDICATOR, TARGET
from throughline.training.models import Entry, Project
from throughline.training.services import catalogue

FIRST, SECOND = "WBPACT-1", "WBPACT-2"
CYCLES = {FIRST: "2020-2023", SECOND: "2024-2028"}
MADE_UP = "Illustrative: made up for the demonstration."


def load_projects(cast: Cast) -> dict[str, Project]:
    """Both projects with their frameworks and components, where missing."""
    for row in rows("pact/projects"):
        with transaction.atomic():
            load_project(cast.office, cast.programme, row)
    return {one.code: one for one in Project.objects.filter(programme=cast.programme)}


def load_project(actor: Viewer, programme: Programme, row: dict[str, str], scope: str = SCOPE) -> Project:
    """A project as its row says it."""
    there = Project.objects.filter(code=row["code"]).first()
    if there is not None:
        return there
    framework = load_framework(actor, programme, row) if row.get("activities") else None
    project: Project = catalogue.create_project(
        actor,
        values={
            "programme": programme,
            "code": row["code"],
            "title": row["title"],
            "starts_on": date.fromisoformat(row["starts"]),
            "ends_on": date.fromisoformat(row["ends"]),
            "scope": Scope.objects.get(code=scope),
            "framework": framework,
            "source": row["source"],
        },
    )
    for one in rows("pact/components"):
        if one["project"] == project.code:
            values = {"number": int(one["number"]), "code": f"{project.code}-{one['number']}", "title": one["title"]}
            catalogue.create_component(actor, values={"project": project, "source": row["source"], **values})
    return project


def load_framework(actor: Viewer, programme: Programme, row: dict[str, str]) -> Framework:
    """The targets of a project as indicators that the records answer."""
    code = row["code"]
    values = {
        "programme": programme, "code": code, "title": f"{row['title']}: targets", "source": row["source"],
        "valid_from": date.fromisoformat(row["starts"]), "valid_to": date.fromisoformat(row["ends"]),
    }  # fmt: skip
    framework: Framework = FRAMEWORK.create(actor, values=values)
    for order, (name, measure, title, unit) in enumerate(
        (
            ("activities", "training-activities", "Training activities held", "activities"),
            ("participations", "training-participations", "Participations in training activities", "participations"),
        ),
        start=1,
    ):
        indicator: Indicator = INDICATOR.create(
            actor,
            values={"framework": framework, "code": f"{code}.{name}", "label": f"Target {order}", "order": order},
        )
        DEFINITION.create(
            actor,
            values={
                "indicator": indicator, "number": 1, "title": title, "unit": unit, "kind": Kind.COUNT,
                "direction": "rise", "origin": Origin.COMPUTED, "measure": measure, "where": f"project: {code}",
                "answered_by": AnsweredBy.SECRETARIAT,
            },
        )  # fmt: skip
        TARGET.create(actor, values={"indicator": indicator, "number": Decimal(row[name]), "source": row["source"]})
    return framework


def load_entries(cast: Cast, project: str) -> dict[str, Entry]:
    """The catalogue of a project by course, where missing: drafted and agreed."""
    terms = terms_by_code("training-priority") | terms_by_code("proficiency")
    there = {one.title: one for one in Entry.objects.filter(programme=cast.programme, cycle=CYCLES[project])}
    found = {}
    for course in courses():
        entry = there.get(course.title)
        if entry is None:
            with transaction.atomic():
                values = values_of(course) | {"cycle": CYCLES[project]}
                values |= {"priority": terms[course.priority], "level": terms[course.level]}
                entry = catalogue.create_entry(cast.office, programme=cast.programme, values=values)
                advance(cast.viewers["second"], record=entry, transition="agree")
        found[course.key] = entry
    return found


def values_of(course: Course) -> dict[str, object]:
    return {
        "title": course.title,
        "kind": course.kind,
        "mode": "online" if course.kind == "webinar" else "onsite",
        "aim": f"To work on cases of this kind across borders. {MADE_UP}",
        "outcomes": f"Participants can apply what was taught to a case of their own. {MADE_UP}",
        "target_group": course.target_group,
        "admission": "Works in the field and will for at least two years more.",
        "methods": "Lectures by experts, group work, exercises",
        "assessment": "A case worked on in groups, discussed in the plenary; no marks.",
        "languages": "en",
        "days": course.days,
    }
