"""`throughline move`: take a record on, as the buttons on its page do."""

import json
from typing import TYPE_CHECKING

import click

from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer


@click.command()
@click.argument("noun")
@click.argument("reference")
@click.argument("step", required=False)
@click.option("--comment", default="", help="Why; some steps ask for it")
@formatted
@acts
def move(noun: str, reference: str, step: str | None, comment: str, layout: str, actor: "Viewer") -> None:
    """Take a record through a step of its flow: send, verify, return, sign. Without STEP: list those open to you.

    \b
    throughline move incident AV-2024-000123 send
    throughline move incident AV-2024-000123 verify --as colleague@ministry.example
    """
    from throughline.cli.nouns import model_named, record_named  # reason: only once Django is set up
    from throughline.kernel.flow.queries import open_to
    from throughline.kernel.flow.services import advance

    record = record_named(actor, model_named(noun), reference)
    if step is None:
        rows = [{"step": one.name, "what it does": str(one.label), "to": one.target} for one in open_to(actor, record)]
        show(rows, layout=layout, columns=("step", "what it does", "to"))
        return
    before = record.state
    moved = advance(actor, record=record, transition=step, comment=comment)
    if layout == "json":
        click.echo(json.dumps({"reference": moved.reference, "from": before, "to": moved.state}))
    else:
        say(f"{moved.reference}: {before} -> {moved.state}")
