"""`throughline training`: nominate, select, invite and release places, and see where they stand."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from throughline.cli.commands import delivery
from throughline.cli.errors import Unusable
from throughline.cli.nouns import record_named
from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer
    from throughline.training.models import Activity

STANDING = ("label", "quota", "held", "left", "nominated", "reserve", "waiting")


def activity_named(actor: "Viewer", reference: str) -> "Activity":
    """The activity with this reference, if the person may see it."""
    from throughline.training.models import Activity  # reason: only once Django is set up

    return record_named(actor, Activity, reference)


@click.group()
def training() -> None:
    """Training: nominate, select, invite, release; see where the places are; attendance and certificates."""


training.add_command(delivery.attendance)
training.add_command(delivery.certificates)


@training.command("places")
@click.argument("activity")
@formatted
@acts
def places(activity: str, layout: str, actor: "Viewer") -> None:
    """Show quotas and places of an activity by jurisdiction: numbers, no names."""
    from throughline.training.placing import standings  # reason: only once Django is set up

    show([one.as_dict() for one in standings(activity_named(actor, activity))], layout=layout, columns=STANDING)


@training.command("nominate")
@click.argument("activity")
@click.argument("people", nargs=-1, metavar="[REFERENCE]...")
@click.option(
    "--file", "sheet", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV or Excel sheet: name, email, sex, sector, function, unit, reserve, motive",
)  # fmt: skip
@click.option("--reserve", is_flag=True, help="As reserves")
@click.option("--together", is_flag=True, help="All of them or none")
@click.option("--motive", default="", help="Why them")
@acts
def nominate(
    activity: str,
    people: tuple[str, ...],
    sheet: Path | None,
    actor: "Viewer",
    *,
    reserve: bool,
    together: bool,
    motive: str,
) -> None:
    """Nominate people of your organisation, by reference or by a sheet, in this order. A sheet is read, not kept.

    \b
    throughline training nominate TA-2026-000001 TP-2026-000004 TP-2026-000009
    throughline training nominate TA-2026-000001 --file nominations.xlsx
    """
    from throughline.training.placing import people_for  # reason: only once Django is set up
    from throughline.training.services import nominating, sheets

    found = activity_named(actor, activity)
    if bool(people) == (sheet is not None):
        raise Unusable("Name people by their references, or give a sheet with --file.")
    if sheet is not None:
        made = sheets.nominate_sheet(actor, activity=found, content=sheet.read_bytes())
    else:
        kept = {one.reference: one for one in people_for(actor).filter(reference__in=people)}
        if strange := [one for one in people if one not in kept]:
            raise Unusable(f"Your organisation keeps no such person: {', '.join(strange)}.")
        made = nominating.nominate(
            actor,
            activity=found,
            people=[kept[one] for one in people],
            reserve=reserve,
            together=together,
            motive=motive,
        )
    for place in made:
        say(f"{place.person.reference} {place.state}")


@training.command("select")
@click.argument("activities", nargs=-1, required=True, metavar="ACTIVITY...")
@click.option("--reason", default="", help="Kept with each decision [default: the rule in words]")
@acts
def select(activities: tuple[str, ...], reason: str, actor: "Viewer") -> None:
    """Select among all undecided nominations of these activities by the rule: quota, score, national order."""
    from throughline.training.services import selecting  # reason: only once Django is set up

    found = [activity_named(actor, one) for one in activities]
    chosen = selecting.select_by_rule(actor, activities=found, reason=reason)
    for one in found:
        told = chosen[one.pk]
        say(
            f"{one.reference} selected {sum(p.wants for p in told.selected)}, waiting {sum(p.wants for p in told.waiting)}"
        )


@training.command("invite")
@click.argument("activity")
@acts
def invite(activity: str, actor: "Viewer") -> None:
    """Send the invitations to everyone selected."""
    from throughline.training.services import offers  # reason: only once Django is set up

    say(f"{offers.invite(actor, activity=activity_named(actor, activity))} invited")


@training.command("release")
@click.argument("activity")
@acts
def release(activity: str, actor: "Viewer") -> None:
    """Release unfilled national places now; the one waiting list is served by its rule."""
    from throughline.training.services import offers  # reason: only once Django is set up

    say(f"{offers.release(actor, activity=activity_named(actor, activity))} offered")
