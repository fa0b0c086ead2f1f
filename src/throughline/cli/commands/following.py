"""`throughline following`: what one is told of."""

from typing import TYPE_CHECKING
from uuid import UUID

import click

from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer

COLUMNS = ("id", "what", "name", "every", "address")


@click.command()
@click.option("--follow", "address", metavar="ADDRESS", help="Follow the record, list or question of this page")
@click.option(
    "--every", type=click.Choice(("each", "day", "week")), default="each", show_default=True, help="How often"
)
@click.option("--end", "ended", metavar="ID", help="Follow it no longer")
@formatted
@acts
def following(*, address: str | None, every: str, ended: str | None, layout: str, actor: "Viewer") -> None:
    """List what you follow; follow a page; end it.

    \b
    throughline following
    throughline following --follow "/incidents/?state=verified&jurisdiction=RS" --every day
    throughline following --follow /incidents/AV-2024-000123/
    throughline following --end ID
    """
    from throughline.cli.errors import Unusable  # reason: only once Django is set up
    from throughline.kernel.following import queries, services

    if address:
        say(f"Following: {services.follow(actor, address=address, every=every).pk}")
        return
    if ended:
        try:
            found = queries.followings(actor).filter(pk=UUID(ended)).first()
        except ValueError:
            found = None
        if found is None:
            raise Unusable(f"You follow nothing with the number {ended}.")
        services.end(actor, following=found)
        say("You are told of it no longer.")
        return
    rows = [
        {
            "id": str(one.following.pk),
            "what": one.following.what,
            "name": one.target.name if one.target else "(you may not read it now)",
            "every": one.following.every,
            "address": one.target.url if one.target else "",
        }
        for one in queries.followed(actor)
    ]
    show(rows, layout=layout, columns=COLUMNS)
