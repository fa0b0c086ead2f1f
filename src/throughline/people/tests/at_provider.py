"""A running provider, the program set up for it, and somebody who signs in there without a browser."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import requests
from django.test import Client
from pytest_django.fixtures import Settings

from throughline.config.signon import providers
from throughline.people.tests.provider import PASSWORD

CLIENT, SECRET = "throughline", "kept in a file"
BACK = "/accounts/oidc/ministry/login/callback/"
FILE = """
[ministry]
name = "Ministry of Interior"
issuer = "http://localhost:{port}"
client = "throughline"
secret_file = "ministry.secret"
domains = ["example.org"]
{more}
"""


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("localhost", 0))
        return int(asked.getsockname()[1])


@contextmanager
def running(folder: Path, *back: str) -> Iterator[int]:
    """The provider in a process of its own, for a program at these addresses; its port."""
    port = free_port()
    program = str(Path(__file__).with_name("provider.py"))
    redirects = " ".join(f"{address}{BACK}" for address in back)
    command = [sys.executable, program, str(port), CLIENT, SECRET, redirects, str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"listening on {port}\n"
        yield port
    finally:
        process.terminate()
        process.communicate()


def configure(settings: Settings, folder: Path, port: int, more: str = "") -> None:
    """What an operator writes, read as the program reads it when it starts."""
    (folder / "ministry.secret").write_text(f"{SECRET}\n")
    (folder / "sso.toml").write_text(FILE.format(port=port, more=more))
    settings.THROUGHLINE_SSO = found = providers(str(folder / "sso.toml"))
    own = {"OAUTH_PKCE_ENABLED": True, "APPS": [one.app for one in found]}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": own}


def vouched(begun: str, who: str, *, consent: bool = True) -> str:
    """Sign in at the provider from the address it was sent to; the address it sends back to."""
    with requests.Session() as session:
        page = session.get(begun)
        assert page.url.partition("?")[0].endswith("/login/")
        page = session.post(page.url, data={**hidden(page.text), "username": who, "password": PASSWORD})
        wish = {"allow": "Yes"} if consent else {}
        answer = session.post(page.url, data={**hidden(page.text), **wish}, allow_redirects=False)
    return answer.headers["Location"]


def hidden(page: str) -> dict[str, str]:
    fields = [tag for tag in re.findall(r"<input[^>]*>", page) if 'type="hidden"' in tag]
    found = {}
    for tag in fields:
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = unescape(value[1]) if value else ""
    return found


def through(client: Client, who: str, *, consent: bool = True, begin: str = "/accounts/oidc/ministry/login/") -> str:
    """All the way to the provider and back: where one ends, or the words of the page that says no."""
    begun = client.get(begin)
    back = vouched(begun["Location"], who, consent=consent)
    answer = client.get(back.removeprefix("http://testserver"))
    return answer.get("Location") or answer.content.decode()
