"""Who fits whom: always the same list, never a pair without a reason, best first."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from throughline.training.matching import Wish, fitting, named_each_other, suggest

AREAS, LANGUAGES = ("drugs", "cyber", "migration"), ("en", "sq", "sr")


def wish(key: str, side: str = "host", **given: Any) -> Wish:
    """One that fits its counterpart in everything, of an organisation of its own."""
    values = {
        "order": int(key[1:]), "kind": "exchange", "person": key, "organisation": f"org-{key}",
        "email": f"{key}@example.org", "areas": frozenset({"drugs"}), "languages": frozenset({"en"}), **given,
    }  # fmt: skip
    return Wish(key=key, side=side, **values)


@st.composite
def wishes(draw: st.DrawFn) -> list[Wish]:
    number = draw(st.integers(0, 7))
    return [
        wish(
            f"w{at}",
            draw(st.sampled_from(["host", "guest"])),
            kind=draw(st.sampled_from(["exchange", "mentoring"])),
            organisation=draw(st.sampled_from(["a", "b", "c"])),
            jurisdiction=draw(st.sampled_from(["RS", "AL"])),
            sector=draw(st.sampled_from(["", "police"])),
            named=draw(st.sampled_from(["", *(f"w{one}@example.org" for one in range(number))])),
            areas=draw(st.frozensets(st.sampled_from(AREAS))),
            languages=draw(st.frozensets(st.sampled_from(LANGUAGES))),
        )
        for at in range(number)
    ]


@given(wishes(), st.randoms(use_true_random=False))
def test_the_order_in_which_they_are_given_makes_no_difference(given: list[Wish], chance: random.Random) -> None:
    shuffled = given[:]
    chance.shuffle(shuffled)
    assert suggest(shuffled) == suggest(given)


@given(wishes())
def test_every_pair_is_of_two_sides_two_organisations_one_kind_and_has_its_reasons(given: list[Wish]) -> None:
    for match in suggest(given):
        assert (match.host.side, match.guest.side, match.host.kind) == ("host", "guest", match.guest.kind)
        assert match.host.organisation != match.guest.organisation
        assert match.matched or (match.host.areas & match.guest.areas and match.host.languages & match.guest.languages)
        assert match.reasons()


@given(wishes())
def test_nobody_who_fits_is_left_out_and_the_best_come_first(given: list[Wish]) -> None:
    found = suggest(given)
    hosts, guests = ([one for one in given if one.side == side] for side in ("host", "guest"))
    assert len(found) == sum(fitting(host, guest) is not None for host in hosts for guest in guests)
    assert [one.rank for one in found] == sorted(one.rank for one in found)


def test_naming_each_other_is_reciprocal() -> None:
    one, other = wish("w1", named="w2@example.org"), wish("w2", "guest", named="w1@example.org")
    assert (named_each_other(one, other), named_each_other(other, one)) == (True, True)
    assert not named_each_other(one, wish("w2", "guest"))
    assert not named_each_other(wish("w1", email="", named=""), wish("w2", "guest", email="", named=""))


def test_who_named_each_other_comes_before_who_shares_more() -> None:
    named = wish("w1", named="w3@example.org", areas=frozenset({"cyber"}))
    better = wish("w2", areas=frozenset(AREAS), languages=frozenset(LANGUAGES))
    guest = wish("w3", "guest", named="w1@example.org", areas=frozenset(AREAS), languages=frozenset(LANGUAGES))
    found = suggest([better, named, guest])
    assert [one.host.key for one in found] == ["w1", "w2"]
    assert found[0].reasons() == ["both named each other", "both for: cyber", "both speak: en"]


def test_who_cannot_talk_to_each_other_is_not_suggested() -> None:
    assert suggest([wish("w1"), wish("w2", "guest", languages=frozenset({"sq"}))]) == []
    assert suggest([wish("w1"), wish("w2", "guest", areas=frozenset({"cyber"}))]) == []
    assert suggest([wish("w1"), wish("w2", "guest", organisation="org-w1")]) == []
