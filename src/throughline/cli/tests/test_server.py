"""`throughline serve`, `worker`, `migrate` and `demo`: what can be tried without a server of their own."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from throughline.cli.server import Plan, free_port, usual_threads, when_answering
from throughline.cli.tests.conftest import Call
from throughline.kernel.testing.worlds import World


def test_a_taken_port_is_replaced_by_a_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]

        assert free_port("127.0.0.1", number) not in {0, number}


def test_a_free_port_is_taken_as_wished() -> None:
    wished = free_port("127.0.0.1")

    assert free_port("127.0.0.1", wished) == wished


def test_ready_is_said_once_the_address_answers() -> None:
    said: list[str] = []
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        plan = Plan("127.0.0.1", listening.getsockname()[1], processes=1, threads=1, worker=False)
        when_answering(plan, lambda: said.append(plan.address))

    assert said == [f"http://localhost:{plan.port}/"]


def test_nothing_is_said_where_nothing_answers() -> None:
    said: list[str] = []
    plan = Plan("127.0.0.1", free_port("127.0.0.1"), processes=1, threads=1, worker=False)
    when_answering(plan, lambda: said.append("ready"), patience=0.3)

    assert said == []


def test_threads_are_few() -> None:
    assert 1 <= usual_threads() <= 8


def test_an_installation_that_is_up_to_date_says_so(call: Call, world: World) -> None:
    result = call("migrate", "--check")

    assert (result.exit_code, result.stderr.strip()) == (0, "Up to date.")


def test_the_worker_does_what_waits_and_ends(call: Call, world: World) -> None:
    result = call("worker", "--once")

    assert (result.exit_code, result.stderr.strip()) == (0, "0 jobs done.")


@pytest.fixture
def installation(new_data_folder: Callable[[], Path]) -> dict[str, str]:
    """The environment of a fresh installation with a database of its own."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("THROUGHLINE", "DJANGO", "DATABASE"))
    }
    return {**kept, "THROUGHLINE_DATA": str(new_data_folder()), "PYTHONWARNINGS": "default"}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "throughline.cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.slow
def test_from_nothing_to_a_page_and_back(installation: dict[str, str]) -> None:
    """Serve refuses before migrating, serves after it, and ends with its database when told to."""
    early = run(installation, "serve", "--port", "0")
    assert early.returncode == 1
    assert "Run: throughline migrate" in early.stderr
    assert run(installation, "migrate").returncode == 0

    command = [sys.executable, "-m", "throughline.cli", "serve", "--port", "0", "--processes", "1"]
    with subprocess.Popen(command, env=installation, stderr=subprocess.PIPE, text=True) as serving:
        try:
            assert serving.stderr is not None
            lines = iter(serving.stderr.readline, "")
            address = next(found.group() for line in lines if (found := re.search(r"http://\S+", line)))
            with urllib.request.urlopen(f"{address}accounts/login/", timeout=30) as answer:  # an address of our own
                assert answer.status == 200
                assert "script-src 'self'" in answer.headers["content-security-policy"]
        finally:
            serving.send_signal(signal.SIGTERM)
            serving.wait(timeout=30)

    assert not (Path(installation["THROUGHLINE_DATA"]) / "postgresql" / "postmaster.pid").exists()
