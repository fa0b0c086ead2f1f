"""Whether the order survives other weights, other votes, and the loss of a country."""

from fractions import Fraction as F

from throughline.needs.arithmetic import Parameters, Topic, Vote, rank
from throughline.needs.sensitivity import Pair, sensitivity
from throughline.needs.tests.test_arithmetic import FROM_NOUGHT, FROM_ONE, parameters, worked_example


def topic(code: str, order: int, **positions: int) -> Topic:
    given = tuple(Vote(country, category) for country, category in positions.items())
    return Topic(code, order, given, given)


def test_the_worked_example_keeps_its_order_but_c_crosses_the_cut_off() -> None:
    chosen = parameters(cutoff=F(50))
    found = sensitivity(worked_example(), chosen, 26, [FROM_ONE])

    assert found.stable
    assert len(found.scenarios) == 1 + 1 + 25
    assert found.crossing(rank(worked_example(), chosen, 26)) == ["C"]
    assert found.range_of("B") == (2, 2)


def test_what_rests_on_one_country_is_told() -> None:
    topics = [topic("A", 0, RS=4, AL=1, ME=1), topic("B", 1, RS=0, AL=2, ME=2)]
    found = sensitivity(topics, parameters(), 3)

    assert [one.name for one in found.scenarios] == ["answer", "RS", "AL", "ME"]
    assert found.pairs == (Pair("A", "B", 3, 4),)
    assert (found.stable, found.range_of("A")) == (False, (1, 2))


def test_other_weights_turn_an_order_round() -> None:
    topics = [topic("even", 0, RS=2, AL=2), topic("split", 1, RS=4, AL=0)]
    squares = tuple(one * one for one in FROM_NOUGHT)
    found = sensitivity(topics, parameters(), 2, [FROM_ONE, squares])

    assert [(one.kind, one.ranks["even"]) for one in found.scenarios[:3]] == [
        ("weights", 1),
        ("weights", 2),
        ("votes", 1),
    ]
    assert [one.above for one in found.unstable] == ["even"]


def test_one_topic_alone_is_stable() -> None:
    found = sensitivity([topic("A", 0, RS=1)], Parameters(FROM_NOUGHT, FROM_NOUGHT), 1)

    assert (found.stable, found.pairs) == (True, ())
