"""An exercise from its draft to the published ranking, at the verbs: who may, what is refused, which numbers come out."""

from fractions import Fraction as F
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.history.models import Entry
from throughline.kernel.rounds import services as rounds
from throughline.kernel.rounds.models import Return
from throughline.kernel.testing.worlds import World
from throughline.needs import methods, pages, queries, services
from throughline.needs.models import Answer, Exercise, Method, Position, TopicResult
from throughline.needs.tests.making import (
    answer,
    make_exercise,
    make_method,
    open_to_all,
    position_of,
    problems_of,
    taken_to,
)

# ---- methods


def test_a_method_that_cannot_be_computed_with_is_refused_with_every_reason(world: World) -> None:
    with pytest.raises(Invalid) as error:
        make_method(
            world, relevance_weights="1, 2", urgency_weights="4, 3, 2, 1, 0", chain="luck", asked_from=9, cutoff=101,
            alternatives="0, 0, 0, 0, 0", decimals=9,
        )  # fmt: skip

    wrong = ["relevance_weights", "urgency_weights", "alternatives", "chain", "asked_from", "cutoff", "decimals"]
    assert problems_of(error) == wrong
    with pytest.raises(Invalid) as error:
        make_method(world, relevance_weights="one, two")
    assert problems_of(error) == ["relevance_weights"]


def test_a_method_stays_once_an_exercise_was_asked_by_it(world: World) -> None:
    sofia, method = world.viewer("sofia"), make_method(world)
    make_exercise(world)
    methods.change_method(sofia, method=method, values={"cutoff": 40})
    with pytest.raises(Invalid):
        methods.change_method(sofia, method=method, values={"code": "other"})
    with pytest.raises(Refused):
        methods.change_method(world.viewer("alice"), method=method, values={"cutoff": 30})

    open_to_all(world, Exercise.objects.get())
    with pytest.raises(Refused, match="another version"):
        methods.change_method(sofia, method=method, values={"cutoff": 30})
    assert Method.objects.get().cutoff == 40


# ---- preparing


def test_the_secretariat_prepares_and_nobody_else_sees_the_draft(world: World) -> None:
    exercise = make_exercise(world)

    assert [queries.exercises_for(world.viewer(name)).exists() for name in ("sofia", "alice", "outsider")] == [
        True, False, False,
    ]  # fmt: skip
    with pytest.raises(Refused):
        services.create(world.viewer("alice"), programme=world.programme, values={}, lines={})
    with pytest.raises(Refused):
        services.open_exercise(world.viewer("anna"), exercise=exercise, due_on=exercise.results_to)


def test_an_exercise_with_odd_lists_is_refused(world: World) -> None:
    with pytest.raises(Invalid) as error:
        make_exercise(
            world,
            topics=[
                {"code": "a", "title": "A"}, {"code": "a", "title": "B"}, {"code": "c", "title": "C", "part_of": "x"},
            ],
            results_from="2027-01-01", results_to="2026-01-01",
        )  # fmt: skip

    assert problems_of(error) == ["results_to", "topics.2.part_of", "topics.1.code"]
    assert not Exercise.objects.exists()


def test_what_was_asked_stays_as_it_is(world: World) -> None:
    exercise = open_to_all(world)
    sofia = world.viewer("sofia")

    with pytest.raises(Refused, match="part of what was asked"):
        services.change(sofia, exercise=exercise, values={}, lines={"topics": [{"code": "x", "title": "X"}]})
    with pytest.raises(Conflict):
        services.change(sofia, exercise=exercise, values={"about": "New"}, version=0)
    services.change(sofia, exercise=exercise, values={"about": "Digital."})
    exercise.refresh_from_db()
    assert (exercise.about, exercise.topics.count()) == ("Digital.", 4)


def test_opening_asks_through_a_round(world: World) -> None:
    with pytest.raises(Invalid) as error:
        services.open_exercise(
            world.viewer("sofia"), exercise=make_exercise(world), due_on=Exercise.objects.get().results_to
        )
    assert problems_of(error) == ["asked"]

    exercise = open_to_all(world, Exercise.objects.get())

    assert (exercise.state, exercise.round.state, exercise.round.returns.count()) == ("open", "open", 3)
    assert exercise.round.edition.questionnaire.asking == "needs"
    assert queries.exercises_for(world.viewer("alice")).get() == exercise


# ---- answers


