"""Who is next: the case everyone argues about, and what holds for every list."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.training.waiting import (
    Candidate,
    Party,
    Quota,
    Rooms,
    Rule,
    choose,
    claimed,
    pool_of,
    rooms,
    serve,
)

A, B, C = Party("A", wants=2), Party("B"), Party("C")
RULES = get_args(Rule)
free_places = st.integers(0, 12)
lists = st.lists(st.integers(1, 5), max_size=12).map(
    lambda wants: [Party(number, wants=want) for number, want in enumerate(wants)]
)


class TestAWantsTwoAndBWantsOneAndOneIsFree:
    def test_in_strict_order_both_wait_for_a(self) -> None:
        served = serve(1, [A, B], "strict")

        assert (served.parties, served.left, served.waits_for) == ((), 1, A)

    def test_to_fill_the_room_b_gets_it_and_a_stays_first(self) -> None:
        served = serve(1, [A, B], "fill")

        assert (served.parties, served.left, served.waits_for) == ((B,), 0, A)

    @pytest.mark.parametrize("rule", RULES)
    def test_when_a_second_place_is_free_both_rules_agree(self, rule: Rule) -> None:
        assert serve(2, [A, B], rule).parties == (A,)

    @pytest.mark.parametrize("rule", RULES)
    def test_without_a_limit_everyone_comes(self, rule: Rule) -> None:
        assert serve(None, [A, B, C], rule).parties == (A, B, C)

    @pytest.mark.parametrize("rule", RULES)
    def test_nobody_is_served_from_an_empty_room(self, rule: Rule) -> None:
        assert serve(0, [B, C], rule).parties == ()


@given(free_places, lists, st.sampled_from(RULES))
def test_never_more_than_is_free(free: int, asked: list[Party], rule: Rule) -> None:
    served = serve(free, asked, rule)

    assert served.left is not None
    assert sum(one.wants for one in served.parties) + served.left == free
    assert served.left >= 0


@given(free_places, lists, st.sampled_from(RULES))
def test_the_same_list_is_always_served_alike_and_in_its_order(free: int, asked: list[Party], rule: Rule) -> None:
    served = serve(free, asked, rule)

    assert served == serve(free, list(asked), rule)
    assert list(served.parties) == [one for one in asked if one in served.parties]


@given(free_places, lists)
def test_in_strict_order_nobody_is_overtaken(free: int, asked: list[Party]) -> None:
    served = serve(free, asked, "strict").parties

    assert list(served) == asked[: len(served)]


@given(free_places, lists)
def test_filling_leaves_nobody_outside_who_would_fit_and_seats_no_fewer(free: int, asked: list[Party]) -> None:
    served = serve(free, asked, "fill")
    outside = [one for one in asked if one not in served.parties]

    assert served.left is not None
    assert all(one.wants > served.left for one in outside)
    assert sum(one.wants for one in serve(free, asked, "strict").parties) <= sum(one.wants for one in served.parties)


@given(st.lists(st.just(1), max_size=12), free_places)
def test_where_everyone_comes_alone_the_rules_do_not_differ(wants: list[int], free: int) -> None:
    asked = [Party(number) for number, _want in enumerate(wants)]

    assert serve(free, asked, "strict").parties == serve(free, asked, "fill").parties


RS, AL = Quota("rs", 3, frozenset({"RS"})), Quota("al", 2, frozenset({"AL"}))
WB = Quota("wb", 4, frozenset({"RS", "AL", "ME"}), group=True)


class TestQuotas:
    def test_a_jurisdiction_draws_on_its_own_quota_before_that_of_its_group(self) -> None:
        drawn = [pool_of(place, [WB, RS]) for place in ("RS", "ME", "MD", None)]

        assert drawn == ["rs", "wb", None, None]

    def test_until_the_release_unused_places_are_kept(self) -> None:
        left = rooms(10, [RS, AL], {"rs": 1, None: 2}, released=False)

        assert left == Rooms(3, {"rs": 2, "al": 2})
        assert (left.open_to("rs"), left.open_to(None)) == (5, 3)

    def test_from_the_release_all_that_is_unused_is_common(self) -> None:
        assert rooms(10, [RS, AL], {"rs": 1, None: 2}, released=True) == Rooms(7, {})

    def test_more_than_the_quota_was_taken_from_what_is_common(self) -> None:
        assert rooms(10, [RS, AL], {"rs": 5}, released=False) == Rooms(3, {"rs": 0, "al": 2})

    def test_quotas_for_more_than_the_room_holds_share_what_there_is(self) -> None:
        assert rooms(4, [RS, AL], {}, released=False) == Rooms(0, {"rs": 3, "al": 1})

    def test_without_a_limit_only_quotas_are_counted(self) -> None:
        left = rooms(None, [RS], {"rs": 1}, released=False)

        assert (left.common, left.open_to("rs"), left.without(None, 50).common) == (None, None, None)

    def test_undecided_nominations_keep_their_claim(self) -> None:
        left = rooms(10, [RS, AL], {}, released=False)

        assert claimed(left, {"rs": 4, None: 1}) == Rooms(3, {"rs": 0, "al": 2})
        assert claimed(left, {"rs": 40}) == Rooms(0, {"rs": 0, "al": 2})

    @given(
        st.integers(0, 20), st.integers(0, 9), st.integers(0, 9),
        st.dictionaries(st.sampled_from(["rs", "al", None]), st.integers(0, 9)), st.booleans(),
    )  # fmt: skip
    def test_what_is_free_and_what_is_held_are_never_more_than_there_is(
        self, capacity: int, own: int, other: int, held: dict[str | None, int], released: bool
    ) -> None:
        quotas = [Quota("rs", own, frozenset({"RS"})), Quota("al", other, frozenset({"AL"}))]

        left = rooms(capacity, quotas, held, released=released)

        assert left.common is not None
        assert min([left.common, *left.kept.values()]) >= 0
        assert left.common + sum(left.kept.values()) == max(capacity - sum(held.values()), 0)


class TestChoosing:
    def test_quotas_first_then_the_best_of_all_who_are_left(self) -> None:
        left = rooms(4, [Quota("rs", 1, frozenset({"RS"})), Quota("al", 1, frozenset({"AL"}))], {}, released=False)
        candidates = [
            Candidate("rs-90", "rs", 90.0), Candidate("rs-80", "rs", 80.0), Candidate("rs-70", "rs", 70.0),
            Candidate("rs-60", "rs", 60.0), Candidate("al-10", "al", 10.0),
        ]  # fmt: skip

        chosen = choose(left, candidates)

        assert [one.key for one in chosen.selected] == ["rs-90", "rs-80", "rs-70", "al-10"]
        assert [one.key for one in chosen.waiting] == ["rs-60"]

    def test_without_scores_the_national_order_decides(self) -> None:
        chosen = choose(Rooms(1), [Candidate("second", None, order=2), Candidate("first", None, order=1)])

        assert [one.key for one in chosen.selected] == ["first"]

    def test_people_registered_together_are_selected_together_or_not(self) -> None:
        chosen = choose(Rooms(2), [Candidate("three", None, 9.0, wants=3), Candidate("two", None, 5.0, wants=2)])

        assert ([one.key for one in chosen.selected], [one.key for one in chosen.waiting]) == (["two"], ["three"])

    @given(
        st.integers(0, 15),
        st.lists(
            st.tuples(st.sampled_from(["rs", "al", None]), st.one_of(st.none(), st.floats(0, 100)), st.integers(1, 3)),
            max_size=15,
        ),
    )
    def test_nobody_is_lost_and_the_room_holds_them(
        self, capacity: int, told: list[tuple[str | None, float | None, int]]
    ) -> None:
        candidates = [
            Candidate(number, pool, score, order=number, wants=wants)
            for number, (pool, score, wants) in enumerate(told)
        ]

        chosen = choose(rooms(capacity, [RS, AL], {}, released=False), candidates)

        assert sum(one.wants for one in chosen.selected) <= capacity
        assert {one.key for one in (*chosen.selected, *chosen.waiting)} == {one.key for one in candidates}
        assert len(chosen.selected) + len(chosen.waiting) == len(candidates)
