"""`throughline warnings`: unusual counts."""

from typing import TYPE_CHECKING

import click

from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer

COLUMNS = ("id", "month", "jurisdiction", "type", "count", "expected", "limit", "state")


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also those acknowledged or no longer unusual")
@click.option("--acknowledge", metavar="ID", help="Acknowledge this one")
@click.option("--reason", default="", metavar="TEXT", help="What it is about, or what is being done")
@formatted
@acts
def warnings(*, everything: bool, acknowledge: str | None, reason: str, layout: str, actor: "Viewer") -> None:
    """List counts that are unusual against their own past, as you may see them; or acknowledge one.

    \b
    throughline warnings
    throughline warnings --acknowledge ID --reason "A police operation"
    """
    from throughline.cli.errors import Unusable  # reason: only once Django is set up
    from throughline.kernel.watch import queries, services

    if acknowledge:
        found = next((one for one in queries.flags(actor) if str(one.pk) == acknowledge), None)
        if found is None:
            raise Unusable(f"No unusual count {acknowledge} waits for you.")
        services.acknowledge(actor, flag=found, reason=reason)
        say("Acknowledged.")
        return
    rows = [
        {
            "id": str(one.pk),
            "month": one.month,
            "jurisdiction": one.jurisdiction,
            "type": one.kind,
            "count": one.count,
            "expected": round(one.evidence["expected"], 1),
            "limit": one.evidence["limit"],
            "state": "acknowledged" if one.acknowledged_at else "ended" if one.ended else "waits",
        }
        for one in queries.flags(actor, all_of_them=everything)
    ]
    show(rows, layout=layout, columns=COLUMNS)
