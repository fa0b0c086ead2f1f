"""Tests every noun inherits: say a few values, and list, record page, form, export and API are tried.

    class TestSource(ResourceCases):
        noun = "source"
        good = {"code": "gazette", "name": "Official gazette", "kind": "official"}
        changed = {"name": "The official gazette"}
        wrong = ("kind", "a rumour")
        queries = {"list": 9, "record": 8}

        def make(self, world, number): ...

People are Alice (may read and add), `changer`, and those in `refused`, who may not add. For records the
outsider must not even learn that they exist.
"""

import csv
import io
import json
from typing import Any, ClassVar

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from throughline.api.services import make as make_key
from throughline.kernel.history.models import Entry
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import address_of
from throughline.kernel.resources.cleaning import clean
from throughline.kernel.resources.declare import Resource
from throughline.kernel.testing.worlds import World

# Markup, a formula, a template, a query and an override of direction, as long as the field takes, shortest last.
HOSTILE = (
    "=1+1 \"><script>zq</script><img src=x onerror=zq> {{ 7|add:7 }} ' OR 1=1;-- \u202eexe.\u2066\x1b[2J\x00 %s",
    '=1"><img src=zq onerror=1>\u202e\x00',
    "=<b>\u202e",
)
RUNS = ("<script>zq", "<img src=x", "<img src=zq", "=<b>", 'href="javascript')
OVERRIDES = ("\u202e", "\u2066", "\x1b", "\x00")
FOUND, SEE_OTHER, REFUSED, MISSING, WRONG, MADE, UNKNOWN = 200, 302, 403, 404, 422, 201, 401


