"""What reference data brings to measures: scopes as they were, names as printed, footnotes as worded."""

from datetime import date

import pytest
from django.utils.translation import override

from throughline.kernel.measures.ask import ask
from throughline.kernel.measures.questions import Question
from throughline.kernel.testing.worlds import World, make_incident
from throughline.reference.measures import jurisdiction_words, members, place_footnotes, scopes, term_words
from throughline.reference.models import Footnote, ScopeMember


def test_the_members_of_a_scope_in_the_order_of_print(world: World) -> None:
    assert list(members("WB-6", None)) == ["AL", "BA", "XK", "ME", "MK", "RS"]
    assert members("SEE-7", None)["XK"] == "Kosovo*"
    assert len(members(None, None)) == 7
    assert scopes() == {"SEE-7": "South East Europe", "WB-6": "Western Balkans"}


def test_a_scope_is_asked_as_it_was_at_the_end_of_the_period(world: World) -> None:
    ScopeMember.objects.filter(scope__code="SEE-7", jurisdiction__code="MD").update(valid_from=date(2024, 1, 1))
    for day in (date(2023, 5, 1), date(2024, 5, 1)):
        make_incident(world, state="verified", occurred_on=day, jurisdiction=world.jurisdictions["MD"])
    anna = world.viewer("anna")
    then, now = (ask(Question.ask("incidents", period=year, scope="SEE-7"), anna) for year in ("2023", "2024"))
    assert (then.value, then.coverage.expected) == (None, 6)
    assert (now.value, now.coverage.expected) == (1, 7)


def test_names_follow_the_language_and_keep_their_mark(world: World) -> None:
    kosovo = world.jurisdictions["XK"]
    kosovo.names = {"sq": "Kosova"}
    kosovo.save()
    with override("sq"):
        assert jurisdiction_words()["XK"] == "Kosova*"


def test_footnotes_stand_under_what_names_their_place(world: World) -> None:
    Footnote.objects.create(jurisdiction=world.jurisdictions["XK"], publisher="UNDP", text="As the publisher words it.")
    assert place_footnotes(["RS", "XK"]) == ["* As the publisher words it."]
    assert place_footnotes(["RS"]) == []
    make_incident(world, state="verified")
    by_place = Question.ask("incidents", by="jurisdiction", period="2024-Q1", scope="SEE-7")
    assert ask(by_place, world.viewer("anna")).footnotes == ("* As the publisher words it.",)
    narrowed = by_place.but(by=(), scope=None)
    assert ask(narrowed.only(jurisdiction="RS"), world.viewer("anna")).footnotes == ()
    assert ask(narrowed.only(jurisdiction="XK"), world.viewer("anna")).footnotes != ()


@pytest.mark.parametrize(
    ("level", "among", "not_among"), [(1, "weapon-seizure", "armed-robbery"), (2, "armed-robbery", "other")]
)
def test_terms_of_a_level(world: World, level: int, among: str, not_among: str) -> None:
    found = term_words("incident-type", level)()
    assert among in found
    assert not_among not in found


def test_what_may_be_unknown_has_a_word_for_it(world: World) -> None:
    assert list(term_words("age-band", known=False)()) == ["up-to-18", "19-35", "36-60", "61-and-older", "not-reported"]