def test_accepted_answers_become_rows_and_others_do_not(world: World) -> None:
    exercise = open_to_all(world)
    answer(world, exercise, "AL", accepted=False)
    assert not Answer.objects.exists()

    answer(world, exercise, "RS")

    said = {one.topic.code: one for one in Answer.objects.select_related("topic")}
    first = said["investigations"]
    assert (first.relevance, first.urgency, first.proficiency) == ("relevance-5", "urgency-urgent", "practitioner")
    assert (first.numbers, first.national, first.jurisdiction.code) == (
        {"investigators": 40, "prosecutors": 10},
        True,
        "RS",
    )
    assert (said["disinformation"].relevance, said["disinformation"].urgency) == ("relevance-1", "")
    assert said["darknet"].relevance == ""


def test_answers_are_read_by_who_may_read_the_return(world: World) -> None:
    exercise = open_to_all(world)
    answer(world, exercise, "RS")

    seen = {
        name: queries.answers_for(world.viewer(name), exercise).count() for name in ("bob", "vera", "anna", "outsider")
    }

    assert seen == {"bob": 4, "vera": 0, "anna": 4, "outsider": 0}


def test_a_reopened_return_does_not_count_until_it_is_accepted_again(world: World) -> None:
    exercise = open_to_all(world)
    ret = answer(world, exercise, "RS")
    rounds.reopen(world.viewer("sofia"), ret=ret, reason="A mistake")
    assert queries.coverage(exercise).countries == 0

    ret.refresh_from_db()
    rounds.submit(world.viewer("bob"), ret=ret)
    rounds.accept(world.viewer("simon"), ret=ret)
    assert (queries.coverage(exercise).countries, Answer.objects.count()) == (1, 4)


def test_the_response_rate_counts_countries_not_answers(world: World) -> None:
    exercise = open_to_all(world)
    answer(world, exercise, "RS")
    answer(world, exercise, "RS border")

    found = queries.coverage(exercise)

    assert (found.answers, found.countries, found.rate) == (2, 1, F(100, 7))
    assert found.formula == "100 × 1 / 7 = 14.3 %"


def test_nothing_to_report_is_an_answer_of_the_country(world: World) -> None:
    exercise = open_to_all(world)
    ret = Return.objects.get(round=exercise.round, owner=world.organisations["police-al"])
    rounds.submit_nil(world.viewer("vera"), ret=ret, reason="No needs this time")
    rounds.accept(world.viewer("simon"), ret=Return.objects.get(pk=ret.pk))

    assert queries.coverage(exercise).countries == 1
    assert set(Answer.objects.values_list("relevance", flat=True)) == {""}


# ---- positions


def test_one_position_a_country_from_many_answers(world: World) -> None:
    exercise = taken_to(world, "consolidated")
    serbia, albania = position_of(exercise, "RS"), position_of(exercise, "AL")
    line = serbia.said.get(topic__code="investigations")

    assert [(one.owner.code, one.answers_from, one.state) for one in (serbia, albania)] == [
        ("police-rs", 2, "proposed"), ("police-al", 1, "proposed"),
    ]  # fmt: skip
    assert (line.relevance, line.urgency, line.numbers, line.national) == (
        "relevance-5", "urgency-urgent", {"investigators": 45, "prosecutors": 10}, True,
    )  # fmt: skip


def test_a_country_of_several_institutions_needs_a_contact_point(world: World) -> None:
    exercise = make_exercise(world)
    services.change(world.viewer("sofia"), exercise=exercise, values={}, lines={"contacts": []})
    with pytest.raises(Invalid) as error:
        taken_to(world, "consolidated", exercise)

    assert problems_of(error) == ["contacts"]
    assert not Position.objects.exists()
    contacts = {"contacts": [{"organisation": world.organisations["police-rs"]}]}
    services.change(world.viewer("sofia"), exercise=exercise, values={}, lines=contacts)
    assert len(services.consolidate(world.viewer("sofia"), exercise=exercise)) == 2


def test_who_reads_a_position(world: World) -> None:
    exercise = taken_to(world, "consolidated")

    def read(name: str) -> list[str]:
        return [one.jurisdiction.code for one in queries.positions_for(world.viewer(name), exercise)]

    assert {name: read(name) for name in ("alice", "boris", "vera", "charlie", "anna", "sofia", "outsider")} == {
        "alice": ["RS"], "boris": ["RS"], "vera": ["AL"], "charlie": ["AL"], "anna": ["AL", "RS"],
        "sofia": ["AL", "RS"], "outsider": [],
    }  # fmt: skip


