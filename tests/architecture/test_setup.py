"""The set-up itself: the database answers, static files are found, the network is shut."""

import socket

import pytest
from django.contrib.staticfiles import finders
from django.db import connection


@pytest.mark.django_db
def test_the_bundled_postgresql_answers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("show server_version_num")
        assert int(cursor.fetchone()[0]) >= 150000


def test_browser_packages_are_found_but_only_the_listed_files() -> None:
    assert finders.find("vendor/htmx/htmx.min.js")
    assert not finders.find("vendor/htmx/htmx.js")
    assert not finders.find("vendor/htmx/../../package.json")


def test_the_network_is_shut() -> None:
    with socket.socket() as speaker, pytest.raises(RuntimeError, match="do not speak to the network"):
        speaker.connect(("192.0.2.1", 80))
