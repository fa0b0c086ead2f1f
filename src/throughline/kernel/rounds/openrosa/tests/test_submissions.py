"""Finished forms arriving from phones: once, twice, in pieces, too late, from the wrong people, made to harm."""

from typing import Any

import pytest
from django.test import Client

from throughline.kernel.files.models import StoredFile
from throughline.kernel.files.queries import file_for
from throughline.kernel.history.queries import of_object
from throughline.kernel.rounds import queries, services
from throughline.kernel.rounds.models import Arrival, Attachment, Part, Return, Sheet
from throughline.kernel.rounds.openrosa import envelopes, views
from throughline.kernel.rounds.openrosa.tests.phone import EDGE, PNG, Phone, encoded, filled, message
from throughline.kernel.testing.rounds import (
    ANSWERS,
    SURVEY,
    make_institution,
    make_part,
    make_questionnaire,
    make_round,
    return_of,
    xlsform,
)
from throughline.kernel.testing.worlds import World

# What the form works out by itself comes along.
SENT = {**ANSWERS, "seizures/others": "7"}
ROWS = {"places[1]/place": "Niš", "places[1]/kept": "40", "places[2]/place": "Pirot", "places[2]/kept": "12"}
WITH_PHOTOS = (
    *SURVEY,
    {"type": "image", "name": "photo", "label::English (en)": "Photo", "label::Shqip (sq)": "Foto"},
    {"type": "audio", "name": "sound", "label::English (en)": "Sound", "label::Shqip (sq)": "Zë"},
)


@pytest.fixture
def ret(world: World) -> Return:
    return return_of(make_round(world), world)


@pytest.fixture
def with_photos(world: World) -> Return:
    return return_of(make_round(world, make_questionnaire(world, xlsform(WITH_PHOTOS))), world)


@pytest.fixture
def phone(world: World) -> Phone:
    return Phone.of(world, "alice")


def answers(holder: Return | Part) -> dict[str, str]:
    found: dict[str, str] = Sheet.objects.get(pk=holder.sheet_id).answers
    return found


def states(holder: Return | Part) -> list[str]:
    return sorted(Arrival.objects.filter(sheet=holder.sheet_id).values_list("state", flat=True))


# What a phone is told before it sends


def test_a_phone_asks_first(world: World, ret: Return, phone: Phone) -> None:
    refused = Client().head("/openrosa/submission")
    assert (refused.status_code, "WWW-Authenticate" in refused, refused["X-OpenRosa-Version"]) == (401, True, "1.0")
    told = phone.call("HEAD", "/openrosa/submission?deviceID=abc%3A1")
    assert (told.status_code, told.content) == (204, b"")
    assert told["X-OpenRosa-Accept-Content-Length"] == str(envelopes.MOST_BYTES)
    assert {"X-OpenRosa-Version", "Date"} <= set(told.headers)
    assert phone.call("GET", "/openrosa/submission").status_code == 405


# Answers arrive


def test_answers_arrive_as_they_were_given(ret: Return, phone: Phone) -> None:
    assert phone.submit(filled(ret, {**SENT, **ROWS})) == (201, "Received: 9 answers.")
    assert answers(ret) == {**SENT, **ROWS}
    ret.refresh_from_db()
    assert (ret.state, ret.started_at is not None) == ("asked", True)
    stamp = Sheet.objects.get(pk=ret.sheet_id).stamps["seizures/seized"]
    assert stamp[2] == "phone"


def test_history_says_that_and_how_many_but_not_what(world: World, ret: Return, phone: Phone) -> None:
    phone.submit(filled(ret, SENT))
    (line,) = of_object("return", ret.pk).filter(verb="phone.take")
    assert (line.after, line.actor_text) == ({"phone form": "uuid:1", "answers": 5, "left": 0}, "Alice")


def test_what_a_phone_left_empty_erases_nothing(world: World, ret: Return, phone: Phone) -> None:
    services.save(world.viewer("alice"), holder=ret, changes={"law/progress": ("", "From the browser.")})
    phone.submit(filled(ret, {"seizures/seized": "12"}))
    assert answers(ret) == {"law/progress": "From the browser.", "seizures/seized": "12"}


