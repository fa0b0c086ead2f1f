"""The pages of those who answer: sections, saving, conflicts, files, sending, reading."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds import services
from throughline.kernel.rounds.models import EditionMedia, Return, Sheet
from throughline.kernel.testing.rounds import (
    make_institution,
    make_part,
    make_questionnaire,
    make_return,
    make_round,
    return_of,
    xlsform,
)
from throughline.kernel.testing.worlds import PASSWORD, World
from throughline.kernel.ui.waiting import waiting_for

pytestmark = pytest.mark.django_db

SEIZED, HANDGUNS = "seizures/seized", "seizures/handguns"


def door(world: World, who: str) -> Client:
    client = Client()
    assert client.login(username=f"{who}@example.org", password=PASSWORD)
    return client


def page(client: Client, address: str, status: int = 200, **more: Any) -> str:
    answer = client.get(address, **more)
    assert answer.status_code == status
    return answer.content.decode()


def sent(client: Client, ret: Return, changes: dict[str, tuple[str, str]], section: str = "seizures") -> Any:
    body = json.dumps({"section": section, "changes": changes})
    return client.post(f"/returns/{ret.reference}/save/", body, content_type="application/json")


def stored(holder: Any) -> dict[str, str]:
    return dict(Sheet.objects.get(pk=holder.sheet_id).answers)


@pytest.fixture
def ret(world: World) -> Return:
    return return_of(make_round(world), world)


class TestTheDesk:
    def test_shows_what_is_owed_and_not_what_others_owe(self, world: World, ret: Return) -> None:
        text = page(door(world, "alice"), "/returns/asked/")
        assert ret.reference in text
        assert return_of(ret.round, world, "AL").reference not in text

    def test_says_what_would_be_here(self, world: World) -> None:
        assert "Nothing is asked of you now" in page(door(world, "charlie"), "/returns/asked/")

    def test_marks_what_is_late(self, world: World) -> None:
        make_round(world, due_on=timezone.localdate() - timedelta(days=3))
        assert "late" in page(door(world, "alice"), "/returns/asked/")

    def test_home_counts_what_waits_for_whom(self, world: World) -> None:
        ret = make_return(world)
        assert waits(world.viewer("alice")) == {"Returns to answer": 1}
        services.ready(world.viewer("alice"), ret=ret)
        assert waits(world.viewer("alice")) == {}
        assert waits(world.viewer("bob")) == {"Returns to approve": 1}
        services.submit(world.viewer("bob"), ret=ret)
        assert waits(world.viewer("bob")) == {}
        assert waits(world.viewer("sofia")) == {"Returns to decide": 1}
        assert ret.reference in page(door(world, "sofia"), "/returns/asked/")

    def test_home_counts_parts(self, world: World, ret: Return) -> None:
        part = make_part(world, ret, make_institution(world), sections=["seizures"])
        assert waits(world.viewer("boris")) == {"Parts of returns to answer": 1}
        boris = world.viewer("boris")
        services.save(boris, holder=part, changes={SEIZED: ("", "0")})
        services.hand_in(boris, part=part)
        assert waits(world.viewer("bob")) == {"Returns to answer": 1, "Parts that came in": 1}
        services.take_over(world.viewer("bob"), ret=ret)
        assert waits(world.viewer("bob")) == {"Returns to answer": 1}


def waits(viewer: Viewer) -> dict[str, int]:
    found = waiting_for(viewer)["collect"]
    return {str(one.label): one.count for one in found if "eturn" in str(one.label) or "Part" in str(one.label)}


class TestTheRecord:
    def test_shows_sections_and_the_way_to_answer(self, world: World, ret: Return) -> None:
        text = page(door(world, "alice"), f"/returns/{ret.reference}/")
        assert "Seizures" in text
        assert f"/returns/{ret.reference}/answer/" in text
        assert "Who can see this, and why" in text

    def test_is_hidden_while_it_is_being_answered(self, world: World, ret: Return) -> None:
        for who in ("sofia", "charlie", "anna"):
            page(door(world, who), f"/returns/{ret.reference}/", 404)

    def test_shows_who_asks_the_version_and_not_the_working_answers(self, world: World) -> None:
        ret = make_return(world, state="returned")
        services.save(world.viewer("alice"), holder=ret, changes={"law/progress": ("A draft is out.", "Unfinished.")})
        text = page(door(world, "sofia"), f"/returns/{ret.reference}/")
        assert "A draft is out." in text
        assert "Unfinished." not in text
        assert "Unfinished." in page(door(world, "alice"), f"/returns/{ret.reference}/answer/law/")

    def test_says_why_it_came_back(self, world: World) -> None:
        ret = make_return(world, state="returned")
        assert "Please look again." in page(door(world, "alice"), f"/returns/{ret.reference}/")

    def test_reads_labels_in_the_language_chosen(self, world: World) -> None:
        ret = make_return(world, state="accepted")
        client = door(world, "alice")
        assert "Drafted" in page(client, f"/returns/{ret.reference}/")
        assert "I hartuar" in page(client, f"/returns/{ret.reference}/?language=Shqip (sq)")
        assert "Armë të sekuestruara" in page(client, f"/returns/{ret.reference}/versions/1/")

    def test_opening_it_is_noted_once_and_only_for_those_asked(self, world: World) -> None:
        ret = make_return(world, state="submitted", answers={SEIZED: "0", "law/status": "none"})
        ret = return_of(ret.round, world, "AL")
        page(door(world, "charlie"), f"/returns/{ret.reference}/")
        ret.refresh_from_db()
        assert ret.opened_at is not None


class TestASection:
    def test_asks_every_question_with_what_was_answered(self, world: World) -> None:
        ret = make_return(world)
        text = page(door(world, "alice"), f"/returns/{ret.reference}/answer/seizures/")
        assert 'name="now:seizures/seized" value="12"' in text
        assert 'name="was:seizures/seized" value="12"' in text

    def test_hides_what_is_not_asked_now(self, world: World, ret: Return) -> None:
        client = door(world, "alice")
        hidden = 'data-place="seizures/handguns" data-widget="number" data-kind="integer" hidden'
        assert hidden in page(client, f"/returns/{ret.reference}/answer/seizures/")
        sent(client, ret, {SEIZED: ("", "3")})
        assert hidden not in page(client, f"/returns/{ret.reference}/answer/seizures/")

    def test_leads_to_the_first_unfinished_section(self, world: World, ret: Return) -> None:
        client = door(world, "alice")
        sent(client, ret, {SEIZED: ("", "0")})
        answer = client.get(f"/returns/{ret.reference}/answer/")
        assert answer["Location"] == f"/returns/{ret.reference}/answer/law/"

    def test_saves_with_its_button_and_goes_on(self, world: World, ret: Return) -> None:
        client = door(world, "alice")
        given = {"was:seizures/seized": "", "now:seizures/seized": "7", "action": "next"}
        answer = client.post(f"/returns/{ret.reference}/answer/seizures/", given)
        assert answer["Location"] == f"/returns/{ret.reference}/answer/law/"
        assert stored(ret) == {SEIZED: "7"}

    def test_stays_where_something_is_wrong(self, world: World, ret: Return) -> None:
        client = door(world, "alice")
        given = {"was:seizures/seized": "", "now:seizures/seized": "-7", "action": "next"}
        answer = client.post(f"/returns/{ret.reference}/answer/seizures/", given, follow=True)
        assert "Not below zero." in answer.content.decode()
        assert "Something has to be put right first" in answer.content.decode()

    def test_the_last_one_leads_to_the_check(self, world: World, ret: Return) -> None:
        answer = door(world, "alice").post(f"/returns/{ret.reference}/answer/places/", {"action": "next"})
        assert answer["Location"] == f"/returns/{ret.reference}/send/"

    def test_takes_a_comma_as_typed_and_says_what_to_write(self, world: World, ret: Return) -> None:
        answer = sent(door(world, "alice"), ret, {SEIZED: ("", "12,5")}).json()
        assert stored(ret) == {SEIZED: "12,5"}
        assert list(answer["problems"]) == [SEIZED]

    def test_is_for_those_asked_alone(self, world: World) -> None:
        ret = make_return(world, state="returned")
        for who, status in (("sofia", 403), ("charlie", 404), ("rita", 403), ("alice", 200)):
            page(door(world, who), f"/returns/{ret.reference}/answer/seizures/", status)

    def test_unknown_sections_are_not_there(self, world: World, ret: Return) -> None:
        page(door(world, "alice"), f"/returns/{ret.reference}/answer/nowhere/", 404)


class TestRows:
    def test_are_added_and_removed(self, world: World, ret: Return) -> None:
        client, address = door(world, "alice"), f"/returns/{ret.reference}/answer/places/"
        client.post(address, {"add": "places"})
        client.post(address, {"add": "places"})
        given = {"was:places[2]/place": "", "now:places[2]/place": "Niš", "remove": "places[1]"}
        client.post(address, given)
        assert stored(ret)["places[1]/place"] == "Niš"
        assert "places[2]" not in stored(ret)

    def test_what_was_typed_is_saved_first(self, world: World, ret: Return) -> None:
        client, address = door(world, "alice"), f"/returns/{ret.reference}/answer/places/"
        client.post(address, {"add": "places"})
        answer = client.post(address, {"was:places[1]/place": "", "now:places[1]/place": "Niš", "add": "places"})
        assert answer["Location"].endswith("#q-places~2")
        assert stored(ret) == {"places[1]": "", "places[1]/place": "Niš", "places[2]": ""}


class TestSavingAsOneTypes:
    def test_says_how_the_section_stands(self, world: World, ret: Return) -> None:
        answer = sent(door(world, "alice"), ret, {SEIZED: ("", "3")}).json()
        assert answer["stored"] == {SEIZED: "3"}
        assert answer["hidden"] == []
        assert answer["sections"]["seizures"] == [2, 1, 0, True]

    def test_computes_what_follows(self, world: World, ret: Return) -> None:
        client = door(world, "alice")
        sent(client, ret, {SEIZED: ("", "3")})
        answer = sent(client, ret, {HANDGUNS: ("", "4")}).json()
        assert answer["problems"] == {HANDGUNS: "There cannot be more handguns than firearms seized."}

    def test_two_people_at_once_lose_nothing(self, world: World) -> None:
        ret = make_return(world)
        alice, bob = door(world, "alice"), door(world, "bob")
        sent(alice, ret, {SEIZED: ("12", "13")})
        answer = sent(bob, ret, {SEIZED: ("12", "15"), HANDGUNS: ("5", "6")}).json()
        assert stored(ret) | {SEIZED: "13", HANDGUNS: "6"} == stored(ret)
        text = "Alice wrote in the meantime: 13. You wrote: 15."
        assert answer["conflicts"] == [{"place": SEIZED, "theirs": "13", "text": text}]
        assert sent(bob, ret, {SEIZED: ("13", "15")}).json()["conflicts"] == []
        assert stored(ret)[SEIZED] == "15"

    def test_the_same_conflict_without_script(self, world: World) -> None:
        ret = make_return(world)
        alice, bob = door(world, "alice"), door(world, "bob")
        address = f"/returns/{ret.reference}/answer/seizures/"
        sent(alice, ret, {SEIZED: ("12", "13")})
        given = {"was:seizures/seized": "12", "now:seizures/seized": "15", "action": "next"}
        answer = bob.post(address, given)
        assert answer.status_code == 409
        assert "Alice wrote in the meantime: 13. You wrote: 15." in answer.content.decode()
        assert 'name="was:seizures/seized" value="13"' in answer.content.decode()
        theirs = {"was:seizures/seized": "13", "now:seizures/seized": "15", "theirs": SEIZED}
        bob.post(address, theirs)
        assert stored(ret)[SEIZED] == "13"
        bob.post(address, {"was:seizures/seized": "13", "now:seizures/seized": "15", "mine": SEIZED})
        assert stored(ret)[SEIZED] == "15"

    @pytest.mark.parametrize(
        "body", ["", "[]", '{"changes": 5}', '{"changes": {"a": ["b"]}}', '{"changes": {"a": [1, 2]}}']
    )
    def test_refuses_nonsense(self, world: World, ret: Return, body: str) -> None:
        client = door(world, "alice")
        answer = client.post(f"/returns/{ret.reference}/save/", body, content_type="application/json")
        assert answer.status_code == 400
        assert "refused" in answer.json()

    def test_refuses_questions_that_are_not_there(self, world: World, ret: Return) -> None:
        assert sent(door(world, "alice"), ret, {"no/such": ("", "1")}).status_code == 400

    def test_refuses_a_closed_round(self, world: World, ret: Return) -> None:
        services.close_round(world.viewer("sofia"), round=ret.round)
        client = door(world, "alice")
        answer = sent(client, ret, {SEIZED: ("", "1")})
        assert answer.status_code == 403
        assert "closed" in answer.json()["refused"]
        assert "This round is closed" in page(client, f"/returns/{ret.reference}/answer/seizures/")

    def test_is_for_those_asked_alone(self, world: World) -> None:
        ret = make_return(world, state="returned")
        assert sent(door(world, "sofia"), ret, {SEIZED: ("12", "1")}).status_code == 403
        assert sent(door(world, "charlie"), ret, {SEIZED: ("12", "1")}).status_code == 404


class TestLastTime:
    def test_is_shown_and_taken_over(self, world: World) -> None:
        edition = make_questionnaire(world)
        early = make_round(world, edition, title="Before", due_on=timezone.localdate() + timedelta(days=1))
        make_return(world, round=early, state="accepted")
        late = return_of(make_round(world, edition), world)
        client, address = door(world, "alice"), f"/returns/{late.reference}/answer/seizures/"
        assert "Last time: 12" in page(client, address)
        client.post(address, {"take": SEIZED})
        assert stored(late) == {SEIZED: "12"}
        answer = client.post(f"/returns/{late.reference}/prefill/", {"next": address})
        assert answer["Location"] == address
        assert stored(late)["law/progress"] == "A draft is out."


class TestSending:
    def test_lists_what_is_missing_with_the_way_there(self, world: World, ret: Return) -> None:
        text = page(door(world, "bob"), f"/returns/{ret.reference}/send/")
        assert f"/returns/{ret.reference}/answer/seizures/#q-seizures~seized" in text
        assert "Approve and send" in text
        assert door(world, "bob").post(f"/returns/{ret.reference}/send/").status_code == 400
        ret.refresh_from_db()
        assert ret.state == "asked"

    def test_sends_and_says_who_will_read(self, world: World) -> None:
        ret = make_return(world)
        client = door(world, "bob")
        assert "TLP:GREEN" in page(client, f"/returns/{ret.reference}/send/")
        client.post(f"/returns/{ret.reference}/send/", {"comment": "Good."})
        ret.refresh_from_db()
        assert ret.state == "submitted"
        assert "This was handed in" in page(client, f"/returns/{ret.reference}/answer/seizures/")

    def test_a_contributor_asks_for_approval(self, world: World) -> None:
        ret = make_return(world)
        client = door(world, "alice")
        assert "Ask for approval" in page(client, f"/returns/{ret.reference}/send/")
        assert client.post(f"/returns/{ret.reference}/send/").status_code == 403
        client.post(f"/returns/{ret.reference}/ready/")
        ret.refresh_from_db()
        assert ret.state == "ready"

    def test_nothing_to_report_wants_a_reason(self, world: World, ret: Return) -> None:
        client, address = door(world, "bob"), f"/returns/{ret.reference}/nothing-to-report/"
        assert client.post(address, {"reason": " "}).status_code == 400
        client.post(address, {"reason": "No seizures."})
        ret.refresh_from_db()
        assert (ret.state, ret.nil, ret.nil_reason) == ("submitted", True, "No seizures.")
        assert "No seizures." in page(client, f"/returns/{ret.reference}/")
        page(door(world, "alice"), address)

    def test_is_taken_back_with_a_reason(self, world: World) -> None:
        ret = make_return(world, state="submitted")
        client = door(world, "bob")
        client.post(f"/returns/{ret.reference}/take-back/", {"reason": ""})
        ret.refresh_from_db()
        assert ret.state == "submitted"
        client.post(f"/returns/{ret.reference}/take-back/", {"reason": "A figure was wrong."})
        ret.refresh_from_db()
        assert ret.state == "returned"


class TestVersions:
    def test_are_compared_question_by_question(self, world: World) -> None:
        ret = make_return(world, state="submitted")
        remarks = {SEIZED: "Is this the whole year?"}
        services.give_back(world.viewer("simon"), ret=ret, remarks=remarks)
        bob = world.viewer("bob")
        services.save(bob, holder=ret, changes={SEIZED: ("12", "14")})
        client = door(world, "bob")
        text = page(client, f"/returns/{ret.reference}/changes/")
        assert "<del>12</del>" in text
        assert "<ins>14</ins>" in text
        assert "Is this the whole year?" in page(client, f"/returns/{ret.reference}/answer/seizures/")
        services.submit(bob, ret=ret)
        text = page(door(world, "sofia"), f"/returns/{ret.reference}/changes/?from=1&to=2")
        assert "Is this the whole year?" in text
        page(client, f"/returns/{ret.reference}/changes/?from=1&to=9", 404)
        page(door(world, "sofia"), f"/returns/{ret.reference}/changes/?from=1&to=now", 404)

    def test_one_alone_has_nothing_to_compare(self, world: World) -> None:
        ret = make_return(world, state="submitted")
        page(door(world, "bob"), f"/returns/{ret.reference}/changes/", 404)
        page(door(world, "bob"), f"/returns/{ret.reference}/versions/2/", 404)


class TestParts:
    def test_ask_their_sections_alone(self, world: World, ret: Return) -> None:
        part = make_part(world, ret, make_institution(world), sections=["seizures"])
        client = door(world, "boris")
        assert "Law" not in page(client, f"/parts/{part.reference}/answer/seizures/")
        page(client, f"/parts/{part.reference}/answer/law/", 404)
        page(client, f"/returns/{ret.reference}/", 404)
        given = {"was:seizures/seized": "", "now:seizures/seized": "0", "action": "next"}
        answer = client.post(f"/parts/{part.reference}/answer/seizures/", given)
        assert answer["Location"] == f"/parts/{part.reference}/send/"
        client.post(f"/parts/{part.reference}/send/")
        part.refresh_from_db()
        assert part.state == "handed-in"
        assert "Firearms seized" in page(door(world, "bob"), f"/parts/{part.reference}/")
        page(door(world, "sofia"), f"/parts/{part.reference}/", 404)


KINDS = [
    "text", "integer", "decimal", "date", "time", "dateTime", "note", "geopoint", "geotrace", "image", "file",
    "acknowledge", "barcode", "select_one few", "select_one many", "select_multiple few", "rank few",
]  # fmt: skip


def everything() -> bytes:
    survey = [
        {"type": kind, "name": f"q{at}", "label": f"Question {at} **bold** <script>", "hint": "A hint."}
        for at, kind in enumerate(KINDS)
    ]
    survey.append({"type": "range", "name": "long", "label": "Long", "parameters": "start=0 end=100 step=5"})
    survey.append({"type": "range", "name": "short", "label": "Short", "parameters": "start=1 end=5 step=1"})
    survey.append({"type": "integer", "name": "sum", "label": "Sum", "calculation": "${q1} + 1"})
    choices = [{"list_name": "few", "name": name, "label": name.upper()} for name in "abc"]
    choices += [{"list_name": "many", "name": name, "label": name.upper()} for name in "abcdefghij"]
    return xlsform(survey, choices, {"default_language": ""})


class TestKindsOfQuestions:
    @pytest.fixture
    def all_kinds(self, world: World) -> Return:
        edition = make_questionnaire(world, everything(), title="Everything")
        EditionMedia.objects.create(edition=edition, name="a.png", media_type="image/png", content=b"png")
        EditionMedia.objects.create(edition=edition, name="a.html", media_type="text/html", content=b"<script>")
        return return_of(make_round(world, edition), world)

    def test_are_all_asked_and_safely_so(self, world: World, all_kinds: Return) -> None:
        text = page(door(world, "alice"), f"/returns/{all_kinds.reference}/answer/-/")
        assert "<strong>bold</strong> &lt;script&gt;" in text
        for at, kind in enumerate(KINDS):
            assert f'data-place="q{at}"' in text, kind

    def test_are_all_taken(self, world: World, all_kinds: Return) -> None:
        given = {
            "q0": "  two\r\nlines ", "q1": "3", "q2": "1.5", "q3": "2024-01-02", "q4": "10:30",
            "q5": "2024-01-02T10:30", "q9": "", "q11": "OK", "q12": "123", "q13": "a", "q14": "j",
            "q15": ["a", "c"], "q16": ["c", "a", "b"], "long": "15", "short": "4",
        }  # fmt: skip
        post: dict[str, Any] = {f"now:{name}": value for name, value in given.items()}
        post |= {f"was:{name}": "" for name in [*given, "q7"]} | {"lat:q7": "44.8", "lon:q7": "20.5"}
        client, address = door(world, "alice"), f"/returns/{all_kinds.reference}/answer/-/"
        client.post(address, post)
        assert stored(all_kinds) == {
            "q0": "  two\nlines ", "q1": "3", "q2": "1.5", "q3": "2024-01-02", "q4": "10:30", "q5": "2024-01-02T10:30",
            "q7": "44.8 20.5", "q11": "OK", "q12": "123", "q13": "a", "q14": "j", "q15": "a c", "q16": "c a b",
            "long": "15", "short": "4",
        }  # fmt: skip
        text = page(client, address)
        assert "aria-invalid" not in text
        assert "data-output>4</output>" in text
        client.post(address, {"clear": "q13", "was:q13": "a", "now:q13": "a"})
        assert "q13" not in stored(all_kinds)

    def test_unticking_is_an_answer_taken_out(self, world: World, all_kinds: Return) -> None:
        services.save(world.viewer("alice"), holder=all_kinds, changes={"q15": ("", "a c"), "q11": ("", "OK")})
        client = door(world, "alice")
        client.post(f"/returns/{all_kinds.reference}/answer/-/", {"was:q15": "a c", "was:q11": "OK"})
        assert stored(all_kinds) == {}

    def test_what_was_kept_finer_than_shown_stays(self, world: World, all_kinds: Return) -> None:
        fine = {"q5": "2024-01-02T10:30:15.000+01:00", "q7": "44.8 20.5 120 5"}
        services.save(
            world.viewer("alice"), holder=all_kinds, changes={one: ("", value) for one, value in fine.items()}
        )
        post = {"was:q5": fine["q5"], "now:q5": "2024-01-02T10:30", "was:q7": fine["q7"]}
        door(world, "alice").post(
            f"/returns/{all_kinds.reference}/answer/-/", {**post, "lat:q7": "44.8", "lon:q7": "20.5"}
        )
        assert stored(all_kinds) == fine

    def test_files_are_kept_and_served_to_readers(self, world: World, all_kinds: Return) -> None:
        client = door(world, "alice")
        png = b"\x89PNG\r\n\x1a\n" + bytes(20)
        address = f"/returns/{all_kinds.reference}/attach/"
        answer = client.post(address, {"place": "q9", "was": "", "section": "-", "file": upload("p.png", png)})
        name, url = answer.json()["files"]["q9"]
        assert (answer.status_code, name, stored(all_kinds)) == (200, "p.png", {"q9": "p.png"})
        assert client.get(url).status_code == 200
        assert door(world, "charlie").get(url).status_code == 404
        again = client.post(address, {"place": "q10", "was": "", "section": "-", "file": upload("p.png", png)})
        assert again.json()["stored"] == {"q10": "p-2.png"}

    def test_files_in_disguise_are_refused(self, world: World, all_kinds: Return) -> None:
        client = door(world, "alice")
        wrong = {"place": "q9", "was": "", "file": upload("p.png", b"MZ")}
        assert client.post(f"/returns/{all_kinds.reference}/attach/", wrong).json()["wrong"]["q9"]
        page_post = {"file:q9": upload("p.png", b"MZ"), "was:q9": "", "was:q1": "", "now:q1": "8"}
        answer = client.post(f"/returns/{all_kinds.reference}/answer/-/", page_post)
        assert answer.status_code == 400
        assert stored(all_kinds) == {"q1": "8"}

    def test_media_of_the_form_are_served_harmless(self, world: World, all_kinds: Return) -> None:
        client = door(world, "alice")
        assert client.get(f"/returns/{all_kinds.reference}/media/a.png")["Content-Type"] == "image/png"
        other = client.get(f"/returns/{all_kinds.reference}/media/a.html")
        assert other["Content-Type"] == "application/octet-stream"
        page(client, f"/returns/{all_kinds.reference}/media/b.png", 404)
        page(door(world, "charlie"), f"/returns/{all_kinds.reference}/media/a.png", 404)


def upload(name: str, content: bytes) -> Any:

    return SimpleUploadedFile(name, content)
