"""A newcomer runs the one command, opens the address, signs in with a printed account, and sees a working programme."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import faults, side_to_side

# The machine may be busy: what counts is that it comes.
expect.set_options(timeout=15_000)
pytestmark = [pytest.mark.journey, pytest.mark.slow]


@dataclass
class Demonstration:
    address: str
    email: str
    password: str


@pytest.fixture(scope="module")
def demonstration(new_data_folder: Callable[[], Path]) -> Iterator[Demonstration]:
    """`throughline demo` as script/demo starts it, on a data folder of its own."""
    ours = ("THROUGHLINE", "DJANGO", "DATABASE", "PYTEST")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    folder = new_data_folder()
    with subprocess.Popen(
        [sys.executable, "-m", "throughline.cli", "demo", "--port", "0"],
        env={**environment, "THROUGHLINE_DATA": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            yield told_by(running)
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(timeout=60)
    assert not (folder / "postgresql" / "postmaster.pid").exists()


def told_by(running: subprocess.Popen[str]) -> Demonstration:
    """Address and first account, as the terminal prints them."""
    assert running.stdout is not None
    address = ""
    for line in iter(running.stdout.readline, ""):
        if found := re.search(r"http://\S+", line):
            address = found.group().rstrip("/")
        elif found := re.match(r"\s+(\S+@\S+)\s+(\S+)\s", line):
            return Demonstration(address, found[1], found[2])
    pytest.fail("the demonstration ended before it named an account")


def test_a_newcomer_sees_a_working_programme(
    demonstration: Demonstration, page: Page, complaints: list[str], axe_source: str
) -> None:
    page.goto(demonstration.address)
    assert faults(page, axe_source) == []
    page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).fill(demonstration.email)
    page.locator("input[type=password]").fill(demonstration.password)
    page.get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).click()

    navigation = page.get_by_role("navigation").first
    for station in ("Collect", "Assess", "Decide", "Act", "Measure", "Report"):
        expect(navigation.get_by_text(station).first).to_be_visible()
    expect(page.get_by_text(re.compile("illustrative", re.IGNORECASE)).first).to_be_visible()
    assert faults(page, axe_source) == []
    assert side_to_side(page) <= 0

    page.goto(f"{demonstration.address}/incidents/")
    expect(page.locator("table tbody tr")).not_to_have_count(0)
    assert faults(page, axe_source) == []

    page.goto(f"{demonstration.address}/dashboard/")
    expect(page.locator("canvas.maplibregl-canvas").first).to_be_visible()
    bars = page.locator("figure.chart[data-chart=bar]").first
    bars.scroll_into_view_if_needed()
    expect(bars.locator(".chart-drawing svg")).to_be_visible()

    page.goto(f"{demonstration.address}/releases/")
    expect(page.locator("table tbody tr")).not_to_have_count(0)
    assert complaints == []