def test_wrong_answers_are_kept_as_a_draft(ret: Return, phone: Phone) -> None:
    """A phone checks them too; what slips through is seen by whoever submits, and stops them there."""
    assert phone.submit(filled(ret, {"seizures/seized": "-3"}))[0] == 201
    assert answers(ret) == {"seizures/seized": "-3"}


# Once, though it is sent twice


def test_the_same_form_twice_counts_once(ret: Return, phone: Phone) -> None:
    xml = filled(ret, {**SENT, **ROWS})
    assert phone.submit(xml)[0] == 201
    revision = Sheet.objects.get(pk=ret.sheet_id).revision
    assert phone.submit(xml) == (202, "This form was received before. It counts once.")
    assert (answers(ret), Sheet.objects.get(pk=ret.sheet_id).revision) == ({**SENT, **ROWS}, revision)
    assert states(ret) == ["taken"]


def test_a_form_sent_again_later_does_not_undo_what_was_done_since(world: World, ret: Return, phone: Phone) -> None:
    xml = filled(ret, {"seizures/seized": "12"})
    phone.submit(xml)
    services.save(world.viewer("alice"), holder=ret, changes={"seizures/seized": ("12", "13")})
    assert phone.submit(xml)[0] == 202
    assert answers(ret)["seizures/seized"] == "13"


def test_the_same_identity_with_other_answers_is_refused_and_kept(ret: Return, phone: Phone) -> None:
    phone.submit(filled(ret, {"seizures/seized": "12"}))
    status, words = phone.submit(filled(ret, {"seizures/seized": "99"}))
    assert (status, words) == (
        409,
        "Another form with the same identity and other answers was received before. Yours is kept beside it.",
    )
    assert (answers(ret), states(ret)) == ({"seizures/seized": "12"}, ["refused", "taken"])
    assert b"99" in bytes(Arrival.objects.get(state="refused").xml)


def test_a_form_without_an_identity_is_told_apart_by_its_content(ret: Return, phone: Phone) -> None:
    xml = filled(ret, SENT, instance="")
    assert [phone.submit(xml)[0], phone.submit(xml)[0]] == [201, 202]


# In pieces


def test_files_arrive_one_by_one_and_the_form_counts_when_they_are_here(with_photos: Return, phone: Phone) -> None:
    xml = filled(with_photos, {**SENT, "photo": "1.png", "sound": "2.mp3"})
    assert phone.submit(xml, {"1.png": PNG}, more=True) == (202, "Received so far. Waiting for the other files.")
    arrival = Arrival.objects.get()
    assert (arrival.state, arrival.missing, answers(with_photos)) == ("waiting", ["2.mp3"], {})
    assert phone.submit(xml, {"2.mp3": b"ID3" + b"\x00" * 32})[0] == 201
    arrival.refresh_from_db()
    assert (arrival.state, arrival.missing, answers(with_photos)["photo"]) == ("taken", [], "1.png")
    assert [one.file.read() for one in arrival.attachments.order_by("name")] == [PNG, b"ID3" + b"\x00" * 32]


