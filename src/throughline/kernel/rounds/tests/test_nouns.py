"""What lists, exports and the API say of rounds, questionnaires, returns and parts: how far they are, never an answer."""

import pytest
from django.urls import reverse

from throughline.kernel.resources import registry
from throughline.kernel.testing.resource_cases import Program, signed_in, text_of
from throughline.kernel.testing.rounds import make_institution, make_part, make_return, make_round, return_of
from throughline.kernel.testing.worlds import World

SECRET = "zq-never-in-a-list"
NOUNS = ("questionnaire", "round", "return", "part")


@pytest.fixture
def reference(world: World) -> str:
    """A submitted return of Serbia with a part, and a draft of Albania."""
    made = make_round(world)
    ret = return_of(made, world)
    make_part(world, ret, make_institution(world))
    make_return(
        world,
        "RS",
        round=made,
        answers={"law/progress": SECRET, "law/status": "drafted", "seizures/seized": "0"},
        state="submitted",
    )
    make_return(world, "AL", round=made, answers={"law/progress": SECRET})
    return ret.reference


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("who", ["bob", "sofia", "anna", "boris", "charlie"])
def test_no_list_export_or_api_says_an_answer(world: World, reference: str, noun: str, who: str) -> None:
    client, program = signed_in(world, who), Program(world, who)
    plural = registry.get(noun).plural
    pages = [reverse(f"{noun}-list"), *(reverse(f"{noun}-export", args=[fmt]) for fmt in ("csv", "json"))]

    answers = [client.get(url) for url in pages] + [program.get(f"/api/v1/{plural}/")]
    searched = client.get(f"{reverse(f'{noun}-list')}?q={SECRET}")

    assert [answer.status_code for answer in answers] == [200] * 4
    assert [SECRET in text_of(answer) for answer in answers] == [False] * 4
    assert "Nothing fits this question" in text_of(searched)


def test_returns_are_listed_to_those_who_may_read_them(world: World, reference: str) -> None:
    draft = return_of_albania(world)
    found = {
        who: sorted(row["reference"] for row in Program(world, who).get("/api/v1/returns/").json()["items"])
        for who in ("sofia", "anna", "bob", "charlie", "boris", "outsider")
    }

    assert found == {
        "sofia": [reference], "anna": [reference], "bob": [reference], "charlie": [draft], "boris": [], "outsider": [],
    }  # fmt: skip


def test_a_round_is_filtered_by_its_period(world: World, reference: str) -> None:
    alice = signed_in(world, "alice")

    pages = [text_of(alice.get(f"{reverse('round-list')}?period={period}")) for period in ("2023", "1999")]

    assert ["Arms return 2023" in page for page in pages] == [True, False]


@pytest.mark.parametrize(("who", "offered"), [("sofia", True), ("alice", False), ("anna", False)])
def test_only_who_runs_rounds_is_offered_to_prepare_one(world: World, who: str, offered: bool) -> None:
    client = signed_in(world, who)

    pages = [text_of(client.get(reverse("round-list"))), text_of(client.get(reverse("questionnaire-list")))]

    assert [reverse("round-prepare") in pages[0], reverse("questionnaire-make") in pages[1]] == [offered, offered]


def return_of_albania(world: World) -> str:
    rows = Program(world, "vera").get("/api/v1/returns/").json()["items"]
    return str(rows[0]["reference"])
