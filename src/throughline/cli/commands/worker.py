"""`throughline worker`: background jobs in a process of their own."""

import signal
import threading
from typing import Any

import click

from throughline.cli.output import say
from throughline.cli.setup import needs_django


@click.command()
@click.option("--once", is_flag=True, help="Do what waits now, then end.")
@needs_django
def worker(once: bool) -> None:
    """Do background jobs (documents, imports, mail) until stopped. Several may run at once.

    Stopped by SIGTERM or Ctrl-C, it finishes the job it is on.
    """
    from throughline.kernel.jobs.worker import drain, run_worker  # reason: only once Django is set up
    from throughline.kernel.upkeep.finishing import mend

    mend()

    if once:
        count = drain()
        say(f"{count} jobs done." if count != 1 else "1 job done.")
        return
    stop = threading.Event()

    def end(*_signal: Any) -> None:
        say("Stopping after the job at hand.")
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    say("Waiting for jobs. Ctrl-C stops.")
    run_worker(stop)