def test_the_contact_point_adjusts_with_a_reason_and_agrees(world: World) -> None:
    exercise = taken_to(world, "consolidated")
    position = position_of(exercise, "RS")
    topic = exercise.topics.get(code="investigations")
    bob = world.viewer("bob")

    for name in ("alice", "boris", "sofia", "vera"):
        with pytest.raises(Refused):
            services.adjust(world.viewer(name), position=position, topic=topic, values={"numbers": {}}, reason="No")
    with pytest.raises(Invalid) as error:
        services.adjust(bob, position=position, topic=topic, values={"relevance": "x", "numbers": {"y": -1}}, reason="")
    assert problems_of(error) == ["relevance", "numbers", "reason"]

    services.agree(bob, position=position)
    line = services.adjust(
        bob, position=position, topic=topic, values={"numbers": {"investigators": 40}}, reason="Twice"
    )
    assert (line.numbers, line.proposed["numbers"]) == ({"investigators": 40}, {"investigators": 45, "prosecutors": 10})
    assert position_of(exercise, "RS").state == "proposed"

    services.consolidate(world.viewer("sofia"), exercise=exercise)
    assert position_of(exercise, "RS").said.get(topic=topic).numbers == {"investigators": 40}
    services.agree(bob, position=position)
    with pytest.raises(Refused, match="already"):
        services.agree(bob, position=position)
    verbs = list(Entry.objects.filter(object_id=position.pk).order_by("seq").values_list("verb", flat=True))
    assert [one for one in verbs if not one.endswith(".refused")] == [
        "position.propose", "position.agree", "position.adjust", "position.agree",
    ]  # fmt: skip


# ---- analysis


def test_the_ranking_with_its_formulas(world: World) -> None:
    exercise = taken_to(world, "analysed")
    analysis = queries.analysis_of(exercise)
    lines = {one.result.topic.code: one.result for one in queries.order_that_holds(analysis)}

    assert list(lines) == ["investigations", "forensics", "disinformation"]
    first = lines["investigations"]
    assert (first.relevance, first.urgency, first.demand, first.kept) == ("175/2", "75/1", 75, True)
    assert first.relevance_formula == "100 × (0×0 + 1×0 + 2×0 + 3×1 + 4×1) / (4 × 2) = 87.5"
    assert first.demand_formula == "Σ (n = 2) = 75; median 37.5 × 7 = 262.5"
    assert (first.by_level, first.by_profile) == ({"practitioner": 75}, {"investigators": 65, "prosecutors": 10})
    assert first.national == {"yes": 1, "no": 1}
    assert (lines["disinformation"].kept, lines["disinformation"].relevance) == (False, "25/2")
    assert (analysis.answers, analysis.agreed, analysis.answering) == (3, 0, ["AL", "RS"])
    assert [one.topic.code for one in queries.subtopics_of(analysis)["investigations"]] == ["darknet"]
    assert analysis.method["relevance_weights"] == "0, 1, 2, 3, 4"
    names = [one["name"] for one in analysis.sensitivity["scenarios"]]
    assert names == ["1, 2, 3, 4, 5", "0, 1, 4, 9, 16", "answer", "AL", "RS"]


def test_results_are_written_once(world: World) -> None:
    analysis = queries.analysis_of(taken_to(world, "analysed"))

    for row in (analysis, analysis.results.first()):
        for way in (row.save, row.delete):
            with pytest.raises(Refused, match="written once"):
                way()


def test_the_database_refuses_to_change_results_and_decisions(world: World) -> None:
    exercise = taken_to(world, "validated")
    analysis = queries.analysis_of(exercise)
    result, decision = analysis.results.first(), analysis.validations.get()

    with connection.cursor() as now:
        now.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def refused(sql: str, *given: object) -> bool:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, given)
        return True

    assert refused("UPDATE needs_topicresult SET relevance = '100/1' WHERE id = %s", result.pk)
    assert refused("DELETE FROM needs_topicresult WHERE id = %s", result.pk)
    assert refused("UPDATE needs_validation SET votes_for = 27 WHERE id = %s", decision.pk)
    assert refused("UPDATE needs_analysis SET answers = 9 WHERE id = %s", analysis.pk)
    assert refused("TRUNCATE needs_topicresult CASCADE")
    with pytest.raises(IntegrityError, match="no more are added"), transaction.atomic():
        TopicResult.objects.bulk_create([replaced(result, topic=exercise.topics.get(code="darknet"))])
    assert TopicResult.objects.get(pk=result.pk).relevance == "175/2"


