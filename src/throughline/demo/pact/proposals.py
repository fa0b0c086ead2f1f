"""Proposals for a rapid response in several states, put forward and judged by the verbs people use."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from throughline.demo.pact.cast import Cast
from throughline.demo.roadmap_dates import WHY, at
from throughline.demo.tables import rows
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.models import Step
from throughline.kernel.flow.services import advance
from throughline.kernel.history.unit import note, verb
from throughline.needs import rapid
from throughline.needs.rapid_models import Proposal
from throughline.reference.models import Term
from throughline.reference.queries import terms_by_code
from throughline.training.models import Entry

TAXONOMIES = ("training-priority", "needs-urgency", "proficiency")
FITS = "Fits the operational action plan of this priority. Illustrative."
PRESSING = "Named by several authorities; a short training can answer it. Illustrative."
PACKAGE = "cyber-3"
# What leads to each state, in the order in which it happens.
WAY = ("submit", "screen", "check", "assess", "present", "agree", "develop", "catalogue", "deliver")
STEPS = {
    "submitted": WAY[:1],
    "screened": WAY[:2],
    "assessed": WAY[:4],
    "deferred": (*WAY[:5], "defer"),
    "rejected": (*WAY[:3], "reject"),
    "in-development": WAY[:7],
    "delivered": WAY,
}


def load_proposals(cast: Cast, entries: dict[str, Entry]) -> None:
    """The proposals of the table that are missing, each whole or not at all."""
    there = set(Proposal.objects.filter(programme=cast.programme).values_list("title", flat=True))
    for row in rows("pact/proposals"):
        if row["title"] not in there:
            with transaction.atomic():
                put_forward(cast, row, entries[PACKAGE])


def put_forward(cast: Cast, row: dict[str, str], entry: Entry) -> Proposal:
    today = timezone.localdate()
    words: dict[str, Term] = {}
    for taxonomy in TAXONOMIES:
        words |= terms_by_code(taxonomy)
    called = today - timedelta(int(row["called"]))
    values: dict[str, Any] = {name: row[name] for name in ("title", "trigger", "topic", "target_group", "sector")}
    values |= {name: words[row[name]] for name in ("priority", "urgency", "proficiency")}
    values |= {
        "jurisdiction": cast.jurisdictions[row["by"]],
        "called_on": called,
        "officials": int(row["officials"]),
        "wanted_by": called + timedelta(int(row["wanted_in"])),
    }
    proposer = cast.contact(row["by"])
    made = rapid.create(proposer, programme=cast.programme, values=values)
    steps = STEPS[row["state"]]
    times = [at(called + (today - called) * number / (len(steps) + 1)) for number in range(1, len(steps) + 1)]
    if steps == WAY:  # the day of the package's first activity (RAPID)
        times[-1] = at(today - timedelta(today.weekday() + 7))
    for step in steps:
        step_of(cast.office, proposer, made, step, row["comment"], entry, times[-1])()
        made.refresh_from_db()
    put_back(cast.office, proposal=made, times=times)
    return made


def step_of(
    office: Viewer, proposer: Viewer, made: Proposal, step: str, comment: str, entry: Entry, last: datetime
) -> Callable[[], object]:
    own: dict[str, Callable[[], object]] = {
        "submit": lambda: advance(proposer, record=made, transition="submit"),
        "check": lambda: rapid.check_empact(office, proposal=made, consistency="consistent", text=FITS),
        "assess": lambda: rapid.assess(
            office, proposal=made, urgency=made.urgency, proficiency=made.proficiency, findings=PRESSING
        ),
        "catalogue": lambda: rapid.put_into_catalogue(office, proposal=made, entry=entry),
        "deliver": lambda: rapid.deliver(office, proposal=made, on=timezone.localdate(last)),
    }
    decided = comment if step in {"agree", "defer", "reject"} else ""
    return own.get(step, lambda: advance(office, record=made, transition=step, comment=decided))


@verb("demo.dates")
def put_back(actor: Viewer, *, proposal: Proposal, times: list[datetime]) -> None:
    """Date the steps of a proposal between its call and today: verbs stamp the moment they run."""
    steps = list(Step.objects.filter(noun="proposal", object_id=proposal.pk).order_by("at", "pk"))
    for step, when in zip(steps, times, strict=True):
        Step.objects.filter(pk=step.pk).update(at=when)
    note(proposal, after={"steps from": str(times[0].date()), "to": str(times[-1].date())}, reason=WHY)
