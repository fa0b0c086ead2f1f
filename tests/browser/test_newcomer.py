"""A newcomer starts the demonstration from nothing, signs in with what the terminal says, and looks around."""

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

from tests.browser.conftest import Sound

pytestmark = [pytest.mark.journey, pytest.mark.slow]

ACCOUNT = re.compile(r"^\s+(\S+@\S+)\s{2,}(\S+)\s{2,}(.+)$")


@dataclass
class Demo:
    """The program as it runs, and what it said on the terminal."""

    process: subprocess.Popen[str]
    data: Path
    address: str
    accounts: dict[str, str]


@pytest.fixture
def demo(new_data_folder: Callable[[], Path]) -> Iterator[Demo]:
    data = new_data_folder()
    ours = ("THROUGHLINE", "DJANGO", "DATABASE", "PYTHONWARNINGS")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    command = [sys.executable, "-m", "throughline.cli", "demo", "--port", "0"]
    with subprocess.Popen(
        command,
        env={**environment, "THROUGHLINE_DATA": str(data), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield welcomed(process, data)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def welcomed(process: subprocess.Popen[str], data: Path) -> Demo:
    """Read the terminal until it says how to stop."""
    assert process.stdout is not None
    address, accounts = "", {}
    for line in process.stdout:
        if found := re.search(r"http://\S+", line):
            address = found.group()
        if account := ACCOUNT.match(line):
            accounts[account[1]] = account[2]
        if "Ctrl-C" in line:
            return Demo(process, data, address, accounts)
    message = f"the demonstration ended by itself: {process.wait()}"
    raise AssertionError(message)


def test_from_nothing_to_a_released_monitor(demo: Demo, page: Page, complaints: list[str], sound: Sound) -> None:
    page.goto(demo.address)
    sign_in(page, demo, "analyst@demo.example")
    sound()
    for quarter in ("2022-Q1", "2024-Q1"):
        page.goto(f"{demo.address}incidents/?occurred_on={quarter}")
        expect(page.get_by_role("table", name="Incidents").get_by_role("row").nth(20)).to_be_visible()
    sound()
    page.goto(f"{demo.address}ask/?measure=incidents&by=jurisdiction&period=2022-Q1..2024-Q1&scope=SEE-7")
    counted = page.get_by_role("table").first.get_by_role("rowheader").all_inner_texts()
    assert [one.rstrip("*") for one in counted[:-1]] == [
        "Albania", "Bosnia and Herzegovina", "Kosovo", "Moldova", "Montenegro", "North Macedonia", "Serbia",
    ]  # fmt: skip
    page.goto(f"{demo.address}dashboard/")
    expect(page.get_by_role("figure").first.locator("canvas")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("7 of 7 jurisdictions").first).to_be_visible()
    sound()
    read_a_released_monitor(page, demo)
    stop(demo)
    assert complaints == []


def sign_in(page: Page, demo: Demo, address: str) -> None:
    page.get_by_label("Email", exact=True).fill(address)
    page.get_by_label("Password", exact=True).fill(demo.accounts[address])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="What waits for me")).to_be_visible()


def read_a_released_monitor(page: Page, demo: Demo) -> None:
    """The figures in the document are the published ones: 29 people were killed in the fourth quarter of 2023."""
    page.goto(f"{demo.address}releases/")
    page.get_by_role("row").filter(has_text="2023-Q4").get_by_role("link").click()
    expect(page.get_by_text("People killed: 29")).to_be_visible()
    expect(page.get_by_text("Illustrative data: no real incidents").first).to_be_visible()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="PDF", exact=True).click()
    assert Path(fetched.value.path()).read_bytes().startswith(b"%PDF-")


def stop(demo: Demo) -> None:
    """Ctrl-C ends the program, and the PostgreSQL it brought with it."""
    assert (demo.data / "postgresql" / "postmaster.pid").exists()
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(timeout=60) in {0, 130}
    assert not (demo.data / "postgresql" / "postmaster.pid").exists()
