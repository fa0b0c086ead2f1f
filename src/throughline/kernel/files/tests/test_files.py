"""Files at the door: keeping, fetching, discarding; who may and who may not."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.services import mark
from throughline.kernel.files import storage
from throughline.kernel.files.models import StoredFile
from throughline.kernel.files.purposes import Purpose, purposes, register
from throughline.kernel.files.queries import files_of
from throughline.kernel.files.services import discard, hand_out, keep
from throughline.kernel.history.models import Entry
from throughline.kernel.testing.worlds import World, make_incident

TEXT = b"a statement, kept as text"


def fetch(client: Client, world: World, who: str, file: StoredFile) -> int:
    client.force_login(world.user(who))
    return client.get(f"/files/{file.pk}/").status_code


@pytest.fixture
def of_record(world: World) -> StoredFile:
    """Alice's file on her incident, which is verified and marked TLP:AMBER+STRICT."""
    incident = make_incident(world, state="verified")
    file = keep(world.viewer("alice"), name="statement.txt", content=TEXT, about=incident)
    mark(world.viewer("bob"), record=incident, handling="amber+strict", reason="Sensitive.")
    return file


def test_the_owner_fetches_a_file_as_a_download(client: Client, world: World, of_record: StoredFile) -> None:
    client.force_login(world.user("alice"))
    response = client.get(f"/files/{of_record.pk}/")
    assert response.content == TEXT
    assert response["Content-Disposition"] == 'attachment; filename="statement.txt"'
    assert response["Content-Type"] == "text/plain"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"


def test_fetching_is_written_into_the_history_of_the_record(world: World, of_record: StoredFile) -> None:
    hand_out(world.viewer("bob"), file=of_record)
    entry = Entry.objects.latest("seq")
    assert (entry.verb, entry.actor_text, entry.object_id) == ("file.download", "Bob", of_record.object_id)
    assert entry.after == {"file": "statement.txt", "sha256": of_record.sha256}


@pytest.mark.parametrize(("who", "status"), [("bob", 200), ("charlie", 404), ("anna", 404), ("outsider", 404)])
def test_a_file_follows_the_rule_of_its_record(
    client: Client, world: World, of_record: StoredFile, who: str, status: int
) -> None:
    assert fetch(client, world, who, of_record) == status


def test_nobody_fetches_a_file_without_signing_in(client: Client, of_record: StoredFile) -> None:
    response = client.get(f"/files/{of_record.pk}/")
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next=/files/{of_record.pk}/")


def test_a_file_of_no_record_is_for_its_keeper_alone(client: Client, world: World) -> None:
    file = keep(world.viewer("alice"), name="a.csv", content=b"a;b", purpose="import")
    assert [fetch(client, world, who, file) for who in ("alice", "bob", "sofia", "adam")] == [200, 404, 404, 404]


def test_handing_out_is_refused_and_noted(world: World, of_record: StoredFile) -> None:
    with pytest.raises(Refused):
        hand_out(world.viewer("charlie"), file=of_record)
    assert Entry.objects.latest("seq").verb == "file.download.refused"


def test_only_those_who_may_change_the_record_attach_to_it(world: World) -> None:
    incident = make_incident(world, state="verified")
    keep(world.viewer("alice"), name="a.txt", content=TEXT, about=incident)
    with pytest.raises(Refused):
        keep(world.viewer("rita"), name="b.txt", content=TEXT, about=incident)
    assert [file.name for file in files_of(world.viewer("alice"), incident)] == ["a.txt"]


def test_what_is_not_taken_is_not_kept(world: World) -> None:
    alice = world.viewer("alice")
    register(Purpose("small", "small", ("txt",), 10))
    for name, content, purpose in [
        ("a.txt", b"", "attachment"),
        ("a.html", b"<script>", "attachment"),
        ("a.pdf", b"MZ", "attachment"),
        ("a.txt", b"12345678901", "small"),
    ]:
        with pytest.raises(Invalid):
            keep(alice, name=name, content=content, purpose=purpose)
    del purposes["small"]
    assert StoredFile.objects.count() == 0


def test_the_same_content_is_kept_once_and_dropped_with_its_last_file(
    world: World, django_capture_on_commit_callbacks: object
) -> None:
    alice = world.viewer("alice")
    one, two = (keep(alice, name=name, content=TEXT) for name in ("one.txt", "two.txt"))
    path = storage.path_of(one.sha256)
    assert one.sha256 == two.sha256
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        discard(alice, file=one)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        discard(alice, file=two)
    assert not path.exists()


def test_only_those_who_may_change_the_record_discard_its_files(world: World, of_record: StoredFile) -> None:
    for who in ("rita", "charlie"):
        with pytest.raises(Refused):
            discard(world.viewer(who), file=of_record)
    discard(world.viewer("bob"), file=of_record, reason="Twice the same.")
    assert StoredFile.objects.count() == 0


def test_content_changed_on_the_disk_is_not_handed_out(world: World, of_record: StoredFile) -> None:
    storage.path_of(of_record.sha256).write_bytes(b"something else")
    with pytest.raises(storage.Damaged):
        hand_out(world.viewer("alice"), file=of_record)


def test_missing_content_is_said_to_be_missing(world: World, of_record: StoredFile) -> None:
    storage.drop(of_record.sha256)
    with pytest.raises(storage.Damaged, match="missing"):
        of_record.read()


def test_a_file_is_attached_and_discarded_through_the_page(client: Client, world: World) -> None:
    incident = make_incident(world)
    client.force_login(world.user("alice"))
    address = f"/files/attach/incidents.incident/{incident.pk}/"
    response = client.post(address, {"file": SimpleUploadedFile("../photo list.txt", TEXT), "next": "/here/"})
    file = StoredFile.objects.get()
    assert (response["Location"], file.name, file.object_id) == ("/here/", "photo list.txt", incident.pk)
    response = client.post(f"/files/{file.pk}/discard/", {"next": "https://elsewhere.example/"})
    assert (response["Location"], StoredFile.objects.count()) == ("/", 0)


def test_attaching_through_the_page_is_refused_to_others(client: Client, world: World) -> None:
    incident = make_incident(world, state="verified")
    for who, label, status in [
        ("outsider", "incidents.incident", 404),
        ("alice", "people.user", 404),
        ("alice", "no.such", 404),
        ("alice", "nonsense", 404),
    ]:
        client.force_login(world.user(who))
        upload = {"file": SimpleUploadedFile("a.txt", TEXT)}
        assert client.post(f"/files/attach/{label}/{incident.pk}/", upload).status_code == status
    assert StoredFile.objects.count() == 0


def test_a_bad_upload_is_explained(client: Client, world: World) -> None:
    incident = make_incident(world)
    client.force_login(world.user("alice"))
    address = f"/files/attach/incidents.incident/{incident.pk}/"
    client.post(address, {"next": "/"})
    client.post(address, {"file": SimpleUploadedFile("a.exe", b"MZ"), "next": "/"})
    assert StoredFile.objects.count() == 0