def replaced(result: TopicResult, **given: object) -> TopicResult:
    """A row like this one, not written yet."""
    names = [one.name for one in result._meta.concrete_fields if one.name != "id"]
    return TopicResult(**{name: getattr(result, name) for name in names} | given)


def test_results_are_for_analysts_until_they_are_published(world: World) -> None:
    exercise = taken_to(world, "validated")
    seen = {name: queries.may_see_results(world.viewer(name), exercise) for name in ("sofia", "anna", "alice")}
    assert seen == {"sofia": True, "anna": True, "alice": False}

    exercise = services.publish(world.viewer("sofia"), exercise=exercise)
    assert queries.may_see_results(world.viewer("alice"), exercise)


def test_steps_out_of_turn_are_refused(world: World) -> None:
    sofia, exercise = world.viewer("sofia"), open_to_all(world)

    for step in (services.consolidate, services.analyse, services.publish):
        with pytest.raises(Refused, match="Being answered"):
            step(sofia, exercise=exercise)
    services.close(sofia, exercise=exercise)
    with pytest.raises(Invalid, match="accepted"):
        services.consolidate(sofia, exercise=exercise)
    services.reopen(sofia, exercise=exercise, reason="Nobody answered")
    exercise.refresh_from_db()
    assert (exercise.state, exercise.round.state) == ("open", "open")


# ---- published figures, kinds


def test_many_answers_of_23_of_26_countries_are_printed_as_88_percent() -> None:
    """T1: 45 answers, 23 countries, 26 eligible. T2: 21 of 26, and two institutions that are no country."""
    eligible = tuple(f"C{number}" for number in range(26))
    first = queries.Coverage(eligible, eligible[:23], answers=45, others=0, decimals=0, rounding="down")
    second = queries.Coverage(eligible, (*eligible[:21], "EU"), answers=45, others=2)

    assert (first.rate, first.shown, first.formula) == (F(2300, 26), "88", "100 × 23 / 26 = 88 %")
    assert (second.countries, second.shown, second.formula) == (21, "80.8", "100 × 21 / 26 = 80.8 %")


def test_six_digital_topics_come_out_in_the_order_of_their_relevance(world: World) -> None:
    """T3: the order that was published; the answers behind it are made up."""
    order = ("investigations", "technologies", "forensics", "cybersecurity", "finances", "disinformation")
    topics = [{"code": one, "title": one.capitalize(), "added": one == "disinformation"} for one in sorted(order)]
    ranks = {"RS": (5, 5, 4, 4, 3, 2), "RS border": (5, 5, 4, 4, 3, 2), "AL": (5, 4, 4, 3, 3, 1)}
    exercise = open_to_all(world, make_exercise(world, topics=topics))
    for who, given in ranks.items():
        said: dict[str, tuple[Any, ...]] = {code: (rank, 3, 2, {}, "") for code, rank in zip(order, given, strict=True)}
        answer(world, exercise, who, said=said)
    sofia = world.viewer("sofia")
    services.close(sofia, exercise=exercise)
    services.consolidate(sofia, exercise=exercise)

    lines = queries.order_that_holds(services.analyse(sofia, exercise=exercise))

    assert tuple(one.result.topic.code for one in lines) == order


@pytest.mark.parametrize("kind", ["stna", "fast-track"])
def test_every_kind_of_exercise_goes_the_whole_way(world: World, kind: str) -> None:
    method = make_method(world, horizons="70, 40")
    exercise = taken_to(world, "published", make_exercise(world, kind=kind, method=method, aim_weeks=7))

    analysis = queries.analysis_of(exercise)
    found = {
        one.result.topic.code: queries.horizon(one.result, analysis.method)
        for one in queries.order_that_holds(analysis)
    }

    assert found == {"investigations": "short", "forensics": "short", "disinformation": ""}
    assert (exercise.published_on, exercise.get_kind_display()) == (
        timezone.localdate(), {"stna": "Strategic training needs assessment", "fast-track": "Fast-track needs analysis"}[kind],
    )  # fmt: skip
    assert pages.clock_of(exercise)[0].base == "aimed at: 49 (7 weeks)"


@pytest.mark.parametrize("wrong", ["66", "33, 66", "a, b", "120, 10"])
def test_terms_are_two_falling_percentages(world: World, wrong: str) -> None:
    with pytest.raises(Invalid) as error:
        make_method(world, horizons=wrong)
    assert problems_of(error) == ["horizons"]
