"""Loading the demonstration. Doing it again adds only what is missing, and changes nothing that is there."""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from throughline.demo import cast_of_people, generator, monitors, records, roadmap, twice
from throughline.demo.cast_of_people import PASSWORD
from throughline.demo.pact import load as pact
from throughline.demo.pact.cast import SHOWN as SHOWN_OF_TRAINING
from throughline.demo.roadmap_cast import SHOWN as SHOWN_OF_ROADMAP
from throughline.demo.shapes import QUARTERS, Event
from throughline.demo.together import talk
from throughline.demo.warned import warn
from throughline.incidents import services as incident_services
from throughline.incidents.models import Incident
from throughline.kernel.access.errors import Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.models import Step
from throughline.kernel.flow.services import advance
from throughline.kernel.history.models import Entry
from throughline.kernel.history.unit import note, note_many, verb
from throughline.kernel.measures.outbox import mark
from throughline.kernel.statistics import refresh_statistics
from throughline.people.models import User
from throughline.people.queries import viewer_for
from throughline.publications.models import Release
from throughline.reference.models import Programme
from throughline.reference.services import load_reference

Report = Callable[[int, int, str], None]
LOADED = "demo.loaded"
# The set-up itself, before there is anyone: it belongs to no organisation, so it reads nothing but what is open.
SET_UP = Viewer(name="Demonstration", superuser=True)
RETURNED = "The date of the report and the date of the incident differ by a month. Which one is right?"
WITHDRAWN = "Entered twice."
SHOWN = (
    "secretariat",
    "second",
    "analyst",
    "officer.rs",
    "verifier.rs",
    "officer.al",
    "administrator",
    *SHOWN_OF_ROADMAP,
    *SHOWN_OF_TRAINING,
)


def quiet(done: int, total: int, words: str) -> None:
    """Report to nobody."""


def is_loaded() -> bool:
    """Whether loading came to its end here once."""
    return roadmap.is_loaded() and pact.is_loaded() and Entry.objects.filter(verb=LOADED).exists()


def accounts() -> list[tuple[str, str, str]]:
    """Who one can sign in as: address, password, and what they do."""
    users = {user.email: user for user in User.objects.filter(illustrative=True)}
    emails = [f"{address}@{cast_of_people.DOMAIN}" for address in SHOWN]
    return [(email, PASSWORD, users[email].name) for email in emails if email in users]


def load(report: Report = quiet) -> None:
    """Reference data, people, incidents, the monitors made of them, the Roadmap, training; each step is whole or not at all."""
    desk = load_records(report)
    if not is_loaded():
        publish_monitors(desk, report)
        roadmap.load(SET_UP, report)
        pact.load(SET_UP, desk, report)
        warn(SET_UP, programme=desk.programme, users=desk.users)
        talk(programme=desk.programme, users=desk.users)
        finish(SET_UP, programme=desk.programme)


def publish_monitors(desk: records.Desk, report: Report = quiet) -> None:
    """Released monitors, one of them revised since: what was entered twice is found after it was released."""
    again = generator.entered_twice()
    if not Release.objects.filter(programme=desk.programme, period=monitors.EARLIER).exists():
        load_incidents(SET_UP, desk=desk, events=again)
        monitors.publish(desk.programme, desk.users, report, (monitors.EARLIER,))
    twice.withdraw(again, desk)
    monitors.publish(desk.programme, desk.users, report, monitors.RELEASED)
    monitors.leave_waiting(desk.programme, desk.users)
    monitors.compare(desk.programme, desk.users)
    monitors.open_to_everyone(desk.programme, desk.users, report)


def load_records(report: Report = quiet) -> records.Desk:
    """All but the monitors."""
    check_own()
    report(0, 0, _("Reference data and people"))
    desk = load_people(SET_UP)
    report(0, 0, _("Making up the incidents"))
    events = generator.generate()
    load_incidents(SET_UP, desk=desk, events=[one for one in events if one.quarter in QUARTERS], report=report)
    report(0, 0, _("Incidents under way"))
    load_under_way(desk, [one for one in events if one.quarter not in QUARTERS])
    return desk


def check_own() -> None:
    """Nothing real is near: neither a programme, among whose records these would stand, nor a person, who would
    share the installation with accounts, a superuser's among them, whose password is printed.
    """
    if real := Programme.objects.filter(illustrative=False).first():
        raise Refused(
            _("There is a programme %(code)s here that is not illustrative. Load the demonstration elsewhere.")
            % {"code": real.code}
        )
    if User.objects.filter(illustrative=False).exists():
        raise Refused(_("There are accounts here that are not illustrative. Load the demonstration elsewhere."))


@verb("demo.people")
def load_people(actor: Viewer) -> records.Desk:
    """Reference data, then the illustrative authorities, accounts and outlets that are missing."""
    load_reference(actor)
    programme, organisations, users = cast_of_people.everyone(actor)
    return records.Desk.lay(programme, organisations, users)


def missing(desk: records.Desk, events: list[Event]) -> list[Event]:
    there = set(
        Incident.objects.filter(programme=desk.programme, illustrative=True).values_list("external_key", flat=True)
    )
    return [event for event in events if event.key not in there]


@verb("demo.incidents")
def load_incidents(actor: Viewer, *, desk: records.Desk, events: list[Event], report: Report = quiet) -> int:
    """The checked incidents of the published periods, in one transaction.

    Order: write incidents, lines and steps in chunks; write one line of history each; mark the facts; have the
    database look at what came.
    """
    wanted = missing(desk, events)
    done = 0
    for chunk in records.write(wanted, desk):
        note_many((one, None, {"state": one.state, "handling": one.handling, "illustrative": True}) for one in chunk)
        mark("incident", [one.pk for one in chunk])
        done += len(chunk)
        report(done, len(wanted), _("Incidents"))
    if done:
        refresh_statistics(Incident, *incident_services.LINE_MODELS.values(), Step)
    return done


def load_under_way(desk: records.Desk, events: list[Event]) -> int:
    """Incidents in daily work, entered and moved on by the same verbs that people use, each whole or not at all."""
    wanted = missing(desk, events)
    viewers = {address: viewer_for(user) for address, user in desk.users.items()}
    for event in wanted:
        code = event.jurisdiction.lower()
        with transaction.atomic():
            work_on(event, desk, viewers[f"officer.{code}"], viewers[f"verifier.{code}"])
    return len(wanted)


def work_on(event: Event, desk: records.Desk, officer: Viewer, verifier: Viewer) -> None:
    """Enter the incident and take it as far as its state says."""
    incident = incident_services.create(
        officer, programme=desk.programme, values=records.values_of(event, desk), lines=records.lines_of(event, desk)
    )
    if event.state == "draft":
        return
    advance(officer, record=incident, transition="send")
    if event.state == "verified":
        advance(verifier, record=incident, transition="verify")
    elif event.state == "returned":
        advance(verifier, record=incident, transition="return", comment=RETURNED)
    elif event.state == "withdrawn":
        advance(verifier, record=incident, transition="withdraw", comment=WITHDRAWN)


@verb("demo.loaded")
def finish(actor: Viewer, *, programme: Programme) -> None:
    """Write down that the demonstration stands."""
    if Entry.objects.filter(verb=LOADED).exists():  # an earlier one, before there was a Roadmap
        return
    note(programme, after={"incidents": Incident.objects.filter(programme=programme, illustrative=True).count()})
