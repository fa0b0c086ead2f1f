"""Light and dark, and the frame."""

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db


def test_a_theme_is_remembered_and_the_person_goes_back(client: Client) -> None:
    answer = client.post("/theme/", {"theme": "dark", "next": "/accounts/login/"})
    assert answer.headers["Location"] == "/accounts/login/"
    assert client.cookies["theme"].value == "dark"
    assert b'data-theme="dark"' in client.get("/accounts/login/").content


def test_a_theme_nobody_knows_is_not_remembered(client: Client) -> None:
    client.post("/theme/", {"theme": "sepia"})
    assert "theme" not in client.cookies
    client.cookies["theme"] = '"><script>'
    assert b'data-theme="auto"' in client.get("/accounts/login/").content


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere(client: Client, wanted: str) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": wanted}).headers["Location"] == "/"


def test_a_page_brings_no_script_or_style_that_the_policy_would_refuse(client: Client) -> None:
    answer = client.get("/accounts/login/")
    html = answer.content.decode()
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "<style" not in html
    assert " style=" not in html
    assert " onclick=" not in html
    assert html.count("<script") == html.count("<script src=") + 1
    nonce = html.split('type="importmap" nonce="')[1].split('"')[0]
    assert f"'nonce-{nonce}'" in policy


def test_the_language_can_be_changed_before_signing_in(client: Client) -> None:
    client.post("/language/", {"language": "sq", "next": "/accounts/login/"})
    assert b'<html lang="sq"' in client.get("/accounts/login/").content


def test_there_is_no_style_guide_in_service(client: Client) -> None:
    assert client.get("/styleguide/").status_code == 404


def test_the_style_guide_shows_every_component(client: Client, settings: Settings) -> None:
    settings.DEBUG = True
    html = client.get("/styleguide/?errors").content.decode()
    for mark in ("figure-value", "chart-island", "table-scroll", "chip-good", "tlp-red", "timeline", "step is-current"):
        assert mark in html


@pytest.mark.parametrize(
    ("template", "words"), [("404.html", "no such page"), ("500.html", "went wrong"), ("400.html", "read")]
)
def test_error_pages_stand_without_a_request(template: str, words: str) -> None:
    from django.template.loader import render_to_string  # reason: the templates need the settings of the test

    assert words in render_to_string(template)
