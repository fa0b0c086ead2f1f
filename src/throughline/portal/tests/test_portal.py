"""The public page as nobody: what was opened, in four languages, without a cookie; and nothing else."""

import csv
import io
import json
import re
from xml.etree import ElementTree as ET

import pytest
from django.core.cache import caches
from django.test import Client

from throughline.kernel.testing.worlds import World
from throughline.portal.words import LANGUAGES, TAXONOMIES, Words, _catalogue
from throughline.publications.models import Release
from throughline.publications.public.models import PublicEdition
from throughline.publications.public.services import close_to_public, propose
from throughline.publications.public.tests.making import opened, quarter, released
from throughline.reference import loading
from throughline.reference.queries import terms_by_code


@pytest.fixture(autouse=True)
def nobody_asked_yet() -> None:
    caches["local"].clear()


@pytest.fixture
def release(world: World) -> Release:
    quarter(world)
    return released(world)


@pytest.fixture
def edition(world: World, release: Release) -> PublicEdition:
    return opened(world, release)


def addresses(edition: PublicEdition) -> list[str]:
    reference, shown = edition.reference, next(one["id"] for one in edition.content["figures"])
    pages = ["", "data/", f"releases/{reference}/", f"releases/{reference}/figures/{shown}"]
    return [
        *(f"/public/{language}/{page}" for language in LANGUAGES for page in pages),
        *(
            f"/public/data/{name}"
            for name in (f"{reference}.csv", f"{reference}.json", "catalogue.json", "dictionary.csv")
        ),
    ]


def test_every_page_in_every_language_without_a_cookie(edition: PublicEdition, client: Client) -> None:
    for address in addresses(edition):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert not answer.cookies, address
        assert "Cookie" not in answer.get("Vary", ""), address
        policy = answer["Content-Security-Policy"]
        assert "script-src" not in policy
        assert "default-src 'none'" in policy
        assert b"<script" not in answer.content
        assert b"csrf" not in answer.content
        again = client.get(address, headers={"if-none-match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b""), address


def test_a_signed_in_person_gets_the_same_bytes(world: World, edition: PublicEdition, client: Client) -> None:
    person = Client()
    person.force_login(world.user("sofia"))
    for address in addresses(edition):
        assert person.get(address, headers={"authorization": "Bearer x"}).content == client.get(address).content


def test_what_is_withheld_is_nowhere(edition: PublicEdition, client: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get(f"/public/data/{edition.reference}.csv").text)))
    assert {row["value"] for row in rows if row["status"] == "withheld"} == {""}
    assert [row for row in rows if row["value"] and 0 < int(row["value"]) < 5] == []
    assert any(row["status"] == "withheld" for row in rows)
    told = json.loads(client.get(f"/public/data/{edition.reference}.json").content)
    assert [str(one["value"] or "") for one in told["figures"]] == [
        row["value"] if row["value"] != "0" else "" for row in rows
    ]
    assert set(told["dictionary"]) == set(rows[0])
    withheld = next(one["id"] for one in edition.content["figures"] if one["status"] == "withheld")
    assert "withheld" in client.get(f"/public/en/releases/{edition.reference}/figures/{withheld}").text


def test_what_is_proposed_only_is_not_there_and_what_is_closed_says_so(
    world: World, release: Release, client: Client
) -> None:
    page = f"/public/en/releases/{release.reference}/"
    never = client.get("/public/en/releases/RL-2019-000099/")
    made = propose(world.viewer("sofia"), release=release, reason="Soon.")
    for address in (page, page.replace("en", "mk", 1)):
        assert client.get(address).status_code == 404
    assert client.get(page).content == never.content
    assert client.get(f"/public/data/{release.reference}.csv").status_code == 404
    close_to_public(world.viewer("simon"), edition=made, reason="Not yet.")
    assert client.get(page).status_code == 404
    made = opened(world, release)
    assert client.get(page).status_code == 200
    close_to_public(world.viewer("simon"), edition=made, reason="A mistake.")
    assert client.get(page).status_code == 410
    assert client.get(f"/public/data/{release.reference}.json").status_code == 410
    assert release.reference not in client.get("/public/en/").text


def test_a_newer_edition_is_named_and_the_older_stays(world: World, edition: PublicEdition, client: Client) -> None:
    page = f"/public/en/releases/{edition.reference}/"
    before = client.get(page).text
    assert "A newer edition" not in before
    newer = opened(world, released(world))
    after = client.get(page).text
    assert "A newer edition" in after
    assert f"/public/en/releases/{newer.reference}/" in after
    file = client.get(f"/public/data/{edition.reference}.json")
    assert json.loads(file.content)["superseded_by"] == newer.reference
    assert newer.reference in file["Link"]


def test_reading_only_and_not_too_often(edition: PublicEdition, client: Client) -> None:
    assert client.post("/public/en/").status_code == 405
    codes = {client.get("/public/data/dictionary.csv").status_code for _turn in range(301)}
    assert codes == {200, 429}
    assert client.get("/public/en/")["Retry-After"] == "60"


def test_nothing_else_is_reachable_from_here(client: Client, release: Release) -> None:
    for address in (
        "/public/en/../releases/",
        "/public/xx/",
        "/public/data/x.exe",
        "/public/en/incidents/",
        "/public/nowhere",
    ):
        assert client.get(address).status_code == 404, address
    assert release.reference not in client.get("/public/en/").text


def test_names_and_footnotes_come_from_the_one_place(edition: PublicEdition, client: Client) -> None:
    page = client.get(f"/public/en/releases/{edition.reference}/").text
    assert "Kosovo*" in page


def test_the_catalogue_has_every_word_in_every_language() -> None:
    empty = [(key, code) for key, row in _catalogue().items() for code in LANGUAGES if not row[code].strip()]
    assert empty == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_kind_of_what_is_published_has_a_word_of_its_own(language: str) -> None:
    """Of types, weapons and ages, none falls back to the English word."""
    loading.add_all()
    words, english = Words.of(language), Words.of("en")
    left = [
        (dimension, term.code)
        for dimension, taxonomy in TAXONOMIES.items()
        if dimension in ("type", "subtype", "weapon", "weapon-kind", "age-band")
        for term in terms_by_code(taxonomy).values()
        if (term.parent_id is not None) == (dimension in ("subtype", "weapon-kind"))
        and re.search("[A-Za-z]", english.value(dimension, term.code, term.code))
        and words.value(dimension, term.code, term.code) == english.value(dimension, term.code, term.code)
    ]
    assert set(left) <= {("weapon-kind", "revolver")}  # a revolver is one in Bosnian too


def test_pages_are_well_formed(edition: PublicEdition, client: Client) -> None:
    page = client.get(f"/public/sq/releases/{edition.reference}/").text
    assert page.count("<h1") == 1
    assert page.count("<tbody") == page.count("</tbody>") == page.count("<table")
    body = page[page.index("<main") : page.index("</main>") + 7]
    ET.fromstring(body.replace(" download>", ">"))
