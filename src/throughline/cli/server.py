"""Running the web server (granian) with a worker beside it."""

import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """What to serve, and with how much."""

    host: str
    port: int
    processes: int
    threads: int
    worker: bool

    @property
    def address(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{'localhost' if self.host == '127.0.0.1' else host}:{self.port}/"


def run(plan: Plan, *, ready: Callable[[], None]) -> None:
    """Serve until told to stop; `ready` is called once the address answers.

    The serving processes are started afresh, not forked: the libraries that compute figures have
    threads of their own by then, and a fork would copy their locks without them. The worker is a
    thread of this process, which otherwise only waits, so jobs take no time from the pages.
    """
    from granian import Granian  # reason: only `serve` and `demo` need it
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from throughline.kernel.jobs.worker import run_in_background

    multiprocessing.set_start_method("spawn", force=True)
    end_worker = run_in_background() if plan.worker else None
    threading.Thread(target=when_answering, args=(plan, ready), daemon=True).start()
    try:
        Granian(
            "throughline.config.wsgi:application",
            address=plan.host,
            port=plan.port,
            interface=Interfaces.WSGI,
            workers=plan.processes,
            blocking_threads=plan.threads,
            workers_kill_timeout=10,
            respawn_failed_workers=True,
            log_level=LogLevels.warning,
        ).serve()
    finally:
        if end_worker is not None:
            end_worker()


def usual_threads() -> int:
    """Enough to wait for the database with, not so many that they wait for each other."""
    return min(8, 2 * (os.cpu_count() or 1) + 1)


def when_answering(plan: Plan, ready: Callable[[], None], *, patience: float = 60) -> None:
    """Call `ready` as soon as the port takes connections."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            socket.create_connection((plan.host, plan.port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            ready()
            return


def free_port(host: str, wanted: int = 0) -> int:
    """The wanted port if nobody has it, else any free one."""
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"no free port on {host}")
