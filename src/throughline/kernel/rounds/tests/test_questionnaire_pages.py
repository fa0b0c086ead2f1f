"""Making questionnaires: name, upload, generate, preview, compare, download."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds import registry
from throughline.kernel.rounds.forms.definition import load
from throughline.kernel.rounds.forms.reading import read_xlsform
from throughline.kernel.rounds.models import Edition, Questionnaire
from throughline.kernel.rounds.registry import Asking, Source
from throughline.kernel.rounds.views.outline import compare_editions, outline
from throughline.kernel.testing.resource_cases import signed_in, text_of
from throughline.kernel.testing.rounds import CHOICES, SURVEY, make_questionnaire, make_round, xlsform
from throughline.kernel.testing.worlds import World

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
LABEL = "label::English (en)"


@pytest.fixture
def sofia(world: World) -> Client:
    return signed_in(world, "sofia")


@pytest.fixture
def asking() -> Iterator[Asking]:
    """A subject that makes questionnaires from its own things."""
    made = Asking(
        "trial",
        "Trial of a subject",
        sources=lambda viewer: [Source("F-1", "Framework 1")],
        make_form=lambda viewer, key: xlsform(settings={"form_title": f"From {key}", "form_id": "made"}),
    )
    registry.register(made)
    yield made
    registry._askings.pop("trial")


def file(content: bytes | None = None, name: str = "arms.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, xlsform() if content is None else content)


def keep(sofia: Client, world: World, **given: Any) -> Questionnaire:
    values = {"programme": str(world.programme.pk), "title": "Yearly return", "asking": "general", **given}
    sofia.post(reverse("questionnaire-make"), values)
    return Questionnaire.objects.get(title=values["title"])


# Making


def test_a_questionnaire_is_made_and_its_first_form_uploaded(world: World, sofia: Client) -> None:
    kept = keep(sofia, world)

    answer = sofia.post(reverse("questionnaire-upload", args=[kept.reference]), {"file": file()})

    edition = kept.editions.get()
    assert (kept.code, edition.number, edition.name, edition.origin) == ("yearly-return", 1, "arms.xlsx", "upload")
    assert answer.headers["Location"] == reverse("questionnaire-preview", args=[kept.reference, 1])


def test_who_does_not_run_rounds_makes_no_questionnaire(world: World) -> None:
    edition = make_questionnaire(world)
    upload = reverse("questionnaire-upload", args=[edition.questionnaire.reference])

    answers = {
        who: (
            signed_in(world, who).post(reverse("questionnaire-make"), {"title": "x"}).status_code,
            signed_in(world, who).post(upload, {"file": file()}).status_code,
        )
        for who in ("alice", "anna", "outsider")
    }

    assert answers == {"alice": (403, 403), "anna": (403, 403), "outsider": (403, 404)}
    assert (Questionnaire.objects.count(), Edition.objects.count()) == (1, 1)


def test_a_code_that_is_taken_is_said_at_its_field(world: World, sofia: Client) -> None:
    keep(sofia, world, code="yearly")

    page = sofia.post(
        reverse("questionnaire-make"),
        {"programme": str(world.programme.pk), "title": "Other", "code": "yearly", "asking": "general"},
    )

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["code"])


def test_what_is_wrong_with_a_form_stands_by_sheet_row_and_column_and_nothing_is_kept(
    world: World, sofia: Client
) -> None:
    kept = keep(sofia, world)
    broken = xlsform(survey=[*SURVEY, {"type": "integer", "name": "x", LABEL: "X", "relevant": "${nowhere} > 1"}])

    page = sofia.post(reverse("questionnaire-upload", args=[kept.reference]), {"file": file(broken)})

    problems = page.context["problems"]
    assert page.status_code == 422
    assert [(one.sheet, one.row, one.column) for one in problems] == [("survey", len(SURVEY) + 2, "relevant")]
    assert "nowhere" in text_of(page)
    assert kept.editions.count() == 0


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_what_is_no_workbook_is_refused_in_words(world: World, sofia: Client, content: bytes) -> None:
    kept = keep(sofia, world)

    page = sofia.post(reverse("questionnaire-upload", args=[kept.reference]), {"file": file(content)})

    assert (page.status_code, kept.editions.count()) == (422, 0)


def test_the_same_form_again_is_no_new_edition(world: World, sofia: Client) -> None:
    edition = make_questionnaire(world)
    url = reverse("questionnaire-upload", args=[edition.questionnaire.reference])

    page = sofia.post(url, {"file": file()})

    assert (page.status_code, "the same as edition 1" in text_of(page)) == (422, True)
    assert Edition.objects.count() == 1


def test_a_form_is_made_from_a_source_of_the_subject(world: World, sofia: Client, asking: Asking) -> None:
    kept = keep(sofia, world, asking="trial")
    url = reverse("questionnaire-upload", args=[kept.reference])

    offered = text_of(sofia.get(url))
    strange = sofia.post(url, {"source": "F-2"})
    answer = sofia.post(url, {"source": "F-1"})

    assert "Framework 1" in offered
    assert (strange.status_code, answer.status_code) == (422, 302)
    edition = kept.editions.get()
    assert (edition.origin, edition.form.title) == ("generated", "From F-1")


# Media


def test_pictures_of_a_form_are_kept_and_shown(world: World, sofia: Client) -> None:
    kept = keep(sofia, world)
    survey = [{"type": "note", "name": "look", LABEL: "Look", "media::image": "map.png"}]
    files = {"file": file(xlsform(survey=survey, choices=[])), "shown": [SimpleUploadedFile("map.png", PNG)]}

    answer = sofia.post(reverse("questionnaire-upload", args=[kept.reference]), files)
    assert answer.status_code == 302, answer.context["problems"]

    url = reverse("questionnaire-medium", args=[kept.reference, 1, "map.png"])
    answer = signed_in(world, "alice").get(url)
    assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (200, "image/png", PNG)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert url in text_of(sofia.get(reverse("questionnaire-preview", args=[kept.reference, 1])))


@pytest.mark.parametrize(
    ("name", "content"),
    [("map.png", b"<script>"), ("map.svg", b"<svg/>"), ("run.exe", b"MZ"), ("page.html", b"<html>"), ("clip.mp4", PNG)],
)
def test_only_pictures_sounds_and_films_are_taken(world: World, sofia: Client, name: str, content: bytes) -> None:
    kept = keep(sofia, world)
    files = {"file": file(), "shown": [SimpleUploadedFile(name, content)]}

    page = sofia.post(reverse("questionnaire-upload", args=[kept.reference]), files)

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["shown"])
    assert kept.editions.count() == 0


# Reading


def test_the_preview_reads_in_each_language(world: World) -> None:
    edition = make_questionnaire(world)
    url = reverse("questionnaire-preview", args=[edition.questionnaire.reference, 1])
    alice = signed_in(world, "alice")

    english, albanian = text_of(alice.get(url)), text_of(alice.get(f"{url}?language=Shqip (sq)"))

    assert ("Firearms seized" in english, "Armë të sekuestruara" in english) == (True, False)
    assert ("Armë të sekuestruara" in albanian, 'lang="sq"' in albanian) == (True, True)
    assert ("${seized}" in english, "<code>seizures/handguns</code>" in english) == (False, False)
    assert "<code>seizures/handguns</code>" in text_of(alice.get(f"{url}?technical=1"))


def test_conditions_call_questions_by_their_labels() -> None:
    form = load(read_xlsform(xlsform(), "arms.xlsx").xform)

    entries = {one.path: one for one in outline(form, "English (en)")}

    assert entries["seizures/handguns"].when == "“Firearms seized” > 0"
    assert entries["seizures/handguns"].must == "the answer ≥ 0 and the answer ≤ “Firearms seized”"
    assert entries["law/progress"].when == "“State of the law on arms” ≠ 'none'"
    assert entries["seizures/others"].computed == "“Firearms seized” - coalesce(“of these, handguns”, 0)"
    assert [one.label for one in entries["law/status"].choices] == ["Not started", "Drafted", "Adopted"]
    assert (entries["places"].kind, entries["seizures/seized"].required) == ("repeat", True)


def test_outsiders_find_no_questionnaire(world: World) -> None:
    edition = make_questionnaire(world)
    key = edition.questionnaire.reference
    pages = [reverse("questionnaire-detail", args=[key]), reverse("questionnaire-preview", args=[key, 1]),
             reverse("questionnaire-source", args=[key, 1])]  # fmt: skip

    assert [signed_in(world, "alice").get(url).status_code for url in pages] == [200, 200, 200]
    assert [signed_in(world, "outsider").get(url).status_code for url in pages] == [404, 404, 404]
    assert signed_in(world, "alice").get(reverse("questionnaire-preview", args=[key, 9])).status_code == 404


def test_the_form_is_downloaded_as_it_came(world: World, sofia: Client) -> None:
    edition = make_questionnaire(world)

    answer = sofia.get(reverse("questionnaire-source", args=[edition.questionnaire.reference, 1]))

    assert answer.content == bytes(Edition.objects.get().source)
    assert 'filename="arms_return.xlsx"' in answer.headers["Content-Disposition"]


def test_what_changed_between_editions(world: World, sofia: Client) -> None:
    first = make_questionnaire(world)
    survey = [dict(row) for row in SURVEY if row.get("name") != "kept"]
    survey[1] |= {LABEL: "Arms seized", "required": ""}
    survey.insert(2, {"type": "text", "name": "where", LABEL: "Where"})
    choices = [*CHOICES, {"list_name": "status", "name": "repealed", LABEL: "Repealed"}]
    second = make_questionnaire(world, xlsform(survey=survey, choices=choices))

    found = {one.path: one for one in compare_editions(first, second, "English (en)")}

    assert {path: one.change for path, one in found.items() if one.change != "changed"} == {
        "seizures/where": "added",
        "places/kept": "removed",
    }
    assert found["seizures/seized"].details == (
        ("Wording", "Firearms seized", "Arms seized"),
        ("Has to be answered", "Yes", "No"),
    )
    assert found["law/status"].details == (
        ("Choices", "Not started, Drafted, Adopted", "Not started, Drafted, Adopted, Repealed"),
    )
    page = text_of(sofia.get(reverse("questionnaire-changes", args=[first.questionnaire.reference, 1, 2])))
    assert ("Arms seized" in page, "Weapons kept" in page) == (True, True)


def test_a_questionnaire_page_shows_its_editions_and_offers_a_round(world: World, sofia: Client) -> None:
    edition = make_questionnaire(world)
    make_round(world, edition)
    url = reverse("questionnaire-detail", args=[edition.questionnaire.reference])

    page, plain = text_of(sofia.get(url)), text_of(signed_in(world, "alice").get(url))

    assert ("Prepare a round" in page, "Prepare a round" in plain) == (True, False)
    assert "arms_return.xlsx" in plain


def test_a_viewer_type_is_what_sources_get(world: World, asking: Asking) -> None:
    viewer: Viewer = world.viewer("sofia")

    assert [one.key for one in asking.sources(viewer)] == ["F-1"]


def test_a_new_wording_changes_no_condition_that_reads_it(world: World) -> None:
    first = make_questionnaire(world)
    survey = [dict(row) for row in SURVEY]
    survey[1] |= {LABEL: "Arms seized"}
    survey[2] |= {"relevant": "${seized} > 5"}
    second = make_questionnaire(world, xlsform(survey=survey))

    found = {one.path: one.details for one in compare_editions(first, second, "English (en)")}

    assert found == {
        "seizures/seized": (("Wording", "Firearms seized", "Arms seized"),),
        "seizures/handguns": (("Asked only if", "“Firearms seized” > 0", "“Arms seized” > 5"),),
    }
