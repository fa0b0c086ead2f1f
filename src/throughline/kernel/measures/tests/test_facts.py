"""Facts in step with records: before each answer, after a rollback, after being killed, and as they were."""

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from throughline.incidents import services
from throughline.incidents.facts import INCIDENT, WEAPON
from throughline.incidents.models import Incident, WeaponLine
from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.services import mark
from throughline.kernel.measures import extract, facts, outbox, registry, tables
from throughline.kernel.measures.ask import ask, behind, open_desk
from throughline.kernel.measures.declare import Column, Fact
from throughline.kernel.measures.models import Change, FactTable, KeptVersion
from throughline.kernel.measures.points import points_of
from throughline.kernel.measures.questions import Question
from throughline.kernel.testing.worlds import World, make_incident
from throughline.reference.services import change_term

ALL = Question.ask("incidents")
KILLED = {"side": "victim", "outcome": "killed"}
ENTERED = Question.ask("incidents-entered")


def count(world: World, question: Question = ALL, who: str = "anna") -> float | None:
    return ask(question, world.viewer(who)).value


def verified(world: World, **given: Any) -> Incident:
    return make_incident(world, state="verified", **given)


def test_a_figure_is_never_staler_than_the_record(world: World) -> None:
    assert count(world) is None
    for expected in (1, 2, 3):
        verified(world)
        assert count(world) == expected
    assert not Change.objects.exists()


