"""The finished project WB PaCT and the trainings of 2023: loaded as they are over, many rows at once."""

from datetime import date

from throughline.demo.pact.cast import Cast
from throughline.demo.pact.generator import Course, Planned, Seat, Someone, generate
from throughline.demo.pact.projects import FIRST, load_entries, load_project
from throughline.demo.pact.records import Desk, load
from throughline.demo.tables import rows
from throughline.kernel.access.viewer import Viewer
from throughline.people.models import User
from throughline.people.queries import viewer_for
from throughline.reference.models import Jurisdiction, Organisation, Programme
from throughline.reference.queries import terms_by_code
from throughline.training.models import Project

REGIONAL = "SEESAC-2023"
REGIONAL_SCOPE = "SEE-7"


def load_first(actor: Viewer, cast: Cast, project: Project) -> int:
    """WB PaCT, whose totals were published."""
    desk = Desk(
        project=project,
        office=cast.users["secretariat"],
        owners={code: cast.point(code) for code in cast.jurisdictions},
        authors={code: cast.users[f"ncp.{code.lower()}"] for code in cast.jurisdictions},
        jurisdictions=cast.jurisdictions,
        priorities=terms_by_code("training-priority"),
        entries=load_entries(cast, FIRST),
    )
    return load(actor, desk=desk, planned=generate())


def load_regional(
    actor: Viewer, programme: Programme, organisations: dict[str, Organisation], users: dict[str, User]
) -> int:
    """The trainings of 2023 that the secretariat of armed violence monitoring printed: a project of its own."""
    row = next(one for one in rows("pact/regional_project"))
    project = load_project(viewer_for(users["secretariat"]), programme, row, REGIONAL_SCOPE)
    places = {one.code: one for one in Jurisdiction.objects.all()}
    codes = sorted({code for one in rows("pact/regional") for code in one["people"].replace("=", " ").split()[::2]})
    desk = Desk(
        project=project,
        office=users["secretariat"],
        owners={code: organisations[f"police-{code.lower()}"] for code in codes},
        authors={code: users[f"officer.{code.lower()}"] for code in codes},
        jurisdictions=places,
        priorities=terms_by_code("training-priority"),
    )
    return load(actor, desk=desk, planned=regional())


def regional() -> list[Planned]:
    """What the table says took place, with that many people of each jurisdiction: nothing is known of their sex."""
    found = []
    for row in rows("pact/regional"):
        course = Course(
            row["key"], row["priority"], row["kind"], row["title"], int(row["days"]), row["level"], 1.0, {}, ""
        )
        one = Planned(row["key"], course, 1, "onsite", date.fromisoformat(row["starts"]), row["venue"], row["place"])
        for code, number in (pair.split("=") for pair in row["people"].split()):
            for count in range(int(number)):
                who = Someone(f"{row['key']}-{code}-{count:02}", code, row["sector"], "not-reported")
                one.seats.append(Seat(who, (100,) * course.days))
        one.size = one.capacity = len(one.seats)
        found.append(one)
    return found
