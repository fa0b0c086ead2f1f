"""A Spark Connect endpoint for tests: Sail, with workers, in a process of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from time import monotonic, sleep

NEEDED = ("pysail", "pyspark", "grpc")
WORKERS = 2
STARTS_WITHIN = 60.0


def missing() -> list[str]:
    """The packages without which there is no Sail here: some systems have no wheel of it."""
    return [name for name in NEEDED if find_spec(name) is None]


@contextmanager
def serving(port: int = 0, workers: int = WORKERS) -> Iterator[str]:
    """The address of a server that answers as long as the block runs. It is killed at the end: nothing in it is kept."""
    port = port or free_port()
    given = {
        "SAIL_MODE": "local-cluster",
        "SAIL_CLUSTER__WORKER_INITIAL_COUNT": str(workers),
        "SAIL_CLUSTER__WORKER_MAX_COUNT": str(workers),
        "RUST_LOG": "error",
    }
    command = [sys.executable, "-m", "pysail", "spark", "server", "--ip", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, env=os.environ | given, stdout=subprocess.DEVNULL)  # noqa: S603  reason: ours
    try:
        _wait_for(server, port)
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait(10)


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _wait_for(server: "subprocess.Popen[bytes]", port: int) -> None:
    end = monotonic() + STARTS_WITHIN
    while monotonic() < end and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            sleep(0.05)
        else:
            return
    message = f"Sail did not start within {STARTS_WITHIN:.0f} s (exit code {server.poll()})"
    raise RuntimeError(message)
