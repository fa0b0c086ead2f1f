"""The file at the door: download, upload, look, take in, throw away."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from throughline.kernel.files.models import StoredFile
from throughline.kernel.rounds import services
from throughline.kernel.rounds.models import Return
from throughline.kernel.rounds.tests.workbooks import typed
from throughline.kernel.testing.rounds import ANSWERS, make_institution, make_part, make_return
from throughline.kernel.testing.worlds import World

SEIZED, HANDGUNS = ("1 Seizures", "E5"), ("1 Seizures", "E6")


@pytest.fixture
def ret(world: World) -> Return:
    return make_return(world, answers=ANSWERS)


def at(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.user(who))
    return client


def downloaded(client: Client, holder: Any, noun: str = "return") -> bytes:
    answer = client.get(f"/{noun}s/{holder.reference}/excel/file.xlsx")
    assert answer.status_code == 200
    return bytes(answer.content)


def uploaded(client: Client, holder: Any, content: bytes, noun: str = "return") -> Any:
    file = SimpleUploadedFile("filled.xlsx", content)
    return client.post(f"/{noun}s/{holder.reference}/excel/", {"file": file})


def test_a_file_is_looked_at_and_then_taken_in(world: World, ret: Return) -> None:
    alice = at(world, "alice")
    page = alice.get(f"/returns/{ret.reference}/excel/")
    assert b"/excel/file.xlsx?language=English" in page.content
    sent = uploaded(alice, ret, typed(downloaded(alice, ret), {SEIZED: 20}))
    assert sent.status_code == 302
    look = alice.get(sent.url)
    text = look.content.decode()
    assert [one for one in ("Firearms seized", ">12<", ">20<", "1 Seizures, E5") if one not in text] == []
    ret.sheet.refresh_from_db()
    assert ret.sheet.answers == ANSWERS
    taken = alice.post(sent.url, {"revision": look.context["plan"].revision})
    assert taken.status_code == 302
    ret.sheet.refresh_from_db()
    assert ret.sheet.answers == {**ANSWERS, "seizures/seized": "20"}
    assert not StoredFile.objects.exists()


def test_wrong_cells_are_named_and_nothing_can_be_taken_in(world: World, ret: Return) -> None:
    alice = at(world, "alice")
    sent = uploaded(alice, ret, typed(downloaded(alice, ret), {HANDGUNS: 13}))
    text = alice.get(sent.url).content.decode()
    assert "There cannot be more handguns than firearms seized." in text
    assert "Take these answers in" not in text
    alice.post(sent.url, {"revision": "1"})
    ret.sheet.refresh_from_db()
    assert ret.sheet.answers == ANSWERS


def test_a_file_that_is_refused_says_why_on_the_page(world: World, ret: Return) -> None:
    answer = uploaded(at(world, "alice"), ret, b"seized;12")
    assert answer.status_code == 422
    assert b"This is not an Excel workbook" in answer.content
    assert not StoredFile.objects.exists()


def test_somebody_else_wrote_between_looking_and_taking(world: World, ret: Return) -> None:
    alice = at(world, "alice")
    sent = uploaded(alice, ret, typed(downloaded(alice, ret), {SEIZED: 20}))
    revision = alice.get(sent.url).context["plan"].revision
    services.save(world.viewer("bob"), holder=ret, changes={"seizures/seized": ("12", "13")})
    again = alice.post(sent.url, {"revision": revision})
    assert (again.status_code, again.url) == (302, sent.url)
    text = alice.get(sent.url).content.decode()
    assert "Changed by someone else since the file was downloaded" in text
    alice.post(sent.url, {"revision": revision + 1, "take": "seizures/seized"})
    ret.sheet.refresh_from_db()
    assert ret.sheet.answers["seizures/seized"] == "20"


def test_a_file_can_be_thrown_away(world: World, ret: Return) -> None:
    alice = at(world, "alice")
    sent = uploaded(alice, ret, typed(downloaded(alice, ret), {SEIZED: 20}))
    assert alice.post(f"{sent.url}discard/").status_code == 302
    assert alice.get(sent.url).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("charlie", 404), ("outsider", 404), ("sofia", 404), ("rita", 403)])
def test_others_get_no_file(world: World, ret: Return, who: str, status: int) -> None:
    client = at(world, who)
    base = f"/returns/{ret.reference}/excel/"
    content = downloaded(at(world, "alice"), ret)
    assert [client.get(base).status_code, client.get(f"{base}file.xlsx").status_code] == [status, status]
    assert uploaded(client, ret, content).status_code == status


def test_an_upload_is_its_senders_own(world: World, ret: Return) -> None:
    alice = at(world, "alice")
    sent = uploaded(alice, ret, typed(downloaded(alice, ret), {SEIZED: 20}))
    assert at(world, "bob").get(sent.url).status_code == 404
    assert at(world, "bob").post(sent.url, {}).status_code == 404
    assert at(world, "bob").post(f"{sent.url}discard/").status_code == 404


def test_a_part_has_its_own_file(world: World, ret: Return) -> None:
    part = make_part(world, ret, make_institution(world), sections=["law"])
    boris = at(world, "boris")
    content = typed(downloaded(boris, part, "part"), {("1 Law", "E5"): "Adopted"})
    sent = uploaded(boris, part, content, "part")
    boris.post(sent.url, {"revision": 0})
    part.sheet.refresh_from_db()
    assert part.sheet.answers == {"law/status": "adopted"}
    assert uploaded(at(world, "bob"), ret, content).status_code == 422
    assert at(world, "charlie").get(f"/parts/{part.reference}/excel/").status_code == 404
