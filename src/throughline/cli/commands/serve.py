"""`throughline serve`: the pages and the API."""

import os
from tempfile import TemporaryDirectory

import click

from throughline.cli.output import say


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port (0: any free one)")
@click.option("--processes", default=None, type=click.IntRange(1), help="Serving processes [default: 2, or 1 core's 1]")
@click.option(
    "--threads", default=None, type=click.IntRange(1), help="Threads in each [default: 2 a core and 1, at most 8]"
)
@click.option("--no-worker", is_flag=True, help="No background jobs here: `throughline worker` runs elsewhere.")
def serve(host: str, port: int, processes: int | None, threads: int | None, no_worker: bool) -> None:
    """Serve the pages and the API, with a worker for background jobs, until stopped."""
    from throughline.cli.server import Plan, free_port, run, usual_threads  # reason: needs Django set up
    from throughline.cli.setup import start
    from throughline.kernel.upkeep.finishing import mend
    from throughline.kernel.upkeep.schema import pending_migrations

    plan = Plan(
        host=host,
        port=port or free_port(host),
        processes=processes or min(2, os.cpu_count() or 1),
        threads=threads or usual_threads(),
        worker=not no_worker,
    )
    # Threads share a small pool of connections.
    os.environ.setdefault("THROUGHLINE_POOL", str(plan.threads))
    # Letters and documents name the address; behind a proxy the operator has set the public one.
    os.environ.setdefault("THROUGHLINE_ADDRESS", plan.address)
    start()
    from django.conf import settings  # reason: only once Django is set up

    from throughline.kernel.access import wall
    from throughline.kernel.measures.engines import engine

    if pending_migrations():
        raise click.ClickException("The database is not up to date. Run: throughline migrate")
    if settings.THROUGHLINE_WALL and (missing := wall.missing()):
        raise click.ClickException(f"The database's own wall is not whole: {missing[0]}. Run: throughline migrate")
    engine()  # what is wrong with its name is said now, and not with the first figure
    mend()
    # Figures about requests are counted by all serving processes together, in files.
    with TemporaryDirectory(prefix="throughline-metrics-", ignore_cleanup_errors=True) as shared:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared
        run(plan, ready=lambda: say(f"Throughline is at {plan.address}  (Ctrl-C stops it)"))
