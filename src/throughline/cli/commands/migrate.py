"""`throughline migrate`: everything an update of the program asks for."""

import click

from throughline.cli.output import say
from throughline.cli.setup import needs_django


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit code 1 if there is something to do.")
@needs_django
def migrate(only_check: bool) -> None:
    """Bring database, reference data and static files up to date. May be run at any time, and again."""
    from throughline.cli.installation import bring_up_to_date  # reason: needs Django set up
    from throughline.kernel.upkeep.schema import pending_migrations

    if only_check:
        pending = pending_migrations()
        say("\n".join(pending) if pending else "Up to date.")
        raise SystemExit(1 if pending else 0)
    bring_up_to_date(say)
    say("Up to date.")
