"""The published figures that can serve as tests, the worked example with all its numbers, and what must always hold."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.needs import arithmetic as a
from throughline.needs.arithmetic import Declared, Parameters, Topic, Vote

FROM_NOUGHT = tuple(F(one) for one in range(5))
FROM_ONE = tuple(F(one) for one in range(1, 6))
RELEVANCE = {"A": (0, 1, 3, 9, 12), "B": (2, 3, 6, 8, 6), "C": (5, 7, 6, 4, 3)}
URGENCY = {"A": (0, 2, 5, 10, 8), "B": (1, 6, 9, 7, 2), "C": (4, 9, 8, 3, 1)}
OFFICIALS = (4, 6, 8, 10, 12, 15, 20, 200)
EIGHT = [Declared(f"C{place}", number) for place, number in enumerate(OFFICIALS)]


def parameters(**given: object) -> Parameters:
    return Parameters(**({"weights": FROM_NOUGHT, "urgency_weights": FROM_NOUGHT} | given))


def votes(relevance: tuple[int, ...], urgency: tuple[int, ...]) -> tuple[Vote, ...]:
    """25 answers that fall into these categories."""
    first = [place for place, number in enumerate(relevance) for _ in range(number)]
    second = [place for place, number in enumerate(urgency) for _ in range(number)]
    pairs = zip(first, second, strict=True)
    return tuple(Vote(f"C{at}", one, other) for at, (one, other) in enumerate(pairs))


def worked_example() -> list[Topic]:
    return [
        Topic(code, order, votes(RELEVANCE[code], URGENCY[code]), votes(RELEVANCE[code], URGENCY[code]))
        for order, code in enumerate("ABC")
    ]


# ---- T1, T2: countries, not answers


def test_23_of_26_countries_are_88_percent_rounded_or_cut_off() -> None:
    eligible = [f"C{number}" for number in range(26)]
    answers = [f"C{number % 23}" for number in range(45)]  # 45 answers from 23 countries

    found = a.response_rate(answers, eligible)

    assert found == F(2300, 26)
    assert (a.written(found, 2), a.written(found, 0), a.written(found, 0, "down")) == ("88.46", "88", "88")


def test_21_of_26_countries_are_80_8_percent_and_institutions_outside_do_not_count() -> None:
    eligible = [f"C{number}" for number in range(26)]
    answers = [*(f"C{number % 21}" for number in range(43)), "institution-1", "institution-2"]

    assert a.written(a.response_rate(answers, eligible)) == "80.8"


def test_of_nobody_eligible_there_is_no_response_rate() -> None:
    assert a.response_rate(["RS"], []) is None


# ---- T10


@pytest.mark.parametrize(("votes_", "two_thirds", "simple"), [(27, 18, 14), (7, 5, 4), (6, 4, 4), (1, 1, 1)])
def test_majorities(votes_: int, two_thirds: int, simple: int) -> None:
    assert (a.majority(votes_, "two-thirds"), a.majority(votes_, "simple")) == (two_thirds, simple)
    assert a.majority(votes_, "consensus") == votes_


# ---- coverage of 2007 and 2008


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [(78, 87, "89.7"), (1907, 2078, "91.8"), (129, 746, "17.3"), (85, 99, "85.9")],
)
def test_published_coverage(part: int, whole: int, percent: str) -> None:
    assert a.written(a.share(part, whole)) == percent


# ---- 1.6


@pytest.mark.parametrize(
    ("counts", "from_nought", "from_one"),
    [
        (RELEVANCE["A"], F(820, 10), F(856, 10)),
        (RELEVANCE["B"], F(630, 10), F(704, 10)),
        (RELEVANCE["C"], F(430, 10), F(544, 10)),
        (URGENCY["A"], F(740, 10), F(792, 10)),
        (URGENCY["B"], F(530, 10), F(624, 10)),
        (URGENCY["C"], F(380, 10), F(504, 10)),
    ],
)
def test_rates_of_the_worked_example(counts: tuple[int, ...], from_nought: F, from_one: F) -> None:
    assert (a.rate(counts, FROM_NOUGHT), a.rate(counts, FROM_ONE)) == (from_nought, from_one)


def test_the_cut_off_leaves_c_out_under_0_to_4_and_in_under_1_to_5() -> None:
    found = a.rank(worked_example(), parameters(cutoff=F(50)), 26)
    other = a.rank(worked_example(), parameters(weights=FROM_ONE, cutoff=F(50)), 26)

    assert [(one.code, one.kept) for one in found] == [("A", True), ("B", True), ("C", False)]
    assert [(one.code, one.kept) for one in other] == [("A", True), ("B", True), ("C", True)]


@pytest.mark.parametrize(
    ("rule", "estimate"),
    [("mean", F(89375, 100)), ("median", F(286)), ("tukey", F(75, 7) * 26), ("none", None)],
)
def test_officials_of_eight_countries(rule: str, estimate: F | None) -> None:
    found = a.demand(EIGHT, 26, parameters(estimate=rule))

    assert (found.declared, found.countries, found.estimate) == (275, 8, estimate)


def test_what_stands_behind_the_estimates() -> None:
    numbers = [F(one) for one in OFFICIALS]

    assert a.mean(numbers) == F(34375, 1000)
    assert a.quartiles(numbers) == (F(75, 10), F(1625, 100))
    assert a.fences(numbers)[1] == F(29375, 1000)
    assert a.within_fences(numbers) == numbers[:-1]
    assert a.written(a.mean(a.within_fences(numbers)), 3) == "10.714"
    assert a.written(a.demand(EIGHT, 26, parameters(estimate="tukey")).estimate) == "278.6"


# ---- formulas


def test_a_formula_has_every_parameter_in_it() -> None:
    found = a.rank(worked_example(), parameters(), 26)[0]

    assert found.relevance.formula == "100 × (0×0 + 1×1 + 2×3 + 3×9 + 4×12) / (4 × 25) = 82.0"
    assert found.urgency.formula == "100 × (0×0 + 1×2 + 2×5 + 3×10 + 4×8) / (4 × 25) = 74.0"


def test_formulas_of_numbers() -> None:
    said = {rule: a.demand(EIGHT, 26, parameters(estimate=rule)).formula for rule in ("none", "median", "tukey")}
    total = "Σ (n = 8) = 275"

    assert said == {
        "none": total,
        "median": f"{total}; median 11 × 26 = 286.0",
        "tukey": f"{total}; tukey [-5.625; 29.375] −1 10.714 × 26 = 278.6",
    }


def test_score_of_a_proposal() -> None:
    assert a.score(4, 3, 5, 5) == (F(12), "4 × 3 = 12; 100 × 12 / (5 × 5) = 48.0 %")


# ---- what is missing, who votes, what decides


def test_what_is_missing_is_left_out_or_counts_as_the_lowest() -> None:
    given_ = [4, 4, None, None]

    assert a.rated(given_, FROM_NOUGHT, parameters()).value == 100
    assert a.rated(given_, FROM_NOUGHT, parameters(missing="lowest")).value == 50
    assert a.rated([None], FROM_NOUGHT, parameters()).value is None


def test_one_country_one_vote_or_one_answer_one_vote() -> None:
    answers = (Vote("RS", 4), Vote("RS", 4), Vote("RS", 4), Vote("AL", 0))
    topic = Topic("A", 0, answers, (Vote("RS", 4), Vote("AL", 0)))

    by_country = a.rank([topic], parameters(votes="country"), 2)[0]
    by_answer = a.rank([topic], parameters(votes="answer"), 2)[0]

    assert (by_country.relevance.value, by_answer.relevance.value) == (F(50), F(75))


def test_ties_are_broken_by_the_chain_and_it_says_by_which_link() -> None:
    def topic(code: str, order: int, urgency: int, number: int) -> Topic:
        return Topic(code, order, positions=(Vote("RS", 3, urgency),), declared=(Declared("RS", number),))

    topics = [topic("list", 3, 2, 10), topic("first", 2, 2, 10), topic("demand", 1, 2, 20), topic("urgent", 4, 3, 1)]
    found = a.rank(topics, parameters(), 1)
    reordered = a.rank(topics, parameters(chain=("demand", "rate")), 1)

    assert [(one.code, one.decided_by) for one in found] == [
        ("urgent", ""), ("demand", "urgency"), ("first", "demand"), ("list", "list"),
    ]  # fmt: skip
    assert [one.code for one in reordered] == ["demand", "first", "list", "urgent"]


def test_a_topic_nobody_rated_comes_last_and_is_not_kept() -> None:
    topics = [Topic("silent", 0), Topic("heard", 1, positions=(Vote("RS", 0, None),))]

    assert [(one.code, one.kept) for one in a.rank(topics, parameters(), 1)] == [("heard", True), ("silent", True)]
    assert not any(one.kept for one in a.rank(topics, parameters(cutoff=F(1)), 1))


def test_an_unknown_link_and_odd_weights_are_refused() -> None:
    with pytest.raises(ValueError, match="No such link: luck"):
        a.rank(worked_example(), parameters(chain=("luck",)), 1)
    for weights in ((), (F(0), F(0)), (F(-1), F(1))):
        with pytest.raises(ValueError, match=r"Weights|weights"):
            a.rate([0] * len(weights), weights)
    with pytest.raises(ValueError, match="one weight"):
        a.rate([1, 2], FROM_NOUGHT)


def test_positions_are_proposed_by_a_rule() -> None:
    assert [a.merged(given_) for given_ in ([1, 3], [0, 4, 4], [None, 2], [None])] == [3, 4, 2, None]
    assert a.merged([0, 1, 4], "highest") == 4


def test_moving_topics() -> None:
    assert a.moved("ABCD", [("D", 1), ("A", 4)]) == ["D", "B", "C", "A"]


def test_numbers_of_one_country_are_added_before_its_centre_is_taken() -> None:
    twice = [Declared("RS", 10), Declared("RS", 10), Declared("AL", 20)]

    assert a.demand(twice, 4, parameters(estimate="median")).estimate == 80


# ---- what always holds

COUNTS = st.lists(st.integers(0, 200), min_size=5, max_size=5).filter(any)


@given(COUNTS)
def test_a_rate_is_between_0_and_100_and_its_answers_may_be_multiplied(counts: list[int]) -> None:
    found = a.rate(counts, FROM_NOUGHT)

    assert found is not None
    assert 0 <= found <= 100
    assert found == a.rate([3 * one for one in counts], FROM_NOUGHT)


@given(COUNTS, st.fractions(min_value=F(1, 9), max_value=9))
def test_only_the_proportion_of_weights_matters(counts: list[int], factor: F) -> None:
    assert a.rate(counts, FROM_NOUGHT) == a.rate(counts, [factor * one for one in FROM_NOUGHT])


@given(st.lists(COUNTS, min_size=1, max_size=6), st.randoms())
def test_the_order_does_not_depend_on_the_order_of_asking(many: list[list[int]], chance: object) -> None:
    topics = [
        Topic(f"T{at}", at, positions=tuple(Vote(f"C{n}", k) for k, times in enumerate(one) for n in range(times % 5)))
        for at, one in enumerate(many)
    ]
    shuffled = list(topics)
    chance.shuffle(shuffled)

    found = a.rank(topics, parameters(), 26)

    assert found == a.rank(shuffled, parameters(), 26)
    assert [one.rank for one in found] == list(range(1, len(many) + 1))
    rates = [one.relevance.value if one.relevance.value is not None else F(-1) for one in found]
    assert rates == sorted(rates, reverse=True)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=40))
def test_leaving_outliers_out_never_leaves_nothing(numbers: list[int]) -> None:
    declared = [Declared(f"C{at}", number) for at, number in enumerate(numbers)]

    found = a.demand(declared, 26, parameters(estimate="tukey"))

    assert found.declared == sum(numbers)
    assert found.estimate is not None
    assert 26 * min(numbers) <= found.estimate <= 26 * max(numbers)


@given(st.fractions(min_value=-1000, max_value=1000), st.integers(0, 4))
def test_rounding_is_never_further_than_half_a_step(value: F, decimals: int) -> None:
    step = F(1, 10**decimals)

    assert abs(a.rounded(value, decimals) - value) <= step / 2
    assert abs(a.rounded(value, decimals, "down")) <= abs(value)


# ---- T5: groups by term


@pytest.mark.parametrize(
    ("urgency", "name"),
    [(F(100), "short"), (F(66), "short"), (F(659, 10), "mid"), (F(33), "mid"), (F(0), "long"), (None, "")],
)
def test_a_need_is_short_mid_or_long_term_by_its_urgency(urgency: F | None, name: str) -> None:
    assert a.horizon(urgency, (F(66), F(33))) == name
    assert a.horizon(urgency, ()) == ""
