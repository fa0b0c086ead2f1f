"""Calls of the API that nobody wrote: from its own description, with keys and words of a real world put in between.

Each call is taken back after it was judged. What must hold of every one of them: it is answered and no fault of the
program; the answer is what the description says; no word of a record that the caller may not read is in it.
"""

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from django.apps import apps
from django.core.signals import got_request_exception, request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from requests import RequestException
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from schemathesis.generation.modes import GenerationMode
from schemathesis.openapi.checks import JsonSchemaError
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.access.hidden import Hidden
from tests.access.reading import unpacked
from throughline.api import services as tokens
from throughline.needs.models import Exercise

JUDGES = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
AT_REQUESTS = (request_started, request_finished)
NAMES = ("reference", "code", "serial", "name", "email", "key")
OF_EACH_MODEL = 3
_ONLY_NEW = (Phase.generate,)
WORDS: tuple[Any, ...] = (
    "AVM", "RS", "SEE-7", "2024", "2024-Q1", "2024-03-07", "incident", "incidents", "incidents;by=jurisdiction",
    "quarterly-monitor", "green", "red", "verify", "submit", "send", "read", "change", "organisation:police-al",
    "person:charlie@example.org", "network:analysts", "csv", "xlsx", "geojson", "pdf", "docx", "json", "en-gb", "sr", "yes",
    "jurisdiction", "type", "previous", "incident:1", "law/progress", "participant", "public-dispute", "handgun",
)  # fmt: skip
UNLUCKY: tuple[Any, ...] = (
    "", " ", "\x00", "a\x00b", "\ud800", "\u202egnp.exe", "=1+1", "' OR 1=1 --", "<script>alert(1)</script>", "..", "../../etc/passwd",
    "%00", "{{7*7}}", "%s%(x)s", "x" * 3000, "2024-02-31", "0000-01-01", "99999-01-01", "-1", "1e400", "NaN", "Infinity",
    "٣", "²", "0x10", "1_000", "00000000-0000-0000-0000-000000000000", 0, -1, 2**31, 2**63, 10**40, 10**400, 1e308, True, False,
    None, [], {}, [[]], [None], {"a": {"a": {}}}, ["x", 1, None], {"": ""}, "💣" * 40, "a" * 300 + "@example.org",
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """Something that must not be: in which operation, what, and a call that shows it."""

    operation: str
    what: str
    shown: str = field(compare=False)

    def __str__(self) -> str:
        return f"{self.operation}: {self.what}\n    {self.shown}"


def words_of(hidden: Hidden) -> list[str]:
    """Keys, references, codes and names of everything there is, whoever may see it."""
    found: dict[str, None] = {}
    for model in apps.get_models():
        names = ["pk", *(name for name in NAMES if name in {one.name for one in model._meta.concrete_fields})]
        for row in model._base_manager.order_by("pk")[:OF_EACH_MODEL]:
            found |= dict.fromkeys(str(getattr(row, name)) for name in names)
    return [*found, *(one.reference for one in hidden.incidents), *map(str, WORDS)]


def swap(draw: Callable[[Any], Any], value: Any, words: st.SearchStrategy[Any]) -> Any:
    """The value with a few of its leaves exchanged for words of this world."""
    if isinstance(value, dict):
        return {key: swap(draw, one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [swap(draw, one, words) for one in value[:20]]
    return draw(words) if draw(st.integers(0, 2)) == 0 else value


class Fuzzer:
    """Calls as one person, or as nobody; what was found is kept by operation and kind, each once."""

    def __init__(self, hidden: Hidden, who: str) -> None:
        self.who, self.findings, self.calls = who, dict[Finding, None](), 0
        # The police of Serbia have a position in an exercise that is not open yet, and so meet its reference.
        unopened = (
            {str(one) for one in Exercise.objects.values_list("reference", flat=True)} if who == "alice" else set()
        )
        self.unseen = {word.casefold() for word in hidden.unseen_words(who) - unopened}
        self.headers = {"User-Agent": "fuzz"}
        if who:
            self.headers["Authorization"] = f"Bearer {tokens.make(hidden.world.viewer(who), name='fuzz', days=9)[1]}"
        self.schema = schemathesis.openapi.from_dict(Client().get("/api/openapi.json").json())
        self.app = get_wsgi_application()
        self.schema.app = self.app
        self.words = words_of(hidden)
        self.errors: list[str] = []

    def operations(self) -> Iterator[APIOperation]:
        for found in self.schema.get_all_operations():
            yield found.ok()

    def run(self, operation: APIOperation, *, examples: int, number: int = 0) -> None:
        """So many calls of one operation, half of them as described and half of them not."""
        words = st.sampled_from([*self.words, *UNLUCKY])

        @st.composite
        def cases(draw: Callable[[Any], Any]) -> Case:
            mode = draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
            case = draw(operation.as_strategy(generation_mode=mode))
            for name in case.path_parameters or {}:
                if draw(st.integers(0, 9)):
                    case.path_parameters[name] = str(draw(words)) or "-"
            case.headers.clear()  # what stands in them is the server's to judge, not ours
            case.query = swap(draw, case.query or {}, words)
            if isinstance(case.body, dict | list):
                case.body = swap(draw, case.body, words)
            return case

        @seed(number)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=_ONLY_NEW,
        )
        @given(case=cases())
        def call(case: Case) -> None:
            self.judge(operation, case)

        try:
            call()
        except BaseExceptionGroup as strange:
            self.keep(operation, f"cannot be tried: {strange.exceptions[0]!r:.300}", "")
        except Exception as strange:
            self.keep(operation, f"cannot be tried: {strange!r:.300}", "".join(traceback.format_exc()[-1500:]))

    def judge(self, operation: APIOperation, case: Case) -> None:
        """One call, and what is to be said of its answer."""
        self.errors.clear()
        got_request_exception.connect(self.remember)
        for signal in AT_REQUESTS:  # the transaction around all calls is to stay
            signal.disconnect(close_old_connections)
        try:
            with transaction.atomic():
                try:
                    response = case.call(headers=self.headers)
                except (UnicodeError, ValueError, RequestException):
                    return  # what cannot be written as a request cannot arrive as one
                if not connection.needs_rollback:
                    with connection.cursor() as cursor:
                        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                transaction.set_rollback(True)
        finally:
            got_request_exception.disconnect(self.remember)
            for signal in AT_REQUESTS:
                signal.connect(close_old_connections)
        self.calls += 1
        self.conforms(operation, case, response)

    def conforms(self, operation: APIOperation, case: Case, response: Response) -> None:
        shown = f"as {self.who or 'nobody'}: {response.status_code} {case.as_curl_command()[:700]}"
        if self.errors:
            self.keep(operation, self.errors[0], shown)
            return
        try:
            case.validate_response(response, checks=JUDGES)
        except FailureGroup as group:
            for one in group.exceptions:
                path = "/".join(map(str, one.instance_path)) if isinstance(one, JsonSchemaError) else ""
                self.keep(operation, f"{type(one).__name__} {path} {one.message[:300]!r}", shown)
        text, sent = (
            unpacked(response.content).casefold(),
            f"{case.path_parameters} {case.query} {case.body}".casefold(),
        )
        if told := [word for word in self.unseen if word in text and word not in sent]:
            self.keep(operation, f"says {told[:3]}", shown)

    def remember(self, sender: Any, **given: Any) -> None:
        found = traceback.format_exc().strip().splitlines()
        ours = [line.strip() for line in found if "throughline" in line or "/hostile/" in line]
        self.errors.append(f"{found[-1][:200]} at {ours[-1] if ours else ''}")

    def keep(self, operation: APIOperation, what: str, shown: str) -> None:
        finding = Finding(operation.label, what, shown)
        self.findings.setdefault(finding)
