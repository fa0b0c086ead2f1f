"""Answering: drafts stay at home, two people may write, nothing leaves unchecked, what was accepted locks."""

import pytest
from django.db import DatabaseError, transaction

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.history.queries import entries_for
from throughline.kernel.rounds import queries, registry, services
from throughline.kernel.rounds.choices import ReturnState
from throughline.kernel.rounds.models import Return, Version
from throughline.kernel.testing.rounds import ANSWERS, make_return, make_round, return_of
from throughline.kernel.testing.worlds import World

pytestmark = pytest.mark.django_db
SECRET = "The minister has not decided yet"


def changes(**given: str) -> dict[str, tuple[str, str]]:
    return {place.replace("__", "/"): ("", value) for place, value in given.items()}


def test_a_draft_is_read_by_its_own_organisation_only(world: World) -> None:
    ret = make_return(world, "RS", answers={"law/progress": SECRET})
    for name in ("alice", "bob"):
        assert queries.answers_shown(world.viewer(name), ret).answers == {"law/progress": SECRET}
    for name in ("charlie", "vera", "sofia", "anna", "adam", "outsider"):
        assert list(queries.returns_for(world.viewer(name)).filter(pk=ret.pk)) == []
        with pytest.raises(Refused):
            services.save(world.viewer(name), holder=ret, changes=changes(seizures__seized="1"))
    told = [str(entry.after) for entry in entries_for(world.viewer("bob"), ret)]
    assert told
    assert not any(SECRET in text for text in told)


def test_what_was_submitted_is_read_and_what_is_being_changed_is_not(world: World) -> None:
    ret = make_return(world, "RS", state="returned")
    services.save(world.viewer("alice"), holder=ret, changes={"law/progress": ("A draft is out.", SECRET)})
    ret.refresh_from_db()
    sofia = queries.answers_shown(world.viewer("sofia"), queries.returns_for(world.viewer("sofia")).get(pk=ret.pk))
    assert (sofia.answers["law/progress"], sofia.working) == ("A draft is out.", False)
    assert queries.answers_shown(world.viewer("alice"), Return.objects.get(pk=ret.pk)).answers["law/progress"] == SECRET
    assert list(queries.returns_for(world.viewer("charlie")).filter(pk=ret.pk)) == []


def test_two_people_write_at_once_and_nothing_is_lost(world: World) -> None:
    ret = return_of(make_round(world), world)
    services.save(world.viewer("alice"), holder=ret, changes=changes(seizures__seized="12"))
    saved = services.save(
        world.viewer("bob"), holder=ret, changes=changes(seizures__seized="15", law__status="drafted")
    )
    assert [(one.place, one.theirs, one.yours, one.who) for one in saved.conflicts] == [
        ("seizures/seized", "12", "15", "Alice")
    ]
    assert Return.objects.get(pk=ret.pk).sheet.answers == {"seizures/seized": "12", "law/status": "drafted"}
    again = services.save(world.viewer("bob"), holder=ret, changes={"seizures/seized": ("12", "15")})
    assert (again.conflicts, again.changed) == ((), ("seizures/seized",))


def test_the_same_answers_twice_count_once(world: World) -> None:
    ret = return_of(make_round(world), world)
    first = services.replace(world.viewer("bob"), holder=ret, answers=dict(ANSWERS), via="excel")
    second = services.replace(world.viewer("bob"), holder=ret, answers=dict(ANSWERS), via="excel")
    assert (first.revision, second.revision, second.changed) == (1, 1, ())


def test_a_question_that_is_not_asked_is_refused_whole(world: World) -> None:
    ret = return_of(make_round(world), world)
    with pytest.raises(Invalid) as error:
        services.save(world.viewer("bob"), holder=ret, changes=changes(law__status="drafted", law__nonsense="1"))
    assert [problem.field for problem in error.value.problems] == ["law/nonsense"]
    assert Return.objects.get(pk=ret.pk).sheet.answers == {}


def test_only_the_contact_point_lets_a_return_leave(world: World) -> None:
    ret = make_return(world, "RS")
    with pytest.raises(Refused, match="contact point"):
        services.submit(world.viewer("alice"), ret=ret)
    services.ready(world.viewer("alice"), ret=ret)
    assert Return.objects.get(pk=ret.pk).state == ReturnState.READY
    assert list(queries.returns_for(world.viewer("sofia")).filter(pk=ret.pk)) == []
    version = services.submit(world.viewer("bob"), ret=ret)
    assert (version.number, version.answers["seizures/others"]) == (1, "7")
    assert Return.objects.get(pk=ret.pk).state == ReturnState.SUBMITTED
    with pytest.raises(Refused, match="already"):
        services.submit(world.viewer("bob"), ret=ret)


