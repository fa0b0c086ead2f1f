"""`throughline verify`: can history and figures be trusted?"""

import click

from throughline.cli.output import formatted, say, show
from throughline.cli.setup import needs_django


@click.command()
@formatted
@needs_django
def verify(layout: str) -> None:
    """Check the chain of history, and that facts equal records. Names the first fault; exit code 1 if there is one.

    Reads everything, whoever's it is, and prints none of it.
    """
    from throughline.cli.checks import run_checks  # reason: only once Django is set up

    findings = run_checks()
    show([finding.row for finding in findings], layout=layout)
    faults = [finding for finding in findings if finding.fault]
    if faults:
        say(f"Fault: {faults[0].fault}")
        raise SystemExit(1)
    say("No fault found.")
