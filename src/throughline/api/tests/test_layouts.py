"""Templates and focuses over the API: the same verbs, the same refusals."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from throughline.kernel.layouts.models import Layout
from throughline.kernel.layouts.tests import making
from throughline.kernel.layouts.tests.test_package import HOSTILE
from throughline.kernel.reporting.tests import reading
from throughline.kernel.testing.resource_cases import Program
from throughline.kernel.testing.worlds import World
from throughline.publications.tests import making as publishing

KIND = publishing.BRIEF.id
EDITIONS = f"/api/v1/templates/{KIND}/editions"


@pytest.fixture
def region(world: World) -> World:
    publishing.incidents(world)
    return world


def bring_in(program: Program, content: bytes, name: str = "ours.docx") -> Any:
    file = SimpleUploadedFile(name, io.BytesIO(content).read())
    return program.client.post(EDITIONS, {"file": file, "comment": "New cover"}, headers=program.headers)


def test_a_template_from_bringing_it_in_to_going_back(region: World) -> None:
    publishing.build(region)
    sofia = Program(region, "sofia")
    made = bring_in(sofia, making.word_with("By order: {{ figure.incidents }}"))
    assert (made.status_code, made.json()["edition"], made.json()["findings"]) == (201, 1, [])
    one = f"/api/v1/template-editions/{made.json()['id']}"
    assert "By order: 3" in reading.docx_text(sofia.get(f"{one}/trial").content)
    assert sofia.send("post", f"{one}/activate", {}).json()["active"] is True
    assert [each["active"] for each in sofia.get(EDITIONS).json()["items"]] == [True]
    assert sofia.send("post", f"/api/v1/templates/{KIND}/back", {"format": "docx"}).status_code == 204
    assert not Layout.objects.filter(active=True).exists()


def test_what_stands_in_the_way_is_told_with_its_place(region: World) -> None:
    publishing.build(region)
    sofia = Program(region, "sofia")
    made = bring_in(sofia, making.word_with("{{ figure.incidnets }}"))
    refused = sofia.send("post", f"/api/v1/template-editions/{made.json()['id']}/activate", {})
    assert refused.status_code == 422
    assert "Did you mean {{ figure.incidents }}?" in refused.json()["problems"][0]["message"]
    assert bring_in(sofia, HOSTILE["macros"][0]).status_code == 422


def test_names_and_the_houses_own_are_read_by_those_who_build(region: World) -> None:
    publishing.build(region)
    anna = Program(region, "anna")
    names = [one["name"] for one in anna.get(f"/api/v1/templates/{KIND}/names").json()["items"]]
    assert "{{ figure.incidents }}" in names
    assert anna.get(f"/api/v1/templates/{KIND}/house.docx").content[:2] == b"PK"
    assert anna.get(f"/api/v1/templates/{KIND}/house.exe").status_code == 422
    assert bring_in(anna, making.word()).status_code == 403


@pytest.mark.parametrize("who", ["alice", "charlie"])
def test_others_find_nothing(region: World, who: str) -> None:
    key = bring_in(Program(region, "sofia"), making.word()).json()["id"]
    other = Program(region, who)
    answers = [
        other.get(EDITIONS), other.get(f"/api/v1/templates/{KIND}/names"), other.get(f"/api/v1/template-editions/{key}/file"),
        other.get(f"/api/v1/template-editions/{key}/trial"), other.send("post", f"/api/v1/template-editions/{key}/activate", {}),
    ]  # fmt: skip
    assert [one.status_code for one in answers] == [403, 403, 404, 404, 404]


def test_a_document_about_a_question_is_built(region: World) -> None:
    asked = {"template": "in-focus-monitor", "period": "2024-Q1", "scope": "SEE-7"}
    anna = Program(region, "anna")
    assert anna.send("post", "/api/v1/reports/build", asked | {"focus": "victims"}).status_code == 201
    wrong = anna.send("post", "/api/v1/reports/build", asked)
    assert (wrong.status_code, wrong.json()["problems"][0]["field"]) == (422, "focus")
    listed = anna.get("/api/v1/templates").json()
    assert {"id": "victims", "title": "Victims of firearm incidents"} in listed["focuses"]
