"""Deciding on returns in the browser: side by side, accept, give back with remarks, open again."""

import pytest
from django.test import Client
from django.urls import reverse

from throughline.kernel.rounds import services
from throughline.kernel.rounds.models import Remark
from throughline.kernel.testing.resource_cases import signed_in, text_of
from throughline.kernel.testing.rounds import ANSWERS, make_return, make_round, return_of
from throughline.kernel.testing.worlds import World

SECRET = "zq-second-draft"


@pytest.fixture
def sofia(world: World) -> Client:
    return signed_in(world, "sofia")


def rows_of(page: object) -> dict[str, object]:
    return {row.place: row for part in page.context["parts"] for row in part.rows}


def test_a_return_is_read_beside_last_time_and_accepted(world: World, sofia: Client) -> None:
    last = make_round(world, period="2022")
    make_return(world, round=last, answers=ANSWERS | {"seizures/seized": "20"}, state="accepted")
    ret = make_return(world, round=make_round(world, last.edition, before=last), state="submitted")

    page = sofia.get(reverse("return-decide", args=[ret.reference]))
    answer = sofia.post(reverse("return-accept", args=[ret.reference]), {"comment": "Thank you."})

    rows = rows_of(page)
    assert [part.title for part in page.context["parts"]] == ["Seizures", "Law"]
    seized, status = rows["seizures/seized"], rows["law/status"]
    assert (seized.label, seized.value, seized.last, seized.differs) == ("Firearms seized", "12", "20", True)
    assert (status.value, status.last, status.differs) == ("Drafted", "Drafted", False)
    ret.refresh_from_db()
    assert (answer.status_code, ret.state, ret.handling) == (302, "accepted", "green")


def test_a_return_is_given_back_with_remarks_and_the_next_version_shows_what_changed(
    world: World, sofia: Client
) -> None:
    ret = make_return(world, state="submitted")
    given = {"comment": "Nearly.", "remark:seizures/seized": "Of the police only?", "remark:law/status": "  "}

    answer = sofia.post(reverse("return-give-back", args=[ret.reference]), given)

    ret.refresh_from_db()
    assert (answer.status_code, ret.state) == (302, "returned")
    assert list(Remark.objects.values_list("place", "text")) == [("seizures/seized", "Of the police only?")]
    bob = world.viewer("bob")
    services.save(bob, holder=ret, changes={"seizures/seized": ("12", "15")})
    services.submit(bob, ret=ret)
    page = sofia.get(reverse("return-decide", args=[ret.reference]))
    rows = rows_of(page)
    assert [place for place, row in rows.items() if row.changed] == ["seizures/seized"]
    assert (rows["seizures/seized"].previous, rows["seizures/seized"].value) == ("12", "15")
    assert "Of the police only?" in text_of(page)


def test_giving_back_without_a_word_keeps_what_was_typed(world: World, sofia: Client) -> None:
    ret = make_return(world, state="submitted")

    silent = sofia.post(reverse("return-give-back", args=[ret.reference]), {"comment": " "})
    strange = sofia.post(
        reverse("return-give-back", args=[ret.reference]),
        {"comment": "Kept comment", "remark:nowhere": "x", "remark:law/status": "Kept remark"},
    )

    assert (silent.status_code, "comment" in silent.context["form"].errors) == (422, True)
    assert strange.status_code == 422
    assert [word in text_of(strange) for word in ("Kept comment", "Kept remark")] == [True, True]
    ret.refresh_from_db()
    assert (ret.state, Remark.objects.count()) == ("submitted", 0)


@pytest.mark.parametrize(
    ("who", "code"), [("alice", 403), ("bob", 403), ("anna", 403), ("charlie", 404), ("outsider", 404)]
)
def test_only_who_runs_the_round_decides(world: World, who: str, code: int) -> None:
    ret = make_return(world, state="submitted")
    client = signed_in(world, who)

    answers = [client.get(reverse("return-decide", args=[ret.reference])).status_code]
    answers += [
        client.post(reverse(f"return-{name}", args=[ret.reference]), {"comment": "x", "reason": "x"}).status_code
        for name in ("accept", "give-back", "reopen")
    ]

    assert answers == [code] * 4
    ret.refresh_from_db()
    assert ret.state == "submitted"


