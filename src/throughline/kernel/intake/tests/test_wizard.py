"""The wizard at the door: a file in steps, previewed, brought in, undone; and who may not."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from throughline.incidents.models import Incident, PersonLine
from throughline.kernel.history.models import Entry
from throughline.kernel.intake.models import Batch, Profile, Upload
from throughline.kernel.intake.tests.sheets import HEAD, ROWS, bring, sheet
from throughline.kernel.testing.worlds import World

pytestmark = pytest.mark.django_db

SHEET = (
    "Monthly sheet\n"
    "\n"
    "Sifra;Datum;Država;Tip;Mesto;Pol;Status\n"
    "A1;5.3.2024;Serbia;Public dispute;Niš;M;killed\n"
    "A2;17.3.2024;Serbia;Public dispute;Čačak;Ž;injured\n"
    "A3;03.2024;Serbia;Svađa;Šabac;M;injured\n"
).encode("cp1250")


def signed_in(client: Client, world: World, name: str) -> Client:
    client.force_login(world.user(name))
    return client


def start(client: Client, world: World, content: bytes = SHEET, name: str = "mart.csv", **more: str) -> Upload:
    file = SimpleUploadedFile(name, content)
    data = {"noun": "incident", "programme": str(world.programme.pk), "file": file, **more}
    answer = client.post(reverse("import-add"), data)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return Upload.objects.latest("created_at")


def columns_form(client: Client, upload: Upload, **changes: str) -> dict[str, str]:
    """What the columns page offers, as a browser would send it back."""
    page = client.get(reverse("import-columns", args=[upload.pk]))
    data = {f"c{line['number']}": line["code"] for line in page.context["lines"]}
    form = page.context["form"]
    data |= {name: str(form.fields[name].initial or "") for name in form.fields}
    data |= {"group": page.context["group"][0] if page.context["group"] else "", "go-on": "1"}
    return {**data, **changes}


def values_form(client: Client, upload: Upload, **meant: str) -> dict[str, str]:
    page = client.get(reverse("import-values", args=[upload.pk]))
    data: dict[str, str] = {}
    for number, words in enumerate(page.context["lists"]):
        for place, word in enumerate(words.words):
            data[f"w{number}.{place}"] = word.value
            data[f"v{number}.{place}"] = meant.get(word.value, word.code if word.how != "open" else "=")
    return data


def through(client: Client, world: World, upload: Upload, **columns: str) -> Any:
    client.post(reverse("import-reading", args=[upload.pk]), {"header_row": "3", "go-on": "1"})
    answer = client.post(reverse("import-columns", args=[upload.pk]), columns_form(client, upload, **columns))
    assert answer.status_code == 302, answer.content.decode()[:4000]
    meant = values_form(client, upload, Svađa="public-dispute", Ž="women")
    client.post(reverse("import-values", args=[upload.pk]), meant)
    return client.get(reverse("import-preview", args=[upload.pk]))


CHOSEN = {
    "c0": "external_key",
    "c1": "occurred_on",
    "c2": "jurisdiction",
    "c3": "kind",
    "c4": "place",
    "c5": "people.1.sex",
    "c6": "people.1.outcome",
    "k.people.1.side": "victim",
}


def test_reading_page_shows_what_was_guessed(client: Client, world: World) -> None:
    upload = start(signed_in(client, world, "sofia"), world)
    page = client.get(reverse("import-reading", args=[upload.pk]))
    table = page.context["table"]
    assert table.options.encoding == "cp1250"
    assert table.options.delimiter == ";"
    assert table.options.header_row == 3
    assert table.options.dates == "day-first"
    assert table.columns[1:3] == ("Datum", "Država")
    assert "Čačak" in page.content.decode()


def test_a_file_goes_in_by_the_steps_and_out_again(client: Client, world: World) -> None:
    upload = start(signed_in(client, world, "sofia"), world)
    page = through(client, world, upload, **CHOSEN)
    assert page.context["preview"].counts == {"new": 3, "changed": 0, "same": 0, "duplicate": 0, "wrong": 0}
    assert Incident.objects.count() == 0
    answer = client.post(reverse("import-apply", args=[upload.pk]), {"arrival": "sent", "profile": "March sheet"})
    batch = Batch.objects.get()
    assert answer.url == reverse("import-batch", args=[batch.pk])
    assert sorted(Incident.objects.values_list("external_key", "place", "date_precision", "state", "source_row")) == [
        ("A1", "Niš", "day", "sent", 4),
        ("A2", "Čačak", "day", "sent", 5),
        ("A3", "Šabac", "month", "sent", 6),
    ]
    assert set(PersonLine.objects.values_list("side", "sex", "outcome")) == {
        ("victim", "men", "killed"),
        ("victim", "women", "injured"),
        ("victim", "men", "injured"),
    }
    assert Profile.objects.get().name == "March sheet"
    assert client.get(answer.url).status_code == 200
    assert client.get(reverse("import-list")).status_code == 200
    client.post(reverse("import-undo", args=[batch.pk]), {"reason": "wrong month"})
    assert Incident.objects.count() == 0
    assert Entry.objects.filter(verb="record.take-back").count() == 3


def test_the_profile_reads_the_same_sheet_and_nothing_changes(client: Client, world: World) -> None:
    upload = start(signed_in(client, world, "sofia"), world)
    through(client, world, upload, **CHOSEN)
    client.post(reverse("import-apply", args=[upload.pk]), {"arrival": "sent", "profile": "March sheet"})
    again = start(client, world, profile=str(Profile.objects.get().pk))
    page = client.get(reverse("import-preview", args=[again.pk]))
    assert page.context["preview"].counts == {"new": 0, "changed": 0, "same": 3, "duplicate": 0, "wrong": 0}
    assert "There is nothing to bring in." in page.content.decode()


def test_wrong_rows_stop_the_file_and_can_be_downloaded(client: Client, world: World) -> None:
    content = SHEET + "A4;31.2.2024;Serbia;Public dispute;=HYPERLINK(1);M;killed\n".encode("cp1250")
    upload = start(signed_in(client, world, "sofia"), world, content)
    page = through(client, world, upload, **CHOSEN)
    assert page.context["tab"] == "wrong"
    client.post(reverse("import-apply", args=[upload.pk]), {"arrival": "sent"})
    assert Incident.objects.count() == 0
    sheet = b"".join(client.get(reverse("import-wrong-rows", args=[upload.pk])).streaming_content).decode("utf-8-sig")
    assert sheet.splitlines()[1].startswith("A4,31.2.2024,Serbia,Public dispute,'=HYPERLINK(1),M,killed,7,Datum: ")
    client.post(reverse("import-apply", args=[upload.pk]), {"arrival": "sent", "leave_out": "on"})
    assert Incident.objects.count() == 3


def test_checked_already_needs_a_reason(client: Client, world: World) -> None:
    upload = start(signed_in(client, world, "sofia"), world)
    through(client, world, upload, **CHOSEN)
    client.post(reverse("import-apply", args=[upload.pk]), {"arrival": "verified"})
    assert Incident.objects.count() == 0
    client.post(
        reverse("import-apply", args=[upload.pk]), {"arrival": "verified", "reason": "Checked by the police of Niš"}
    )
    assert set(Incident.objects.values_list("state", flat=True)) == {"verified"}
    assert Batch.objects.get().reason == "Checked by the police of Niš"


def test_contributor_cannot_say_it_was_checked(client: Client, world: World) -> None:
    upload = start(signed_in(client, world, "alice"), world)
    through(client, world, upload, **CHOSEN)
    client.post(reverse("import-apply", args=[upload.pk]), {"arrival": "verified", "reason": "I say so"})
    assert Incident.objects.count() == 0
    client.post(reverse("import-apply", args=[upload.pk]), {"arrival": "sent"})
    assert set(Incident.objects.values_list("state", "owner__code")) == {("sent", "police-rs")}


@pytest.mark.parametrize("name", ["rita", "anna", "outsider"])
def test_who_may_not_add_may_not_bring_in(client: Client, world: World, name: str) -> None:
    signed_in(client, world, name)
    assert client.get(reverse("import-list")).status_code == 403
    assert client.get(reverse("import-add")).status_code == 403
    data = {"noun": "incident", "programme": str(world.programme.pk), "file": SimpleUploadedFile("a.csv", SHEET)}
    assert client.post(reverse("import-add"), data).status_code == 403
    assert Upload.objects.count() == 0


def test_an_administrator_brings_in_sources_but_no_incidents(client: Client, world: World) -> None:
    signed_in(client, world, "adam")
    assert client.get(reverse("import-add")).status_code == 200
    data = {"noun": "incident", "programme": str(world.programme.pk), "file": SimpleUploadedFile("a.csv", SHEET)}
    assert client.post(reverse("import-add"), data).status_code == 200
    assert Upload.objects.count() == 0


@pytest.mark.parametrize("step", ["reading", "columns", "values", "preview", "wrong-rows"])
def test_an_upload_is_its_makers_alone(client: Client, world: World, step: str) -> None:
    upload = start(signed_in(client, world, "alice"), world)
    assert client.get(reverse(f"import-{step}", args=[upload.pk])).status_code in {200, 302}
    signed_in(client, world, "bob")
    assert client.get(reverse(f"import-{step}", args=[upload.pk])).status_code == 404
    assert client.post(reverse("import-apply", args=[upload.pk])).status_code == 404
    assert client.post(reverse("import-discard", args=[upload.pk])).status_code == 404


def test_a_batch_is_its_makers_and_the_secretariats(client: Client, world: World) -> None:
    upload = start(signed_in(client, world, "alice"), world)
    through(client, world, upload, **CHOSEN)
    client.post(reverse("import-apply", args=[upload.pk]), {"arrival": "sent"})
    address = reverse("import-batch", args=[Batch.objects.get().pk])
    assert client.get(address).status_code == 200
    assert signed_in(client, world, "charlie").get(address).status_code == 404
    assert signed_in(client, world, "sofia").get(address).status_code == 200
    undone = signed_in(client, world, "sofia").post(reverse("import-undo", args=[Batch.objects.get().pk]))
    assert undone.status_code == 302
    assert Incident.objects.count() == 3


def test_a_file_that_cannot_be_read_is_said_so(client: Client, world: World) -> None:
    signed_in(client, world, "sofia")
    data = {
        "noun": "incident",
        "programme": str(world.programme.pk),
        "file": SimpleUploadedFile("a.csv", b"%PDF-1.7 x"),
    }
    answer = client.post(reverse("import-add"), data)
    assert answer.status_code == 200
    assert "This is a PDF." in answer.content.decode()
    assert Upload.objects.count() == 0


def test_throwing_an_upload_away(client: Client, world: World) -> None:
    upload = start(signed_in(client, world, "sofia"), world)
    client.post(reverse("import-discard", args=[upload.pk]))
    assert Upload.objects.count() == 0


def test_a_column_that_is_needed_is_asked_for(client: Client, world: World) -> None:
    upload = start(signed_in(client, world, "sofia"), world)
    client.post(reverse("import-reading", args=[upload.pk]), {"header_row": "3", "go-on": "1"})
    address = reverse("import-columns", args=[upload.pk])
    page = client.post(address, columns_form(client, upload, **{**CHOSEN, "c3": ""}))
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"k.kind"}
    client.post(address, columns_form(client, upload, **{**CHOSEN, "c3": "", "k.kind": "other"}))
    assert client.get(reverse("import-preview", args=[upload.pk])).context["preview"].rows == 3


def test_a_batch_names_only_records_one_may_see(client: Client, world: World) -> None:
    bring(world, sheet(ROWS[0] + ",amber+strict", ROWS[1] + ",green", head=HEAD + ",handling"), by="alice")
    batch = bring(world, sheet(ROWS[0].replace("Niš", "Zemun"), ROWS[1].replace("Čačak", "Zemun")), by="alice")
    strict, green = (Incident.objects.get(external_key=key).reference for key in ("K1", "K2"))
    for who, expected in (("alice", (True, True)), ("sofia", (False, True))):
        client.force_login(world.user(who))
        page = client.get(reverse("import-batch", args=[batch.pk])).content.decode()
        assert (strict in page, green in page) == expected
