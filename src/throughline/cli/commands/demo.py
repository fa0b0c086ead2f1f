"""`throughline demo`: the illustrative programme, from nothing to an address."""

import os

import click

from throughline.cli.output import progress, say


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port, if it is free")
@click.option("--no-serve", is_flag=True, help="Only load, do not serve.")
def demo(port: int, no_serve: bool) -> None:
    """Set up the illustrative programme and serve it on this machine.

    Brings everything up to date, loads the programme where it is missing, and prints the address and
    the accounts to sign in with. What you changed since is kept; for a fresh start, remove the data folder.
    """
    from throughline.cli.server import Plan, free_port, run, usual_threads  # reason: needs Django set up
    from throughline.cli.setup import start

    plan = Plan(host="127.0.0.1", port=free_port("127.0.0.1", port), processes=1, threads=usual_threads(), worker=True)
    os.environ.setdefault("THROUGHLINE_POOL", str(plan.threads))
    os.environ.setdefault("THROUGHLINE_ADDRESS", plan.address)
    start()
    from throughline.cli.installation import bring_up_to_date  # reason: reads models, which are there from here on
    from throughline.demo.services import accounts, is_loaded, load

    bring_up_to_date(say)

    if not is_loaded():
        say("Loading the illustrative programme")
        with progress("Loading") as report:
            load(report=report)
    if no_serve:
        return
    run(plan, ready=lambda: welcome(plan.address, accounts()))


def welcome(address: str, people: list[tuple[str, str, str]]) -> None:
    """What a newcomer needs to know, once the address answers."""
    width = max((len(email) for email, _, _ in people), default=0)
    lines = [
        "",
        f"  Throughline is at  {address}",
        "",
        "  Illustrative programme, illustrative records. Sign in as:",
        *(f"    {email:<{width}}   {password}   {what}" for email, password, what in people),
        "",
        "  Ctrl-C stops it.",
        "",
    ]
    click.echo("\n".join(lines))