def test_who_submitted_does_not_decide(world: World) -> None:
    made = make_round(world, asked=("RS",))
    services.ask_also(world.viewer("sofia"), round=made, organisation=world.organisations["secretariat"])
    ret = made.returns.get(owner=world.organisations["secretariat"])
    sofia = world.viewer("sofia")
    services.save(sofia, holder=ret, changes={place: ("", value) for place, value in ANSWERS.items()})
    services.submit(sofia, ret=ret)
    url = reverse("return-decide", args=[ret.reference])

    own, second = signed_in(world, "sofia").get(url), signed_in(world, "simon").get(url)
    refused = signed_in(world, "sofia").post(reverse("return-accept", args=[ret.reference]), {"comment": ""})

    assert ("A second person has to decide" in text_of(own), own.context["decides"]) == (True, False)
    assert second.context["decides"] is True
    assert refused.status_code == 403


def test_what_is_being_written_after_a_return_is_not_shown(world: World, sofia: Client) -> None:
    ret = make_return(world, state="returned", decider="sofia")
    services.save(world.viewer("bob"), holder=ret, changes={"law/progress": ("A draft is out.", SECRET)})
    pages = [reverse(f"return-{name}", args=[ret.reference]) for name in ("decide", "detail", "history")]
    pages += [reverse("round-detail", args=[ret.round.reference]), reverse("return-list"), reverse("home")]

    shown = [text_of(sofia.get(url)) for url in pages]

    assert [url for url, page in zip(pages, shown, strict=True) if SECRET in page] == []
    assert "A draft is out." in shown[0]


def test_a_draft_is_not_there_for_who_decides(world: World, sofia: Client) -> None:
    ret = make_return(world)

    assert sofia.get(reverse("return-decide", args=[ret.reference])).status_code == 404


def test_a_nil_return_says_why(world: World, sofia: Client) -> None:
    ret = return_of(make_round(world), world)
    services.submit_nil(world.viewer("bob"), ret=ret, reason="No seizures this year.")

    page = text_of(sofia.get(reverse("return-decide", args=[ret.reference])))
    sofia.post(reverse("return-accept", args=[ret.reference]), {"comment": ""})

    ret.refresh_from_db()
    assert ("No seizures this year." in page, ret.state) == (True, "accepted")


def test_an_accepted_return_is_opened_again_with_a_reason(world: World, sofia: Client) -> None:
    ret = make_return(world, state="accepted")
    url = reverse("return-reopen", args=[ret.reference])

    silent = sofia.post(url, {"reason": ""})
    answer = sofia.post(url, {"reason": "A figure was wrong."})

    ret.refresh_from_db()
    assert (silent.status_code, answer.status_code, ret.state, ret.reopened) == (422, 302, "returned", 1)


def test_a_version_that_was_not_read_is_not_accepted(world: World, sofia: Client) -> None:
    ret = make_return(world, state="submitted")
    bob = world.viewer("bob")
    services.take_back(bob, ret=ret, reason="One figure was wrong.")
    services.save(bob, holder=ret, changes={"seizures/seized": ("12", "15")})
    services.submit(bob, ret=ret)
    url = reverse("return-accept", args=[ret.reference])

    old = sofia.post(url, {"version": "1", "comment": ""})
    strange = sofia.post(url, {"version": "one", "comment": ""})
    new = sofia.post(url, {"version": "2", "comment": ""})

    ret.refresh_from_db()
    assert (old.status_code, "A newer version came in" in text_of(old)) == (422, True)
    assert (strange.status_code, new.status_code, ret.state) == (422, 302, "accepted")
