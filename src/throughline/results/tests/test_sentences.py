"""Sentences made from statuses, and what people make of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.results.claims import Outcome, checked, contradictions
from throughline.results.sentences import Amount, Standing, Subject, amount, generated

SCALE = {"none": "Not started", "progress": "In progress", "track": "On track", "full": "Full compliance"}


def standing(
    *counts: int, nil: int = 0, silent: tuple[str, ...] = (), target: str = "1.1", unstated: int = 0
) -> Standing:
    statuses = {code: (label, count) for (code, label), count in zip(SCALE.items(), counts, strict=False)}
    return Standing(target, sum(counts) + nil + len(silent) + unstated, statuses, nil, silent, unstated)


def said(text: str, *standings: Standing) -> list[str]:
    return [one.outcome.value for one in checked(text, standings)]


standings = st.builds(
    lambda counts, nil, silent, unstated: standing(
        *counts, nil=nil, silent=tuple(f"Capital {n}" for n in range(silent)), unstated=unstated
    ),
    st.tuples(*[st.integers(0, 9)] * 4),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 3),
)


@pytest.mark.parametrize(
    ("count", "asked", "how"),
    [
        (6, 6, Amount.ALL), (5, 6, Amount.MOST), (4, 6, Amount.MOST), (3, 6, Amount.NUMBER), (2, 6, Amount.NUMBER),
        (1, 6, Amount.ONE), (0, 6, Amount.NONE), (1, 1, Amount.ALL), (2, 3, Amount.MOST), (0, 0, Amount.NONE),
    ],
)  # fmt: skip
def test_the_rule(count: int, asked: int, how: Amount) -> None:
    assert amount(count, asked) is how


def test_what_is_said_of_a_target() -> None:
    found = [one.plain() for one in generated(standing(0, 1, 3, 0, nil=1, silent=("Skopje",)))]
    assert found == [
        "Three jurisdictions report ‘On track’ (3 of 6 asked).",
        "One jurisdiction reports ‘In progress’ (1 of 6 asked).",
        "One jurisdiction has nothing to report (1 of 6 asked).",
        "One jurisdiction has not reported: Skopje (1 of 6 asked).",
    ]


def test_all_and_most() -> None:
    assert [one.plain() for one in generated(standing(0, 0, 0, 6))] == [
        "All jurisdictions report ‘Full compliance’ (6 of 6 asked)."
    ]
    assert generated(standing(0, 0, 4, 2))[0].plain() == "Most jurisdictions report ‘On track’ (4 of 6 asked)."


def test_missing_is_not_nothing_to_report() -> None:
    silent, nil = standing(6 - 2, silent=("Skopje", "Tirana")), standing(4, nil=2)
    assert [one.subject for one in generated(silent)] == [Subject.STATUS, Subject.SILENT]
    assert [one.subject for one in generated(nil)] == [Subject.STATUS, Subject.NIL]


@given(standings)
def test_every_jurisdiction_is_in_one_sentence(one: Standing) -> None:
    found = generated(one)
    if found and found[0].subject is Subject.REPORTED:
        assert len(found[0].names) == one.asked
    else:
        assert sum(told.count for told in found) == one.asked


@given(standings)
def test_what_is_generated_agrees_with_what_it_was_generated_from(one: Standing) -> None:
    verdicts = checked(" ".join(told.plain() for told in generated(one)), [one])
    assert [verdict.outcome for verdict in verdicts] == [Outcome.AGREES] * len(generated(one))


@given(standings, standings)
def test_a_sentence_about_other_counts_contradicts(one: Standing, other: Standing) -> None:
    told = generated(one)
    for sentence in told:
        wrong = other.asked != one.asked or other.count(sentence.subject, sentence.code) != sentence.count
        assert bool(contradictions(sentence.plain(), [other])) is wrong


# ---- what people write


@pytest.mark.parametrize(
    ("text", "outcomes"),
    [
        ("All six jurisdictions report full compliance.", ["contradicts"]),
        ("Most jurisdictions report full compliance.", ["contradicts"]),
        ("Most jurisdictions report that they are on track.", ["agrees"]),
        ("The majority of the jurisdictions are on track.", ["agrees"]),
        ("Four of the six jurisdictions report ‘On track’.", ["agrees"]),
        ("Four of seven jurisdictions report on track.", ["contradicts"]),
        ("4 of 6 jurisdictions are on track, and one jurisdiction is in progress.", ["agrees", "agrees"]),
        ("One jurisdiction already reports full compliance.", ["contradicts"]),
        ("Three already reporting full compliance.", ["contradicts"]),
        ("No jurisdiction reports full compliance.", ["agrees"]),
        ("None of the jurisdictions report full compliance.", ["agrees"]),
        ("At least three jurisdictions are on track.", ["agrees"]),
        ("More than four jurisdictions are on track.", ["contradicts"]),
        ("Fewer than five jurisdictions are on track.", ["agrees"]),
        ("Not all jurisdictions are on track.", ["agrees"]),
        ("Nearly all jurisdictions are on track.", ["agrees"]),
        ("Half of the jurisdictions are on track.", ["contradicts"]),
        ("Full compliance was reported by two jurisdictions.", ["contradicts"]),
        ("Five of six jurisdictions have reported.", ["agrees"]),
        ("All jurisdictions have reported.", ["contradicts"]),
        ("One jurisdiction has not reported.", ["agrees"]),
        ("One jurisdiction has nothing to report.", ["contradicts"]),
        ("Several jurisdictions are on track.", ["unchecked"]),
        ("Most jurisdictions adopted new laws on arms.", ["unchecked"]),
        ("Four jurisdictions are not on track.", ["unchecked"]),
        ("Most jurisdictions report on track or full compliance.", ["unchecked"]),
        ("The jurisdictions met in Tirana.", []),
        ("Article 1.1 of the law was amended in 2019.", []),
    ],
)
def test_claims_are_checked(text: str, outcomes: list[str]) -> None:
    assert said(text, standing(0, 1, 4, 0, silent=("Skopje",))) == outcomes


def test_a_contradiction_names_both_counts() -> None:
    (found,) = contradictions("All jurisdictions are on track.", [standing(0, 1, 4, 0, silent=("Skopje",))])
    assert found.words == (
        "“All jurisdictions are on track” says 6. The records say 4 of 6 asked, ‘On track’ (target 1.1)."
    )


def test_a_sentence_is_about_the_target_it_names_and_so_are_those_after_it() -> None:
    first, second = standing(0, 0, 6, 0), standing(0, 6, 0, 0, target="1.2")
    text = "On 1.1 all jurisdictions are on track. On 1.2, all jurisdictions are in progress. None reports full compliance."
    assert said(text, first, second) == ["agrees"] * 3
    assert said("On 1.2, all jurisdictions are on track.", first, second) == ["contradicts"]


def test_without_a_target_a_claim_is_about_each() -> None:
    first, second = standing(0, 0, 6, 0), standing(0, 6, 0, 0, target="1.2")
    assert said("All jurisdictions are on track.", first, second) == ["unchecked"]
    assert said("All jurisdictions have reported.", first, second) == ["agrees"]
    assert said("One jurisdiction has not reported.", first, second) == ["contradicts"]


def test_a_longer_status_is_not_read_as_the_shorter_one_in_it() -> None:
    one = Standing("1.1", 6, {"off": ("Not on track", 2), "on": ("On track", 4)})
    assert said("Two jurisdictions report ‘Not on track’.", one) == ["agrees"]
    assert said("Four jurisdictions report ‘On track’.", one) == ["agrees"]


@given(st.text(max_size=200), standings)
def test_any_text_can_be_checked(text: str, one: Standing) -> None:
    assert all(verdict.words for verdict in checked(text, [one]))