def signed_in(world: World, name: str) -> Client:
    """A browser in which this person has signed in."""
    client = Client()
    client.force_login(world.user(name), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def text_of(response: Any) -> str:
    """The body of any answer, streamed or not."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8-sig")  # type: ignore[no-any-return]


class Program:
    """A program that calls the API with a key of this person."""

    def __init__(self, world: World, name: str) -> None:
        _token, key = make_key(world.viewer(name), name="test", days=1)
        self.headers = {"Authorization": f"Bearer {key}"}
        self.client = Client()

    def get(self, url: str) -> Any:
        return self.client.get(url, headers=self.headers)

    def send(self, method: str, url: str, body: Any) -> Any:
        return self.client.generic(method, url, json.dumps(body), "application/json", headers=self.headers)


class ResourceCases:
    """See the module."""

    noun: ClassVar[str]
    good: ClassVar[dict[str, Any]]
    changed: ClassVar[dict[str, Any]]
    wrong: ClassVar[tuple[str, str]]
    queries: ClassVar[dict[str, int]]
    reader: ClassVar[str] = "alice"
    adder: ClassVar[str] = "alice"
    changer: ClassVar[str] = "alice"
    refused: ClassVar[str] = "rita"

    def make(self, world: World, number: int) -> Any:
        """The `number`th record of this noun, readable and changeable by the people above."""
        raise NotImplementedError

    @property
    def resource(self) -> Resource:
        return registry.get(self.noun)

    def url(self, name: str, *arguments: Any) -> str:
        return reverse(f"{self.noun}-{name}", args=arguments)

    def api(self, key: str = "") -> str:
        return f"/api/v1/{self.resource.plural}/{key}"

    def counted(self, client: Client, url: str) -> int:
        client.get(url)  # what is remembered for good (content types) is not the page's
        with CaptureQueriesContext(connection) as context:
            assert client.get(url).status_code == FOUND
        return len(context)

    # List and record page

    def test_list_shows_what_may_be_read(self, world: World) -> None:
        record = self.make(world, 1)
        page = signed_in(world, self.reader).get(self.url("list"))
        assert page.status_code == FOUND
        assert self.url("detail", address_of(self.resource, record)) in page.content.decode()

    def test_list_is_for_people_who_signed_in(self, world: World) -> None:
        self.make(world, 1)
        answer = Client().get(self.url("list"))
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (SEE_OTHER, reverse("account_login"))

    def test_list_costs_the_same_for_one_and_three_rows(self, world: World) -> None:
        client = signed_in(world, self.reader)
        self.make(world, 1)
        one = self.counted(client, self.url("list"))
        self.make(world, 2)
        self.make(world, 3)
        assert (one, self.counted(client, self.url("list"))) == (self.queries["list"], self.queries["list"])

    def test_record_page_costs_what_is_written_here(self, world: World) -> None:
        record = self.make(world, 1)
        url = self.url("detail", address_of(self.resource, record))
        assert self.counted(signed_in(world, self.reader), url) == self.queries["record"]

    def test_outsider_does_not_learn_of_a_record(self, world: World) -> None:
        record = self.make(world, 1)
        address = address_of(self.resource, record)
        if not self.resource.is_record:
            pytest.skip("reference data is open to everyone who is signed in")
        outsider = signed_in(world, "outsider")
        assert address not in outsider.get(self.url("list")).content.decode()
        for name in ("detail", "change", "history"):
            assert outsider.get(self.url(name, address)).status_code == MISSING
        for name in ("advance", "share", "withdraw-grant", "mark"):
            assert outsider.post(self.url(name, address)).status_code == MISSING
        assert address not in text_of(outsider.get(self.url("export", "csv")))

    # Form

    def test_form_makes_a_record_and_history(self, world: World) -> None:
        if self.resource.create is None:
            pytest.skip("cannot be made by hand")
        before = set(self.resource.visible(world.viewer(self.adder)).values_list("pk", flat=True))
        answer = signed_in(world, self.adder).post(self.url("add"), {**self.good, "_do": "save"})
        assert answer.status_code == SEE_OTHER
        made = self.resource.visible(world.viewer(self.adder)).exclude(pk__in=before).get()
        assert answer.headers["Location"] == self.url("detail", address_of(self.resource, made))
        assert Entry.objects.filter(object_id=made.pk, verb=f"{self.noun}.create").count() == 1

    def test_form_is_refused_to_who_may_not_add(self, world: World) -> None:
        answer = signed_in(world, self.refused).post(self.url("add"), {**self.good, "_do": "save"})
        assert answer.status_code == REFUSED

    def test_form_keeps_what_was_typed_and_says_what_is_wrong(self, world: World) -> None:
        if self.resource.create is None:
            pytest.skip("cannot be made by hand")
        field, value = self.wrong
        answer = signed_in(world, self.adder).post(self.url("add"), {**self.good, field: value, "_do": "save"})
        page = answer.content.decode()
        assert answer.status_code == WRONG
        assert f'id="id_{field}_error"' in page
        assert value in page
        assert all(str(given) in page for name, given in self.good.items() if name != field)

    def test_form_changes_a_record(self, world: World) -> None:
        if self.resource.change is None:
            pytest.skip("cannot be changed by hand")
        record = self.make(world, 1)
        address = address_of(self.resource, record)
        client = signed_in(world, self.changer)
        version = {"version": str(record.version)} if self.resource.is_record else {}
        given = {**self.good, self.resource.key: getattr(record, self.resource.key), **self.changed, **version}
        answer = client.post(self.url("change", address), {**given, "_do": "save"})
        assert (answer.status_code, answer.headers.get("Location")) == (SEE_OTHER, self.url("detail", address))
        assert Entry.objects.filter(object_id=record.pk, verb=f"{self.noun}.change").count() == 1

    # Sheet

    def test_export_reads_back_as_the_same(self, world: World) -> None:
        record = self.make(world, 1)
        sheet = text_of(signed_in(world, self.reader).get(self.url("export", "csv")))
        heads, *rows = csv.reader(io.StringIO(sheet))
        keys = [column.key for column in self.resource.columns]
        at = keys.index(self.resource.key)
        row = next(row for row in rows if row[at] == str(getattr(record, self.resource.key)))
        draft = clean(
            self.resource, dict(zip(keys, row, strict=True)), viewer=world.viewer(self.changer), existing=record
        )
        assert len(heads) == len(keys)
        assert draft.problems == []
        given = {name: value for name, value in draft.values.items() if self.resource.field(name).source is not None}
        assert given == {name: getattr(record, name) for name in given}

    def test_export_is_written_down(self, world: World) -> None:
        self.make(world, 1)
        answer = signed_in(world, self.reader).get(self.url("export", "xlsx") + "?sort=" + self.resource.key)
        assert answer.getvalue()[:2] == b"PK"
        entry = Entry.objects.get(verb="resource.export")
        assert entry.after is not None
        assert (entry.after["noun"], entry.after["format"]) == (self.noun, "xlsx")
        assert entry.after["question"] == f"sort={self.resource.key}"

    # API

    def test_api_needs_a_key(self, world: World) -> None:
        signed = signed_in(world, self.reader)
        assert (signed.get(self.api()).status_code, Client().get(self.api()).status_code) == (UNKNOWN, UNKNOWN)

    def test_api_lists_and_reads(self, world: World) -> None:
        record = self.make(world, 1)
        program = Program(world, self.reader)
        found = [one["id"] for one in program.get(self.api()).json()["items"]]
        one = program.get(self.api(address_of(self.resource, record))).json()
        assert str(record.pk) in found
        assert one["id"] == str(record.pk)

    def test_api_shows_an_outsider_nothing(self, world: World) -> None:
        record = self.make(world, 1)
        if not self.resource.is_record:
            pytest.skip("reference data is open to everyone who is signed in")
        program = Program(world, "outsider")
        address = self.api(address_of(self.resource, record))
        reads = ("", "/history", "/access", "/grants", "/transitions")
        assert program.get(self.api()).json()["items"] == []
        assert [program.get(address + path).status_code for path in reads] == [MISSING] * len(reads)
        writes = (("PATCH", ""), ("POST", "/grants"), ("POST", "/transitions"), ("POST", "/handling"))
        can_change = self.resource.change is not None
        tried = [program.send(method, address + path, {}).status_code for method, path in writes if path or can_change]
        assert tried == [MISSING] * len(tried)

    def test_api_makes_and_changes(self, world: World) -> None:
        if self.resource.create is None or self.resource.change is None:
            pytest.skip("cannot be made or changed by hand")
        made = Program(world, self.adder).send("POST", self.api(), self.good)
        assert made.status_code == MADE
        changer = Program(world, self.changer)
        answer = changer.send("PATCH", self.api(made.json()["id"]), self.changed)
        assert answer.status_code == FOUND
        assert {name: answer.json()[name] for name in self.changed} == self.changed

    def test_api_says_what_is_wrong_with_which_field(self, world: World) -> None:
        if self.resource.create is None:
            pytest.skip("cannot be made by hand")
        field, value = self.wrong
        answer = Program(world, self.adder).send("POST", self.api(), {**self.good, field: value})
        assert (answer.status_code, answer.headers["Content-Type"]) == (WRONG, "application/problem+json")
        assert [one["field"] for one in answer.json()["problems"]] == [field]

    def test_api_refuses_who_may_not_add(self, world: World) -> None:
        if self.resource.create is None:
            pytest.skip("cannot be made by hand")
        assert Program(world, self.refused).send("POST", self.api(), self.good).status_code == REFUSED

    # Text made to harm

    def test_hostile_text_is_text_wherever_it_is_shown(self, world: World) -> None:
        """Every text field, changed over the API; then each page, sheet and answer that shows the record."""
        record, resource = self.make(world, 1), self.resource
        if resource.change is None:
            pytest.skip("cannot be changed by hand")
        address, changer = address_of(resource, record), Program(world, self.changer)
        taken = {field.name: text for field in resource.all_fields if (text := self.harm(changer, address, field))}
        address = address_of(resource, resource.model._default_manager.get(pk=record.pk))
        reader = signed_in(world, self.reader)
        pages = [self.url("list"), self.url("list") + "?q=%3D1%22%3E%3Cscript%3Ezq", self.url("detail", address)]
        pages += [self.url("history", address)] + ([self.url("change", address)] if taken else [])
        for client, urls in ((reader, pages[:4]), (signed_in(world, self.changer), pages)):
            for page in (text_of(client.get(url)) for url in urls):
                assert [one for one in (*RUNS, *OVERRIDES) if one in page] == []
        rows = list(csv.reader(io.StringIO(text_of(reader.get(self.url("export", "csv"))))))
        assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))] == []
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(reader.get(self.url("export", "xlsx")).getvalue()))
        cells = {str(cell) for row in sheet.get_sheet_by_index(0).to_python() for cell in row}
        told = Program(world, self.reader).get(self.api(address)).json()
        for name in taken:
            assert str(told[name]).startswith("=")
            assert not any(one in str(told[name]) for one in OVERRIDES)
            assert name not in {column.key for column in resource.columns} or str(told[name]) in cells

    def harm(self, changer: Program, address: str, field: Any) -> str:
        """The longest hostile text that the field takes; '' where it takes none, and says so in the field's name."""
        if field.kind not in {"text", "long-text"} or field.read_only or field.name == self.resource.key:
            return ""
        for text in HOSTILE:
            answer = changer.send("PATCH", self.api(address), {field.name: text})
            if answer.status_code == FOUND:
                return text
            assert answer.status_code in {WRONG, REFUSED}, answer.content
        return ""
