"""Broken and hostile files at every door that takes one: refused in words, nothing kept, and the server stays up."""

import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.hostile.files import bad, good
from throughline.incidents.models import Incident
from throughline.kernel.rounds.openrosa.tests.phone import Phone, encoded
from throughline.kernel.testing.resource_cases import Program, signed_in
from throughline.kernel.testing.rounds import make_questionnaire, make_round, return_of
from throughline.kernel.testing.training import make_activity
from throughline.kernel.testing.worlds import World, make_incident
from throughline.kernel.upkeep.archive import Unsound, verify

Send = Callable[[str, bytes], Any]
# What a refused file may leave: that somebody tried.
TRACES = {
    "sessions.session",
    "history.entry",
    "usersessions.usersession",
    "api.apitoken",
    "access.audience",
    "upkeep.shared",
}
LONGEST = 20


# Where a file that is taken leaves a row; asked after each, as all tables are after the last.
LIKELY = {
    "files.storedfile", "intake.upload", "intake.batch", "incidents.incident", "rounds.edition", "rounds.arrival", "rounds.attachment",
    "training.session", "training.attendance", "training.place",
}  # fmt: skip


def kept(among: Collection[str] = ()) -> dict[str, int]:
    """How many rows of each kind there are."""
    models = [model for model in apps.get_models() if model._meta.label_lower not in TRACES]
    wanted = [model for model in models if not among or model._meta.label_lower in among]
    return {model._meta.label_lower: model._base_manager.count() for model in wanted}


def posted(client: Client, url: str, field: str, **more: str) -> Send:
    return lambda name, content: client.post(url, {field: SimpleUploadedFile(name, content), **more})


def import_door(world: World) -> Send:
    program = Program(world, "alice")
    given = {"noun": "incident", "programme": "AVM"}

    def send(name: str, content: bytes) -> Any:
        file = SimpleUploadedFile(name, content)
        return program.client.post("/api/v1/imports", {"file": file, **given}, headers=program.headers)

    return send


def wizard_door(world: World) -> Send:
    return posted(
        signed_in(world, "alice"), "/imports/add/", "file", noun="incident", programme=str(world.programme.pk)
    )


def attachment_door(world: World) -> Send:
    incident = make_incident(world)
    return posted(signed_in(world, "alice"), f"/files/attach/incidents.incident/{incident.pk}/", "file")


def form_door(world: World) -> Send:
    questionnaire = make_questionnaire(world).questionnaire
    return posted(signed_in(world, "sofia"), f"/questionnaires/{questionnaire.reference}/editions/add/", "file")


def answers_door(world: World) -> Send:
    ret = return_of(make_round(world), world)
    return posted(signed_in(world, "alice"), f"/returns/{ret.reference}/excel/", "file")


def phone_door(world: World) -> Send:
    make_round(world)
    phone = Phone.of(world, "alice")
    return lambda name, content: phone.call("POST", "/openrosa/submission", content=encoded(content, {}, {}))


def sessions_door(world: World) -> Send:
    activity = make_activity(world)
    return posted(signed_in(world, "sofia"), f"/activities/{activity.reference}/sessions/", "file", _from="file")


def register_door(world: World) -> Send:
    activity = make_activity(world, sessions=1)
    return posted(signed_in(world, "sofia"), f"/activities/{activity.reference}/attendance/", "file")


def nominations_door(world: World) -> Send:
    activity = make_activity(world)
    return posted(signed_in(world, "bob"), f"/activities/{activity.reference}/places/nominate/", "sheet")


# What is whole all the same: a table cut after a line is a shorter table, and the wizard keeps what can be read as one.
READ = {"cut-10.csv", "cut-5.jsonl"}
LOOKED_AT = {
    *READ, "cut-1.csv", "cut-5.csv", "cut-9.csv", "cut-9.xls", "cut-10.xls", "circle.xls", "a-large-cell.json", "half-a-pair.json",
    "long-number.json", "no-number.json", "quotes-that-never-end.csv",
}  # fmt: skip
DOORS: dict[Callable[[World], Send], set[str]] = {
    import_door: READ,
    wizard_door: LOOKED_AT,
    # What is attached is opened by nobody but who fetches it, so it need only be what its name says.
    attachment_door: {
        name for name in bad() if name.endswith((".csv", ".xlsx", ".docx", ".pptx", ".pdf", ".png", ".jpg"))
    },
    form_door: set(),
    answers_door: set(),
    phone_door: set(),
    sessions_door: set(),
    register_door: set(),
    nominations_door: set(),
}


@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize("door", DOORS)
def test_a_bad_file_is_refused_and_leaves_nothing(world: World, door: Callable[[World], Send]) -> None:
    send = door(world)
    everything, before, taken, slow = kept(), kept(LIKELY), set(), {}
    for name, content in bad().items():
        begun = time.process_time()
        answer = send(name, content)
        slow[name] = time.process_time() - begun
        assert answer.status_code < 500, (name, answer.content[:300])
        if (now := kept(LIKELY)) != before:
            taken.add(name)
            before = now
    assert sorted(taken - DOORS[door]) == []
    assert taken or kept() == everything
    assert {name for name, seconds in slow.items() if seconds > LONGEST} == set()
    assert Incident.objects.exclude(reference="").count() == Incident.objects.count()


def test_bad_backups_are_never_taken_for_whole(tmp_path: Path) -> None:
    place = tmp_path / "one.backup"
    for content in bad().values():
        place.write_bytes(content)
        with pytest.raises(Unsound):
            verify(place)
    assert set(good()) == {name.rpartition(".")[2] for name in bad() if name.startswith("cut-")}
