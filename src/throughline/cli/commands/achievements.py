"""`throughline achievements`: what training projects achieved."""

import json
from typing import TYPE_CHECKING

import click

from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer

COLUMNS = ("what", "value", "target", "percent over", "share")


@click.command()
@click.argument("projects", nargs=-1, metavar="[PROJECT]...")
@click.option("--period", default="", metavar="PERIOD", help="2023, 2023-H1, 2021..2023 [default: the whole time]")
@click.option(
    "--part", "parts", multiple=True, metavar="NAME:CODE",
    help="Only a part: jurisdiction, sex, sector, priority, kind, component, year (repeat)",
)  # fmt: skip
@formatted
@acts
def achievements(projects: tuple[str, ...], period: str, parts: tuple[str, ...], layout: str, actor: "Viewer") -> None:
    """Print what training projects achieved: against targets, persons, sectors, sex, beneficiaries. Never a name.

    Without a project: the newest one in which something was held; 'all' for every activity.
    """
    from throughline.kernel.measures.ask import open_desk  # reason: only once Django is set up
    from throughline.training.achieved_data import as_json, as_rows  # reason: as above
    from throughline.training.achieving import achievements as found_of  # reason: as above
    from throughline.training.choosing import PARTS, choice_of, projects_for  # reason: as above

    wanted = dict(one.split(":", 1) for one in parts if ":" in one)
    if len(wanted) != len(parts) or not set(wanted) <= set(PARTS):
        raise click.BadParameter(f"Write NAME:CODE, where NAME is one of {', '.join(PARTS)}.", param_hint="--part")
    desk = open_desk(actor)
    choice = choice_of(desk, projects_for(actor), named=projects, period=period, parts=wanted)
    found = found_of(desk, choice)
    if layout == "json":
        click.echo(json.dumps(as_json(found), ensure_ascii=False, indent=2))
        return
    show(as_rows(found), layout=layout, columns=COLUMNS, title=found.title if layout == "table" else "")
    if layout == "table":
        for line in (*found.notes, *found.footnotes):
            say(line)