def test_the_files_may_come_before_the_last_request_and_again(with_photos: Return, phone: Phone) -> None:
    xml = filled(with_photos, {**SENT, "photo": "1.png"})
    assert phone.submit(xml, {"1.png": PNG}, more=True)[0] == 201
    assert phone.submit(xml, {"1.png": PNG})[0] == 202
    assert (Attachment.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_a_file_that_comes_late_is_added(with_photos: Return, phone: Phone) -> None:
    xml = filled(with_photos, {**SENT, "photo": "1.png"})
    assert phone.submit(xml)[0] == 201
    assert Arrival.objects.get().missing == ["1.png"]
    assert phone.submit(xml, {"1.png": PNG}) == (202, "This form was received before; its files are here now.")
    assert Arrival.objects.get().missing == []


def test_a_file_the_form_does_not_name_or_that_is_not_what_it_says_is_not_kept(
    with_photos: Return, phone: Phone
) -> None:
    xml = filled(with_photos, {**SENT, "photo": "1.png"})
    status, words = phone.submit(xml, {"other.png": PNG, "1.png": b"MZ\x90\x00 a program"})
    assert status == 201
    assert "The form does not name the file other.png; it was not taken." in words
    assert "1.png: This kind of file is not taken here" in words
    assert (StoredFile.objects.count(), Arrival.objects.get().missing) == (0, ["1.png"])


def test_a_body_of_unsaid_length_is_read(ret: Return, phone: Phone) -> None:
    """OpenRosa asks for chunked transfer; a server hands such a body over without its length."""
    phone.call("HEAD", "/openrosa/submission")
    body = encoded(filled(ret, SENT), {}, {})
    response = phone.call("POST", "/openrosa/submission", content=body, **{"Transfer-Encoding": "chunked"})
    assert response.status_code == 201


# Beside the work of others


def test_what_a_colleague_wrote_stays(world: World, ret: Return, phone: Phone) -> None:
    services.save(world.viewer("bob"), holder=ret, changes={"seizures/seized": ("", "20")})
    status, words = phone.submit(filled(ret, SENT))
    assert (status, words) == (
        201,
        "Received: 4 answers. 1 answer was left as a colleague wrote it; yours is kept beside it.",
    )
    assert (answers(ret)["seizures/seized"], answers(ret)["law/status"]) == ("20", "drafted")
    assert Arrival.objects.get().left == ["seizures/seized"]


def test_ones_own_answers_are_corrected(ret: Return, phone: Phone) -> None:
    phone.submit(filled(ret, {"seizures/seized": "12"}))
    assert phone.submit(filled(ret, {"seizures/seized": "13"}, "uuid:2"))[0] == 201
    assert answers(ret) == {"seizures/seized": "13"}


def test_two_phones_of_one_person_do_not_write_over_each_other(world: World, ret: Return, phone: Phone) -> None:
    phone.submit(filled(ret, {**ROWS, "seizures/seized": "12"}))
    rows = {"places[1]/place": "Vranje", "places[1]/kept": "3", "places[2]/place": "Pirot", "places[2]/kept": "12"}
    status, words = Phone.of(world, "alice", "Second").submit(filled(ret, {**rows, "seizures/seized": "1"}, "uuid:2"))
    assert (status, words) == (
        201,
        "Received: 4 answers. 1 answer was left as a colleague wrote it; yours is kept beside it. 1 row was added.",
    )
    added = {"places[3]/place": "Vranje", "places[3]/kept": "3"}
    assert answers(ret) == {**ROWS, "seizures/seized": "12", **added}


def test_answers_taken_over_from_last_time_give_way(world: World, ret: Return, phone: Phone) -> None:
    sheet = Sheet.objects.get(pk=ret.sheet_id)
    sheet.answers = {"seizures/seized": "5"}
    sheet.stamps = {"seizures/seized": [str(world.user("bob").pk), "2026-01-01T00:00:00+00:00", "before"]}
    sheet.save()
    phone.submit(filled(ret, {"seizures/seized": "6"}))
    assert answers(ret) == {"seizures/seized": "6"}


# A part is handed in where nothing is wrong with it


def test_a_complete_part_is_handed_in(world: World, ret: Return) -> None:
    part = make_part(world, ret, make_institution(world), sections=["law"])
    given = {"law/status": "adopted", "law/progress": "In force."}
    status, words = Phone.of(world, "boris").submit(filled(part, given))
    assert (status, words) == (201, "Received: 2 answers. This part is handed in.")
    part.refresh_from_db()
    version = queries.latest_version(part)
    assert (part.state, version.answers, version.via) == ("handed-in", given, "phone")


def test_an_incomplete_part_stays_a_draft(world: World, ret: Return) -> None:
    part = make_part(world, ret, make_institution(world), sections=["law"])
    assert Phone.of(world, "boris").submit(filled(part, {"law/progress": "Soon."})) == (201, "Received: 1 answer.")
    part.refresh_from_db()
    assert part.state == "asked"


# Too late, replaced, not asked: refused in words, and kept for those who were asked


def test_a_form_for_a_closed_round_is_refused_and_taken_when_the_round_opens_again(
    world: World, ret: Return, phone: Phone
) -> None:
    services.close_round(world.viewer("sofia"), round=ret.round, reason="Over.")
    xml = filled(ret, SENT)
    status, words = phone.submit(xml)
    assert status == 403
    assert words.startswith("This round is closed.")
    assert words.endswith("What you sent is kept.")
    assert (answers(ret), states(ret)) == ({}, ["refused"])
    services.reopen_round(world.viewer("sofia"), round=ret.round, reason="One more day.")
    assert phone.submit(xml)[0] == 201
    assert (answers(ret), states(ret)) == (SENT, ["taken"])


def test_a_form_for_a_submitted_return_is_refused_and_kept(world: World, ret: Return, phone: Phone) -> None:
    services.submit_nil(world.viewer("bob"), ret=ret, reason="Nothing.")
    assert phone.submit(filled(ret, SENT))[0] == 403
    assert (answers(ret), states(ret)) == ({}, ["refused"])


def test_a_replaced_version_is_refused_and_kept_with_its_files(with_photos: Return, phone: Phone) -> None:
    xml = filled(with_photos, {**SENT, "photo": "1.png"}, version="1-00000000")
    assert phone.submit(xml, {"1.png": PNG}) == (
        409,
        "This form was replaced by another version. Fetch the new one; what you sent is kept here.",
    )
    assert (answers(with_photos), states(with_photos)) == ({}, ["refused"])
    assert bytes(Arrival.objects.get().xml) == xml
    assert Attachment.objects.get().file.read() == PNG


def test_questions_the_form_does_not_have_are_refused_and_kept(ret: Return, phone: Phone) -> None:
    xml = filled(ret, SENT).replace(b"<law>", b"<invented>1</invented><law>")
    assert phone.submit(xml) == (422, "The form has no such question.")
    assert (answers(ret), states(ret)) == ({}, ["refused"])


def test_someone_not_asked_is_told_so_and_nothing_is_kept(world: World, ret: Return) -> None:
    for who in ("charlie", "anna", "outsider", "adam"):
        assert Phone.of(world, who).submit(filled(ret, SENT)) == (404, "You are not asked to answer this form.")
    # Rita reads what her organisation is asked, and does not answer; Sofia sees it once it is submitted.
    assert Phone.of(world, "rita").submit(filled(ret, SENT))[0] == 403
    services.submit_nil(world.viewer("bob"), ret=ret, reason="Nothing.")
    assert Phone.of(world, "sofia").submit(filled(ret, SENT))[0] == 403
    assert (answers(ret), Arrival.objects.count()) == ({}, 0)


def test_there_is_no_such_form(phone: Phone, ret: Return) -> None:
    assert phone.submit(filled(ret, SENT, form_id="RT-2020-000001"))[0] == 404


# Made to harm, or broken on the way

BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;">]>
<data id="RT-2026-000001" version="1"><a>&lol2;</a></data>"""
OUTSIDE = b"""<!DOCTYPE foo [<!ENTITY xxe SYSTEM "file:///etc/passwd">]><data id="x"><a>&xxe;</a></data>"""


@pytest.mark.parametrize(
    "xml", [BOMB, OUTSIDE, b"<data", b"", b"\xff\xfe<\x00d\x00", b"<a>" * 5000 + b"</a>" * 5000, b"not xml at all"]
)
def test_what_is_not_safe_to_read_is_not_read(ret: Return, phone: Phone, xml: bytes) -> None:
    status, words = phone.submit(xml)
    assert (status, bool(words), Arrival.objects.count()) == (400, True, 0)
    assert "root:" not in words


def test_a_request_without_a_form_cut_short_or_compressed_is_refused(ret: Return, phone: Phone) -> None:
    phone.call("HEAD", "/openrosa/submission")
    path, whole = "/openrosa/submission", encoded(filled(ret, SENT), {}, {})
    assert phone.call("POST", path, content=encoded(None, {"1.png": PNG}, {})).status_code == 400
    assert phone.call("POST", path, content=whole, **{"Content-Encoding": "gzip"}).status_code == 400
    assert phone.call("POST", path, content=whole[: len(whole) // 2]).status_code == 400
    assert phone.call("POST", path, content=whole.replace(EDGE.encode(), b"else")).status_code == 400
    assert Arrival.objects.count() == 0


def test_more_than_is_read_is_refused_before_it_is_read(
    ret: Return, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.call("HEAD", "/openrosa/submission")
    body = encoded(filled(ret, SENT), {}, {})
    monkeypatch.setattr(views, "MOST_READ", len(body) - 1)
    for headers in ({}, {"Transfer-Encoding": "chunked"}):
        response = phone.call("POST", "/openrosa/submission", content=body, **headers)
        assert (response.status_code, message(response)) == (
            413,
            "This is more than is taken at once. Send the files one by one.",
        )


def test_names_of_files_reach_for_nothing(with_photos: Return, phone: Phone) -> None:
    xml = filled(with_photos, {**SENT, "photo": "../../evil.png"})
    assert "The form does not name the file evil.png" in phone.submit(xml, {"../../evil.png": PNG})[1]
    assert (StoredFile.objects.count(), Arrival.objects.get().missing) == (0, ["../../evil.png"])


# Who sees what was sent


def test_the_form_and_its_files_are_for_those_who_answer(world: World, with_photos: Return, phone: Phone) -> None:
    phone.submit(filled(with_photos, {**SENT, "photo": "1.png"}), {"1.png": PNG})
    arrival, file = Arrival.objects.get(), StoredFile.objects.get()
    readers = {"alice": 200, "bob": 200, "rita": 404, "charlie": 404, "sofia": 404, "outsider": 404}
    for who, status in readers.items():
        client = Client()
        client.force_login(world.user(who))
        seen = [
            client.get(path).status_code
            for path in (
                f"/phones/{with_photos.reference}/",
                f"/phones/forms/{arrival.pk}.xml",
                f"/phones/{with_photos.reference}/files/1.png",
                f"/files/{file.pk}/",
            )
        ]
        assert (who, seen) == (who, [status] * 4)


def test_a_file_opens_to_readers_once_an_answer_that_was_handed_in_names_it(
    world: World, with_photos: Return, phone: Phone
) -> None:
    phone.submit(filled(with_photos, {**SENT, "photo": "1.png"}), {"1.png": PNG})
    file = StoredFile.objects.get()
    assert file_for(world.viewer("sofia"), file.pk) is None
    services.submit(world.viewer("bob"), ret=with_photos)
    assert file_for(world.viewer("sofia"), file.pk) == file
    assert file_for(world.viewer("charlie"), file.pk) is None
    phone_of_bob = Phone.of(world, "bob")
    services.give_back(world.viewer("sofia"), ret=with_photos, comment="Look again.")
    phone_of_bob.submit(filled(with_photos, {"sound": "2.mp3"}, "uuid:2"), {"2.mp3": b"ID3" + b"\x00" * 9})
    later = StoredFile.objects.get(name="2.mp3")
    assert (file_for(world.viewer("sofia"), later.pk), file_for(world.viewer("alice"), later.pk)) == (None, later)


def test_words_are_in_the_language_of_the_phone(ret: Return, phone: Phone) -> None:
    phone.call("HEAD", "/openrosa/submission")
    response = phone.call("POST", "/openrosa/submission", content=encoded(b"<data", {}, {}), language="mk,en;q=0.5")
    assert response["Content-Language"] == "mk"


def test_a_submission_costs_a_bounded_number_of_queries(
    ret: Return, phone: Phone, django_assert_max_num_queries: Any
) -> None:
    phone.call("HEAD", "/openrosa/submission")
    body = encoded(filled(ret, {**SENT, **ROWS}), {}, {})
    with django_assert_max_num_queries(40):
        assert phone.call("POST", "/openrosa/submission", content=body).status_code == 201
