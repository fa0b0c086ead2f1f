"""`throughline figures`: what the programmes printed, computed from the records as they are now."""

from typing import TYPE_CHECKING

import click

from throughline.cli.output import FORMATS, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer


@click.command()
@click.option(
    "--format", "layout", type=click.Choice(FORMATS), default="csv", show_default=True, help="How to print it"
)
@click.option("--questions", is_flag=True, help="Print the question behind each figure too.")
@acts
def figures(layout: str, actor: "Viewer", questions: bool) -> None:
    """Print the figures of the programmes, computed from the records.

    One line a figure, `id,value`. A figure of which the records hold nothing is left out, and said on stderr.
    """
    from throughline.publications.figures import figures as computed  # reason: only once Django is set up

    columns = ("id", "value", "question") if questions else ("id", "value")
    found = computed(actor)
    held = [one for one in found if one.value is not None]
    rows = [{"id": one.id, "value": one.number, "question": one.question} for one in held]
    show(rows, layout=layout, columns=columns)
    missing = [one.id for one in found if one.value is None]
    if missing:
        say(f"The records hold nothing for: {', '.join(missing)}")