def test_who_waits_for_another_takes_what_that_one_brought_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In between, another takes in what was there when we came, and one more record comes, which is not for us."""
    verified(world)
    meanwhile: list[Any] = []

    def lock() -> None:
        monkeypatch.undo()
        meanwhile.append(facts.freshen())
        verified(world)

    monkeypatch.setattr(facts, "_lock", lock)
    assert facts.freshen() == meanwhile[0]
    assert Change.objects.exists()
    assert count(world) == 2
    assert facts.check() is None


def test_only_checked_records_count(world: World) -> None:
    make_incident(world, state="sent")
    verified(world)
    assert (count(world), count(world, ENTERED)) == (1, 2)


def test_changed_lines_are_replaced(world: World) -> None:
    incident = verified(world, weapons=[{"weapon": world.term("handgun"), "quantity": 2}])
    weapons = Question.ask("weapons")
    assert count(world, weapons) == 2
    line = WeaponLine.objects.get(incident=incident)
    line.quantity = 5
    line.save()
    WeaponLine.objects.create(incident=incident, weapon=world.term("explosive"), quantity=1)
    outbox.mark("incident", [incident.pk])
    assert count(world, weapons) == 6
    assert facts.check() is None


def test_a_record_that_moves_to_another_year_moves(world: World) -> None:
    incident = verified(world, occurred_on=date(2023, 12, 31))
    by_year = Question.ask("incidents", by="year")
    assert [cell.keys for cell in ask(by_year, world.viewer("anna")).cells] == [("2023",)]
    Incident.objects.filter(pk=incident.pk).update(occurred_on=date(2024, 1, 1))
    outbox.mark("incident", [incident.pk])
    assert [cell.keys for cell in ask(by_year, world.viewer("anna")).cells] == [("2024",)]


def test_a_deleted_record_is_gone_and_the_table_may_be_empty(world: World) -> None:
    incident = verified(world)
    assert count(world) == 1
    outbox.mark("incident", [incident.pk])
    incident.delete()
    assert count(world) is None
    assert facts.check() is None


def test_marking_twice_counts_once(world: World) -> None:
    incident = verified(world)
    outbox.mark("incident", [incident.pk, incident.pk])
    outbox.mark("incident", [])
    assert count(world) == 1


def test_a_verb_that_comes_to_nothing_leaves_no_figure(world: World) -> None:
    """Facts written inside a transaction that is taken back are never asked, and are mended by the next change."""
    verified(world)
    assert count(world) == 1
    with transaction.atomic():
        verified(world, occurred_on=date(2022, 6, 1))
        assert count(world) == 2
        transaction.set_rollback(True)
    assert count(world) == 1
    verified(world)
    assert count(world) == 2
    assert facts.check() is None


def test_killed_between_table_and_database_it_is_repeated(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table is written and the transaction dies: the changes are still there; the same figures come out."""
    verified(world)
    assert count(world) == 1
    verified(world)

    class Killed(Exception):
        pass

    def die(*_given: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(facts, "set_version", die)
        with pytest.raises(Killed), transaction.atomic():
            facts.freshen()
    assert Change.objects.exists()
    assert count(world) == 2
    assert facts.check() is None


def test_many_changes_are_drawn_whole(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "BULK", 1)
    verified(world)
    verified(world)
    assert count(world) == 2
    verified(world)
    verified(world)
    assert count(world) == 4


def test_a_rebuild_changes_nothing(world: World) -> None:
    verified(world)
    before = count(world)
    facts.rebuild()
    assert count(world) == before
    assert facts.check() is None


def test_check_names_the_first_fault(world: World) -> None:
    incident = verified(world)
    assert facts.check() is None
    Incident.objects.filter(pk=incident.pk).update(region="Elsewhere")
    fault = facts.check()
    assert fault is not None
    assert str(fault) == f"incident: incident {incident.pk}: region is None in the facts, 'Elsewhere' in the records"
    assert fault.record == incident.pk


def test_check_names_a_row_too_few(world: World) -> None:
    incident = verified(world)
    assert facts.check() is None
    WeaponLine.objects.create(incident=incident, weapon=world.term("handgun"))
    fault = facts.check()
    assert fault is not None
    assert str(fault) == f"incident_weapon: incident {incident.pk} has 0 rows in the facts and 1 in the records"


def test_old_versions_stay_readable(world: World) -> None:
    verified(world)
    then = ask(ALL, world.viewer("anna"))
    verified(world)
    verified(world)
    assert count(world) == 3
    again = ask(ALL.but(as_of=then.as_of), world.viewer("anna"))
    assert (then.value, again.value) == (1, 1)
    assert len(behind(ALL.but(as_of=then.as_of), None, world.viewer("anna"))) == 1


def test_a_term_put_under_another_counts_there(world: World) -> None:
    verified(world, kind="armed-robbery")
    by_type = Question.ask("incidents", by="type")
    assert [cell.keys for cell in ask(by_type, world.viewer("anna")).cells if cell.value] == [("criminal-context",)]
    change_term(world.viewer("sofia"), term=world.term("armed-robbery"), values={"parent": world.term("other")})
    assert [cell.keys for cell in ask(by_type, world.viewer("anna")).cells if cell.value] == [("other",)]
    assert facts.check() is None


def test_what_was_closed_since_stays_closed_in_old_versions(world: World) -> None:
    """The rule of today holds, not that of the day of the version: for figures, slices, points and records."""
    closed, open_ = verified(world, people=[KILLED], latitude=44.8, longitude=20.4), verified(world)
    vera, bob = world.viewer("vera"), world.viewer("bob")
    old = {"as_of": ask(ALL, vera).as_of}
    mark(bob, record=closed, handling="amber+strict")
    assert ask(ALL.but(**old), vera).value == 1
    assert behind(ALL.but(**old), None, vera) == [open_.pk]
    assert ask(Question.ask("people-killed", by="quarter", **old), vera).value == 0
    assert len(points_of(open_desk(vera), ALL.but(**old)).data) == 0
    assert (ask(ALL.but(**old), bob).value, ask(Question.ask("people-killed", **old), bob).value) == (2, 1)


@pytest.mark.parametrize("as_of", ["incident:99", "nothing:0", "incident", "incident:-1"])
def test_a_version_that_never_was_is_refused(world: World, as_of: str) -> None:
    verified(world)
    with pytest.raises(Invalid, match="no such version"):
        count(world, ALL.but(as_of=(as_of,)))


def test_tidying_spares_what_a_release_rests_on(world: World) -> None:
    verified(world)
    kept = ask(ALL, world.viewer("anna"))
    facts.keep(facts.freshen().values(), "AVM 2024-Q1")
    for _ in range(2):
        verified(world)
        count(world)
    assert KeptVersion.objects.count() == len(registry.facts)
    assert facts.tidy(hours=0) > 0
    assert count(world) == 3
    assert count(world, ALL.but(as_of=kept.as_of)) == 1


def test_a_fact_declared_differently_is_drawn_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    verified(world, place="Novi Grad")
    assert count(world) == 1
    wider = Fact(INCIDENT.name, INCIDENT.noun, INCIDENT.model, (*INCIDENT.columns, Column("town", "place")))
    monkeypatch.setitem(registry.facts, "incident", wider)
    assert count(world) == 1
    stored = tables.read(facts.freshen()["incident"], wider)
    assert stored["town"].to_list() == ["Novi Grad"]


def test_quotes_and_line_breaks_survive_the_way(world: World) -> None:
    verified(world, region='East "of the\nriver", left\\N')
    verified(world, region="")
    drawn = extract.rows(INCIDENT)
    assert set(drawn["region"].to_pylist()) == {None, 'East "of the\nriver", left\\N'}


def test_a_missing_value_is_not_reported_or_nothing(world: World) -> None:
    verified(world, weapons=[{"weapon": world.term("hand-grenade")}])
    row = extract.rows(WEAPON).to_pylist()[0]
    assert (row["weapon"], row["weapon_kind"], row["quantity"]) == ("explosive", "hand-grenade", None)
    assert row["place_kind"] == "not-reported"
    assert (row["year"], row["half"], row["quarter"], row["month"]) == (2024, "2024-H1", "2024-Q1", "2024-03")


def test_nothing_to_do_costs_two_queries(world: World, django_assert_num_queries: Any) -> None:
    verified(world)
    facts.freshen()
    with django_assert_num_queries(2):
        facts.freshen()


def test_marking_many_is_one_statement(world: World, django_assert_num_queries: Any) -> None:
    incident = verified(world)
    with django_assert_num_queries(1):
        outbox.mark("incident", [incident.pk] * 1000)
    assert Change.objects.count() >= 1000


def test_withdrawing_takes_a_record_out(world: World) -> None:
    incident = verified(world)
    assert count(world) == 1
    services.change(world.viewer("alice"), incident=incident, values={"region": "North"})
    assert count(world) is None


def test_the_version_in_force_is_in_the_database(world: World) -> None:
    verified(world)
    facts.freshen()
    assert set(FactTable.objects.values_list("name", flat=True)) == set(registry.facts)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE measures_facttable SET shape = ''")
    assert count(world) == 1
