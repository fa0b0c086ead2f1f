"""`throughline training attendance` and `throughline training certificates`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from throughline.cli.errors import Unusable
from throughline.cli.nouns import record_named
from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer
    from throughline.training.models import Activity


def activity_named(actor: "Viewer", reference: str) -> "Activity":
    """The activity with this reference, if the person may see it."""
    from throughline.training.models import Activity  # reason: only once Django is set up

    return record_named(actor, Activity, reference)


@click.command("attendance")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--activity", required=True, metavar="REFERENCE", help="Whose attendance it is")
@click.option("--session", metavar="TITLE", help="The session that is meant where the sheet names none")
@acts
def attendance(file: Path, activity: str, session: str | None, actor: "Viewer") -> None:
    """Take in a sheet of attendance: all its rows, or none, with what is wrong with which.

    A row for each person with a column for each session, or the columns person, session and attendance (0, 50, 100,
    excused). A person is a reference, a code of a badge, an e-mail address or a name.

    \b
    throughline training attendance day1.csv --activity TA-2026-000001
    """
    from throughline.training.attendance_sheets import take_in  # reason: only once Django is set up

    found = activity_named(actor, activity)
    meant = None
    if session is not None:
        meant = next((one for one in found.sessions.all() if str(one).lower() == session.lower()), None)
        if meant is None:
            raise Unusable(f"{found.reference} has no session {session!r}.")
    changed = take_in(actor, activity=found, content=file.read_bytes(), session=meant)
    say(f"{changed} marks were written.")


@click.command("certificates")
@click.argument("activity")
@click.option("--issue", is_flag=True, help="Approve the certificates listed; a worker makes them")
@click.option("--without", "left_out", multiple=True, metavar="REFERENCE", help="Leave this person out (repeat)")
@formatted
@acts
def certificates(activity: str, left_out: tuple[str, ...], layout: str, actor: "Viewer", *, issue: bool) -> None:
    """List who has earned a certificate and has none yet; with --issue, after you looked through the list, issue them."""
    from throughline.training.registers import register  # reason: only once Django is set up
    from throughline.training.services import certificates as verbs

    found = activity_named(actor, activity)
    names = {line.place.pk: line.name for line in register(actor, found).lines}
    earned = [one for one in verbs.proposed(found) if one.place.person.reference not in left_out]
    rows = [
        {
            "person": one.place.person.reference,
            "name": names.get(one.place.pk, ""),
            "percent": str(one.tally.percent),
            "sessions": one.tally.held,
        }
        for one in earned
    ]
    show(rows, layout=layout, columns=("person", "name", "percent", "sessions"))
    if issue:
        job = verbs.review(actor, activity=found, places=[one.place.pk for one in earned])
        say(f"Approved: {len(earned)}. A worker makes them (job {job.pk}).")
