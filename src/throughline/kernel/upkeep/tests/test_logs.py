"""Whoever reads the log learns what went wrong, and of nobody's data. Each test tries to leak something."""

import json
import logging
from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import ResolverMatch

from throughline.kernel.history.models import Entry
from throughline.kernel.history.unit import request_context
from throughline.kernel.testing.worlds import World
from throughline.kernel.upkeep.logs import Json, Plain, scrubbed

SECRETS = [
    "alice@example.org",
    "o.petrovic+x@mup.gov.rs",
    "tl_k3J9dl2Xs8Qm4Vb7",
    "p4ssw0rd-Very-Secret",
    "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
    "eyJhbGciOiJIUzI1NiJ9.payload1.sig2",
    "The victim, a woman of 34, was found by her sister",
]


class Lines(logging.Handler):
    """Keeps what a console would have printed, in both formats."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts += [Json().format(record), Plain().format(record)]


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler, root = Lines(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


def leaked(lines: Lines, *secrets: str) -> list[str]:
    return [secret for secret in secrets if any(secret in text for text in lines.texts)]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Mail to alice@example.org was refused", "alice@example.org"),
        ("550 <o.petrovic+x@mup.gov.rs>: no such user", "petrovic"),
        ("connecting to postgresql://tl:geheim@db.local:5432/tl", "geheim"),
        ("Authorization: Bearer tl_k3J9dl2Xs8Qm4Vb7", "k3J9dl2Xs8Qm4Vb7"),
        ("Authorization: Basic YWxpY2U6Z2VoZWlt", "YWxpY2U6Z2VoZWlt"),
        ("{'password': 'p4ssw0rd-Very-Secret', 'x': 1}", "p4ssw0rd"),
        ('{"new_password1": "short"}', "short"),
        ("csrfmiddlewaretoken=abc123&login=x", "abc123"),
        ("Cookie: throughline_session=abcd", "abcd"),
        ("GET /invitation/kX92-lsKd_03mmPq77zzTT1/ failed", "kX92"),
        ("GET /accounts/password/reset/key/1-set-c5x2aa-9f8e7d6c5b4a39281706f5e4/", "9f8e7d6c5b"),
        ("GET /incidents/?q=Dragana+Nikolic&state=draft", "Dragana"),
        ("duplicate key: Key (email)=(secret name) already exists.", "secret name"),
        ("Failing row contains (17, a private narrative, null).", "private narrative"),
        ("THROUGHLINE_SECRET_KEY=dev-key", "dev-key"),
    ],
)
def test_secrets_in_a_message_are_hidden(text: str, secret: str) -> None:
    assert secret not in scrubbed(text)


def test_what_an_operator_needs_stays() -> None:
    key = "01a20147-3bcc-728f-9826-7b72ff2f4e97"

    assert scrubbed(f"Job {key} (report.render) failed.") == f"Job {key} (report.render) failed."
    assert scrubbed("The duty notify.send failed.") == "The duty notify.send failed."


def test_a_message_is_one_line_whatever_it_contains(lines: Lines) -> None:
    logging.getLogger("x").warning("first\n2026-01-01 ERROR forged\r\x1b[31m line\u2028\u202egnp")

    assert [text for text in lines.texts if "\n" in text or "\r" in text or "\x1b" in text or "\u202e" in text] == []
    assert json.loads(lines.texts[0])["message"].startswith("first 2026-01-01 ERROR forged")


def test_the_words_of_an_error_stay_out_and_its_kind_and_place_go_in(lines: Lines) -> None:
    try:
        try:
            int(SECRETS[-1])
        except ValueError as error:
            raise RuntimeError(f"could not read {' '.join(SECRETS)}") from error
    except RuntimeError:
        logging.getLogger("x").exception("Reading failed")

    assert leaked(lines, *SECRETS) == []
    told = json.loads(lines.texts[0])["error"]
    assert told["kind"] == "RuntimeError < ValueError"
    assert "test_the_words_of_an_error" in told["at"][-1]


def test_a_rows_content_does_not_come_out_of_the_database_s_refusal(world: World, lines: Lines) -> None:
    User = get_user_model()
    try:
        with transaction.atomic():
            User.objects.create(email="alice@example.org", name="Somebody Else")
    except IntegrityError:
        logging.getLogger("x").exception("Not written")

    assert "IntegrityError" in lines.texts[0]
    assert leaked(lines, "alice@example.org", "Somebody Else", "Key (email)") == []


def test_why_the_database_does_not_answer_is_said(lines: Lines) -> None:
    try:
        raise OperationalError('connection to "db.local" failed: password=geheim\nDETAIL: more of it')
    except OperationalError:
        logging.getLogger("x").exception("Lost")

    assert "connection to" in lines.texts[0]
    assert leaked(lines, "geheim", "more of it") == []


def test_an_address_with_a_token_is_told_by_its_pattern(client: Client, world: World, lines: Lines) -> None:
    token = "sesame-open-sesame"
    client.get(f"/invitation/{token}/?from={SECRETS[0]}")
    client.get(f"/no/such/{token}/")
    client.post("/accounts/login/", {"login": SECRETS[0], "password": SECRETS[3]})

    assert leaked(lines, token, *SECRETS) == []
    assert any("/invitation/<str:token>/" in text for text in lines.texts)


def test_an_error_in_a_page_leaks_neither_its_form_nor_its_address(rf: RequestFactory, lines: Lines) -> None:
    request = rf.post("/invitation/sesame-open/?x=y", {"password": SECRETS[3]})
    request.resolver_match = ResolverMatch(_page, (), {}, route="invitation/<str:token>/")
    try:
        raise LookupError(SECRETS[-1])
    except LookupError:
        extra = {"status_code": 500, "request": request}
        logging.getLogger("django.request").exception("Internal Server Error: %s", request.path, extra=extra)

    assert leaked(lines, "sesame", *SECRETS) == []
    assert json.loads(lines.texts[0])["message"] == "500 POST /invitation/<str:token>/"


def _page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def test_a_line_carries_the_number_of_its_request(lines: Lines) -> None:
    with request_context() as number:
        logging.getLogger("x").warning("inside")
    logging.getLogger("x").warning("outside")

    assert json.loads(lines.texts[0])["request"] == str(number)
    assert "request" not in json.loads(lines.texts[2])


def test_the_number_in_the_answer_is_the_one_in_history(client: Client, world: World) -> None:
    answer = client.post("/accounts/login/", {"login": "alice@example.org", "password": "correct horse battery"})

    entry = Entry.objects.get(verb="person.sign-in")
    assert answer["X-Request-ID"] == str(entry.request)


def test_a_caller_cannot_choose_the_number(client: Client, world: World) -> None:
    mine = "00000000-0000-7000-8000-000000000000"

    assert client.get("/accounts/login/", headers={"X-Request-ID": mine})["X-Request-ID"] != mine
