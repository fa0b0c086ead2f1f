"""`throughline framework` and `throughline scorecard`: what shall be reached, and how far it is."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from throughline.cli.errors import Fault
from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer

COLUMNS = (
    "indicator",
    "jurisdiction",
    "value",
    "baseline",
    "target",
    "percent_achieved",
    "reported",
    "expected",
    "why",
)


@click.group()
def framework() -> None:
    """Results frameworks: load one that comes with the program."""


@framework.command()
@click.argument("name")
@click.option("--programme", "code", required=True, metavar="CODE", help="The programme it belongs to")
@acts
def load(name: str, code: str, actor: "Viewer") -> None:
    """Add a framework that comes with the program (roadmap-2024, roadmap-2030), where it is missing.

    What stands is left as it is: loading again changes nothing.
    """
    from throughline.reference.models import Programme  # reason: only once Django is set up
    from throughline.results.services import load_framework

    programme = Programme.objects.filter(code__iexact=code).first()
    if programme is None:
        raise Fault(f"There is no programme {code}.")
    added = load_framework(actor, name=name.lower(), programme=programme)
    say(f"{len(added)} rows added." if added else "Everything was there already.")


@click.command()
@click.argument("framework")
@click.option("--period", metavar="PERIOD", help="2023, 2023-H1 … [default: the latest year reported]")
@click.option("--jurisdiction", metavar="CODE", help="One jurisdiction's own values")
@click.option("--goal", type=int, metavar="NUMBER", help="One goal")
@click.option("--out", type=click.Path(path_type=Path), help="Write a file instead: .csv or .xlsx, every column")
@formatted
@acts
def scorecard(
    framework: str,
    period: str | None,
    jurisdiction: str | None,
    goal: int | None,
    out: Path | None,
    layout: str,
    actor: "Viewer",
) -> None:
    """Print the scorecard of a framework: baseline, target, value and progress of each indicator."""
    from throughline.results import exporting, queries, services  # reason: only once Django is set up

    found = queries.frameworks(actor).filter(code__iexact=framework).first()
    if found is None:
        raise Fault(f"There is no framework {framework}.")
    asked = period or queries.usual_period(actor, found)
    card = queries.scorecard(actor, found, period=asked, jurisdiction=jurisdiction, goal=goal)
    if out is not None:
        fmt = out.suffix.removeprefix(".")
        if fmt not in exporting.FORMATS:
            raise Fault("Name a file that ends in .csv or .xlsx.")
        out.write_bytes(services.hand_out(actor, card=card, fmt=fmt))
        say(f"Written: {out}")
        return
    rows = [row for row in exporting.rows_of(card) if not row.get("cell")]
    rows = [row for row in rows if jurisdiction or row["jurisdiction"] == exporting.REGION]
    columns = exporting.COLUMNS if layout != "table" else COLUMNS
    show([{name: row.get(name) for name in columns} for row in rows], layout=layout, columns=columns)