def test_a_second_person_where_the_round_asks_for_one(world: World) -> None:
    asked = make_round(world, approval="second-person")
    ret = make_return(world, "RS", round=asked)
    with pytest.raises(Refused):
        services.submit(world.viewer("bob"), ret=ret)
    services.save(world.viewer("alice"), holder=ret, changes={"seizures/seized": ("12", "13")})
    ret.refresh_from_db()
    assert services.submit(world.viewer("bob"), ret=Return.objects.get(pk=ret.pk)).number == 1


def test_incomplete_or_contradicting_answers_are_named_one_by_one(world: World) -> None:
    ret = make_return(world, "RS", answers={"seizures/seized": "5", "seizures/handguns": "9"})
    with pytest.raises(Invalid) as error:
        services.submit(world.viewer("bob"), ret=ret)
    found = {problem.field: problem.message for problem in error.value.problems}
    assert found["seizures/handguns"] == "There cannot be more handguns than firearms seized."
    assert set(found) == {"seizures/handguns", "law/status"}
    assert Version.objects.count() == 0


def test_nothing_to_report_is_an_answer_and_says_why(world: World) -> None:
    ret = make_return(world, "RS", answers={})
    with pytest.raises(Invalid):
        services.submit_nil(world.viewer("bob"), ret=ret, reason=" ")
    version = services.submit_nil(world.viewer("bob"), ret=ret, reason="No seizures in the period.")
    assert (version.nil, version.answers) == (True, {})
    services.accept(world.viewer("sofia"), ret=ret)
    assert [one.label for one in queries.standing(world.viewer("sofia"), ret.round) if one.nil] == [
        "Nothing to report, accepted"
    ]


def test_accepting_locks_opens_and_hands_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[tuple[str, str]] = []
    asking = registry.Asking(
        "general",
        "General",
        on_accept=lambda actor, ret, version: taken.append(("in", version.answers["seizures/seized"])),
        on_reopen=lambda actor, ret, version: taken.append(("out", ret.reference)),
    )
    monkeypatch.setitem(registry._askings, "general", asking)
    ret = make_return(world, "RS", state="submitted")
    with pytest.raises(Refused):
        services.accept(world.viewer("anna"), ret=ret)
    services.accept(world.viewer("sofia"), ret=ret)
    assert taken == [("in", "12")]
    assert list(queries.returns_for(world.viewer("charlie")).filter(pk=ret.pk)) == [ret]
    with pytest.raises(Refused, match="handed in"):
        services.save(world.viewer("alice"), holder=ret, changes={"seizures/seized": ("12", "13")})
    with pytest.raises(Invalid):
        services.reopen(world.viewer("sofia"), ret=ret, reason="")
    services.reopen(world.viewer("sofia"), ret=ret, reason="The Ministry corrected its figure.")
    assert taken[1] == ("out", ret.reference)
    assert Return.objects.get(pk=ret.pk).reopened == 1
    assert list(queries.returns_for(world.viewer("charlie")).filter(pk=ret.pk)) == []


def test_remarks_stand_until_the_next_version(world: World) -> None:
    ret = make_return(world, "RS", state="submitted")
    with pytest.raises(Invalid):
        services.give_back(world.viewer("sofia"), ret=ret)
    with pytest.raises(Invalid):
        services.give_back(world.viewer("sofia"), ret=ret, remarks={"law/nonsense": "?"})
    services.give_back(world.viewer("sofia"), ret=ret, remarks={"seizures/seized": "Is this with gas pistols?"})
    assert [(one.place, one.text) for one in queries.remarks_open(ret)] == [
        ("seizures/seized", "Is this with gas pistols?")
    ]
    services.save(world.viewer("alice"), holder=ret, changes={"seizures/seized": ("12", "10")})
    second = services.submit(world.viewer("bob"), ret=ret)
    assert second.number == 2
    assert queries.remarks_open(ret) == []
    assert [one.answers["seizures/seized"] for one in queries.versions_of(ret)] == ["10", "12"]


def test_a_version_cannot_be_changed_even_by_hand(world: World) -> None:
    make_return(world, "RS", state="submitted")
    with pytest.raises(DatabaseError), transaction.atomic():
        Version.objects.update(answers={})
    with pytest.raises(DatabaseError), transaction.atomic():
        Version.objects.all().delete()


def test_last_times_answers_can_be_taken_over(world: World) -> None:
    first = make_round(world)
    make_return(world, "RS", round=first, state="accepted")
    second = make_round(world, first.edition, title="Arms return 2024", period="2024", before=first)
    ret = return_of(second, world)
    assert queries.before(ret)["seizures/seized"] == "12"
    services.save(world.viewer("alice"), holder=ret, changes=changes(seizures__seized="20"))
    services.take_prefill(world.viewer("alice"), ret=ret)
    assert Return.objects.get(pk=ret.pk).sheet.answers["seizures/seized"] == "20"
    assert Return.objects.get(pk=ret.pk).sheet.answers["law/status"] == "drafted"
    assert queries.before(return_of(second, world, "AL")) == {}
