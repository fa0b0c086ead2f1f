"""One search over everything: found in any script and with a slip or two, and never more than its reader may read."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from throughline.incidents.models import Incident, Source
from throughline.kernel.access.choices import Handling, Right
from throughline.kernel.access.services import grant
from throughline.kernel.search.queries import search
from throughline.kernel.search.words import distance, slips, slips_allowed
from throughline.kernel.testing.resource_cases import signed_in
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.django_db


def keys(world: World, name: str, text: str, kind: str = "incident") -> list[str]:
    found = search(world.viewer(name), text)
    return [hit.key for group in found.groups if group.kind == kind for hit in group.hits]


def kinds(world: World, name: str, text: str) -> list[str]:
    return [group.kind for group in search(world.viewer(name), text).groups]


@pytest.mark.parametrize(
    "text", ["Ђурђевац", "Đurđevac", "djurdjevac", "DJURDJEVAC", "djurdj", "djurdjevca", "urdjevac"]
)
def test_a_place_is_found_in_any_script_with_and_without_marks_and_with_a_slip(world: World, text: str) -> None:
    record = make_incident(world, place="Đurđevac")
    make_incident(world, place="Novi Sad")
    assert keys(world, "alice", text) == [str(record.pk)]


def test_a_reference_leads_to_its_record_first(world: World) -> None:
    named, wanted = make_incident(world), make_incident(world)
    named.narrative = f"See {wanted.reference}."
    for text in (wanted.reference, wanted.reference.lower(), wanted.reference.replace("-", " ")):
        assert keys(world, "alice", text)[0] == str(wanted.pk)
    # A digit that is wrong is another record: numbers forgive nothing.
    assert keys(world, "alice", wanted.reference[:-1] + "9") == []


def test_nouns_pages_and_figures_stand_in_groups_the_best_first(world: World) -> None:
    Source.objects.create(code="gazette", name="Belgrade Gazette")
    make_incident(world, narrative="Reported in Belgrade.")
    assert kinds(world, "alice", "Belgrade Gazette")[0] == "source"
    assert set(kinds(world, "alice", "belgrade")) >= {"source", "incident", "jurisdiction"}
    assert "page" in kinds(world, "alice", "incidents")
    assert "measure" in kinds(world, "alice", "people killed")
    assert "measure" not in kinds(world, "outsider", "people killed")


def test_slips_are_forgiven_only_where_nothing_is_spelt_so(world: World) -> None:
    Source.objects.create(code="a", name="Morning Star")
    Source.objects.create(code="b", name="Morning Scar")
    found = search(world.viewer("alice"), "morning star", kind="source")
    assert [hit.name for group in found.groups for hit in group.hits] == ["Morning Star"]
    assert not found.close
    found = search(world.viewer("alice"), "mornign", kind="source")
    assert {hit.name for group in found.groups for hit in group.hits} == {"Morning Star", "Morning Scar"}
    assert found.close


# Nothing hidden shows, or can be counted or guessed at


def test_what_a_reader_may_not_see_is_not_found_not_counted_and_not_suggested(world: World) -> None:
    hidden = make_incident(world, place="Zqhiddenplace")
    before = signed_in(world, "charlie").get("/search/?q=zqhiddenplace").content
    nothing = signed_in(world, "charlie").get("/search/?q=zqotherplace").content
    assert (
        before.replace(b"zqhiddenplace", b"").replace(b"zqotherplace", b"")[-1500:]
        == nothing.replace(b"zqotherplace", b"")[-1500:]
    )
    for text in ("zqhiddenplace", "zqhiddenplacf", "zqhidden", hidden.reference, hidden.reference[:9]):
        for name in ("charlie", "sofia", "adam", "outsider"):
            assert keys(world, name, text) == []
            for address in ("/search/", "/search/quick/"):
                answer = signed_in(world, name).get(address, {"q": text}).content.decode()
                assert hidden.reference not in answer.replace(text, "")
    assert keys(world, "bob", "zqhiddenplacf") == [str(hidden.pk)]


def test_a_grant_opens_the_search_too_and_red_closes_it(world: World) -> None:
    record = make_incident(world, place="Zqplace", state="sent", handling=Handling.AMBER)
    assert keys(world, "charlie", "zqplace") == []
    grant(world.viewer("alice"), record=record, to=world.organisations["police-al"], right=Right.READ)
    assert keys(world, "charlie", "zqplace") == [str(record.pk)]
    red = make_incident(world, place="Zqredplace", handling=Handling.RED)
    assert (keys(world, "alice", "zqredplace"), keys(world, "bob", "zqredplace")) == ([str(red.pk)], [])


def test_nobody_finds_nothing(world: World) -> None:
    from throughline.kernel.access.viewer import Viewer  # reason: only here

    make_incident(world, state="verified", handling=Handling.CLEAR)
    assert search(Viewer.nobody(), "novi").groups == ()
    for address in ("/search/", "/search/quick/"):
        assert Client().get(address, {"q": "novi"}).status_code == 302


KINDS = [(code, "draft") for code in Handling.values] + [
    (code, "verified") for code in Handling.values if code != "red"
]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    made=st.lists(st.tuples(st.sampled_from(["alice", "charlie", "sofia"]), st.sampled_from(KINDS)), min_size=1, max_size=4),
    text=st.sampled_from(["zqword", "ZQWORD", "zqwrod", "zqwo"]),
)  # fmt: skip
def test_what_is_found_is_what_may_be_read(world: World, made: list[tuple[str, tuple[str, str]]], text: str) -> None:
    records = [
        make_incident(world, by, handling=handling, state=state, place="Zqword") for by, (handling, state) in made
    ]
    for name in ("alice", "bob", "charlie", "sofia", "adam", "outsider"):
        readable = Incident.objects.visible_to(world.viewer(name)).filter(pk__in=[one.pk for one in records])
        assert set(keys(world, name, text)) == {str(key) for key in readable.values_list("pk", flat=True)}
    Incident.objects.update(search_text="")


# The pages


def test_the_page_shows_groups_and_leads_on(world: World) -> None:
    for number in range(10):
        Source.objects.create(code=f"p{number}", name=f"Paper {number}")
    client = signed_in(world, "alice")
    page = client.get("/search/?q=paper").content.decode()
    assert page.count("/sources/p") == 8
    assert "/search/?q=paper&amp;kind=source" in page
    page = client.get("/search/?q=paper&kind=source").content.decode()
    assert page.count("/sources/p") == 10
    assert "Press / on any page" in client.get("/search/").content.decode()
    assert "Two letters at least" in client.get("/search/?q=a").content.decode()
    assert "Nothing fits" in client.get("/search/?q=zzzzqqqq").content.decode()


def test_the_panel_is_a_part_and_every_page_has_the_field(world: World) -> None:
    Source.objects.create(code="gazette", name="Gazette")
    client = signed_in(world, "alice")
    part = client.get("/search/quick/?q=gazet").content.decode()
    assert "/sources/gazette/" in part
    assert "<html" not in part
    assert 'action="/search/"' in client.get("/").content.decode()
    assert "search-box" not in Client().get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    "text",
    ["", " ", "%", "'); DROP TABLE", "a" * 5000, "\x00", "<b>", "& | !", "🦆🦆", "a b c d e f g h i j k", "\u202e"],
)
def test_whatever_is_typed_is_answered(world: World, text: str) -> None:
    make_incident(world)
    client = signed_in(world, "alice")
    for address in ("/search/", "/search/quick/"):
        assert client.get(address, {"q": text}).status_code == 200
        assert client.get(address, {"q": text, "kind": "no-such-kind"}).status_code == 200


def test_a_search_costs_the_same_for_one_record_and_for_three(world: World) -> None:
    def counted(text: str) -> int:
        with CaptureQueriesContext(connection) as queried:
            search(world.viewer("alice"), text)
        return len(queried)

    make_incident(world, place="Zqplace")
    Source.objects.create(code="zqpaper1", name="Zqpaper")
    counted("zq")
    one = counted("zq")
    for number in range(2):
        make_incident(world, place="Zqplace")
        Source.objects.create(code=f"zqmore{number}", name="Zqpaper")
    assert counted("zq") == one


# Words


def test_slips_are_counted_letter_by_letter() -> None:
    assert [
        distance(*pair, 2) for pair in (("belgrad", "beograd"), ("abcd", "abdc"), ("abc", "abc"), ("abc", "xyz"))
    ] == [1, 1, 0, 3]
    assert [slips_allowed(word) for word in ("abc", "abcd", "abcdefgh", "2024")] == [0, 1, 2, 0]
    assert (slips("belgrd", "belgrade"), slips("novi", "nova"), slips("rs", "rx"), slips("2024", "2023")) == (
        1,
        1,
        None,
        None,
    )


@given(st.text("abc", max_size=7), st.text("abc", max_size=7))
def test_distance_is_the_same_both_ways_and_bounded(one: str, other: str) -> None:
    assert distance(one, other, 2) == distance(other, one, 2) <= 3
    assert (distance(one, other, 2) == 0) is (one == other)
