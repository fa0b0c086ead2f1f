"""Bringing in: all or nothing, remembered, checked through the rule; and taking back."""

import threading
from typing import Any

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from throughline.incidents import services as incidents
from throughline.incidents.models import Incident, PersonLine, Source
from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.access.models import ReferenceSequence
from throughline.kernel.access.services import grant
from throughline.kernel.files.services import keep
from throughline.kernel.flow.models import Step
from throughline.kernel.flow.services import advance
from throughline.kernel.history.models import Entry
from throughline.kernel.history.queries import verify_chain
from throughline.kernel.intake import services
from throughline.kernel.intake.mapping import Mapping
from throughline.kernel.intake.models import Batch, Profile
from throughline.kernel.intake.runs import bring_in
from throughline.kernel.intake.tests.sheets import HEAD, ROWS, bring, look, sheet
from throughline.kernel.resources import registry
from throughline.kernel.testing.steps import joined
from throughline.kernel.testing.worlds import World, make_incident
from throughline.kernel.trace.services import link
from throughline.people.models import Membership, RoleGiven

pytestmark = pytest.mark.django_db


def test_records_remember_where_they_came_from(world: World) -> None:
    batch = bring(world, sheet())
    assert batch.counts == {"new": 3, "changed": 0, "same": 0, "duplicate": 0, "wrong": 0}
    assert list(
        Incident.objects.order_by("reference").values_list(
            "reference", "source_row", "batch", "state", "private", "owner__code"
        )
    ) == [
        ("AV-2024-000001", 2, batch.pk, "sent", False, "secretariat"),
        ("AV-2024-000002", 3, batch.pk, "sent", False, "secretariat"),
        ("AV-2024-000003", 4, batch.pk, "sent", False, "secretariat"),
    ]


def test_history_tells_each_record_and_the_batch(world: World) -> None:
    batch = bring(world, sheet())
    assert Entry.objects.filter(verb="record.import", noun="incident").count() == 3
    first = Entry.objects.filter(verb="record.import").earliest("seq")
    assert first.object_text == "AV-2024-000001"
    assert first.after["place"] == "Niš"
    assert first.after["kind"] == "Public dispute"
    assert first.reason == "sheet.csv"
    about = Entry.objects.get(verb="batch.apply")
    assert about.object_id == batch.pk
    assert about.after["new"] == 3
    assert verify_chain() is None


def test_bulk_writes_what_the_verb_would(world: World) -> None:
    """Field by field the same record, whether entered by hand or brought in."""
    bring(world, sheet(ROWS[0] + ",handgun,M,killed", head=HEAD + ",weapons: weapon,people: sex,people: outcome"))
    values = {
        "occurred_on": Incident.objects.get().occurred_on,
        "jurisdiction": world.jurisdictions["RS"],
        "kind": world.term("public-dispute"),
        "place": "Niš",
        "external_key": "K9",
    }
    people = [{"side": "victim", "sex": "men", "outcome": "killed"}]
    weapons = [{"weapon": world.term("handgun")}]
    entered = incidents.create(
        world.viewer("sofia"), programme=world.programme, values=values, lines={"people": people, "weapons": weapons}
    )
    advance(world.viewer("sofia"), record=entered, transition="send")
    brought, entered = Incident.objects.get(external_key="K1"), Incident.objects.get(external_key="K9")
    apart = {
        "id",
        "reference",
        "external_key",
        "batch",
        "source_row",
        "created_at",
        "changed_at",
        "search_text",
        "version",
    }
    names = [field.attname for field in Incident._meta.concrete_fields if field.name not in apart]
    assert {name: getattr(brought, name) for name in names} == {name: getattr(entered, name) for name in names}
    assert brought.search_text.replace("av-2024-000001", "").replace("k1", "") == entered.search_text.replace(
        "av-2024-000002", ""
    ).replace("k9", "")
    for relation in ("people", "weapons"):
        lines = [
            [
                (f.attname, getattr(line, f.attname))
                for f in line._meta.concrete_fields
                if f.name not in {"id", "incident"}
            ]
            for one in (brought, entered)
            for line in getattr(one, relation).all()
        ]
        assert lines[0] == lines[1]
    steps = [
        Step.objects.filter(object_id=one.pk).values_list("transition", "source", "target", "by", "due_on").get()
        for one in (brought, entered)
    ]
    assert steps[0] == steps[1]


def test_one_wrong_row_and_nothing_is_written(world: World) -> None:
    content = sheet(*ROWS, "K4,31.2.2024,RS,public-dispute,A")
    with pytest.raises(Invalid) as fault:
        bring(world, content)
    assert [(one.row, one.field) for one in fault.value.problems] == [(5, "date")]
    assert Incident.objects.count() == 0
    assert Batch.objects.count() == 0
    assert ReferenceSequence.objects.count() == 0
    assert not Entry.objects.filter(verb="record.import").exists()
    batch = bring(world, content, leave_out=True)
    assert batch.counts["new"] == 3
    assert batch.counts["wrong"] == 1


def test_checked_already_needs_role_and_reason(world: World) -> None:
    with pytest.raises(Invalid, match="Say who checked"):
        bring(world, sheet(), arrival="verified")
    with pytest.raises(Refused, match="cannot arrive as 'verified'"):
        bring(world, sheet(), by="alice", arrival="verified", reason="I say so")
    bring(world, sheet(), arrival="verified", reason="Checked by the police of Niš")
    assert set(Incident.objects.values_list("state", flat=True)) == {"verified"}
    steps = Step.objects.order_by("object_id", "at").values_list("source", "target", "comment")[:2]
    assert list(steps) == [
        ("draft", "sent", "Checked by the police of Niš"),
        ("sent", "verified", "Checked by the police of Niš"),
    ]


def test_drafts_are_seen_by_the_owner_alone(world: World) -> None:
    bring(world, sheet(), by="alice", arrival="draft")
    assert Incident.objects.visible_to(world.viewer("bob")).count() == 3
    assert Incident.objects.visible_to(world.viewer("sofia")).count() == 0


def test_handling_in_the_file_is_kept(world: World) -> None:
    bring(world, sheet(ROWS[0] + ",TLP:RED", ROWS[1] + ",green", head=HEAD + ",handling"), by="bob")
    assert list(Incident.objects.order_by("external_key").values_list("handling", flat=True)) == ["red", "green"]
    assert Incident.objects.visible_to(world.viewer("charlie")).count() == 1


def test_a_change_goes_through_the_nouns_verb_and_is_remembered(world: World) -> None:
    bring(world, sheet(), arrival="verified", reason="Checked")
    batch = bring(world, sheet(ROWS[0].replace("Niš", "Niška Banja"), *ROWS[1:]))
    assert batch.counts == {"new": 0, "changed": 1, "same": 2, "duplicate": 0, "wrong": 0}
    record = Incident.objects.get(external_key="K1")
    assert (record.place, record.state) == ("Niška Banja", "sent")
    trace = batch.traces.get()
    assert (trace.object_text, trace.row, trace.before, trace.state_before) == (
        record.reference,
        2,
        {"place": "Niš"},
        "verified",
    )


def test_an_outcome_other_than_the_preview_is_a_conflict(world: World) -> None:
    seen = look(world, sheet())
    bring(world, sheet(ROWS[0]))
    with pytest.raises(Conflict, match="Since you looked at the preview"):
        bring(world, sheet(), expected=seen.counts)
    assert Incident.objects.count() == 1


def test_a_batch_is_undone_whole_and_its_references_are_gone_for_good(world: World) -> None:
    batch = bring(world, sheet(ROWS[0] + ",M", head=HEAD + ",people: sex"))
    services.undo(world.viewer("sofia"), batch=batch, reason="wrong month")
    assert (Incident.objects.count(), PersonLine.objects.count(), Step.objects.count()) == (0, 0, 0)
    assert Batch.objects.get().state == "undone"
    gone = Entry.objects.get(verb="record.take-back")
    assert (gone.object_text, gone.before) == ("AV-2024-000001", {"batch": "sheet.csv"})
    assert Entry.objects.get(verb="batch.undo").reason == "wrong month"
    bring(world, sheet(ROWS[0]))
    assert Incident.objects.get().reference == "AV-2024-000002"
    assert verify_chain() is None


def test_undoing_sets_back_what_was_changed(world: World) -> None:
    head = HEAD + ",people: sex,people: outcome"
    bring(world, sheet(ROWS[0] + ",M,killed", head=head), arrival="verified", reason="Checked")
    batch = bring(world, sheet(ROWS[0].replace("2024-03-05", "2024-04") + ",F||M,injured||killed", head=head))
    record = Incident.objects.get()
    assert (record.date_precision, record.people.count(), record.state) == ("month", 2, "sent")
    services.undo(world.viewer("sofia"), batch=batch)
    record = Incident.objects.get()
    assert (str(record.occurred_on), record.date_precision, record.state) == ("2024-03-05", "day", "verified")
    assert list(record.people.values_list("sex", "outcome")) == [("men", "killed")]


def test_what_somebody_worked_on_is_not_undone(world: World) -> None:
    batch = bring(world, sheet())
    record = Incident.objects.get(external_key="K2")
    advance(world.viewer("simon"), record=record, transition="verify")
    with pytest.raises(Refused, match=f"These were changed since, so the batch cannot be undone: {record.reference}."):
        services.undo(world.viewer("sofia"), batch=batch)
    assert Incident.objects.count() == 3


@pytest.mark.parametrize("use", ["grant", "file", "link"])
def test_what_others_work_hangs_on_is_not_undone(world: World, use: str) -> None:
    batch = bring(world, sheet())
    record, sofia = Incident.objects.get(external_key="K2"), world.viewer("sofia")
    if use == "grant":
        grant(sofia, record=record, to=world.user("charlie"))
    elif use == "file":
        keep(sofia, name="map.txt", content=b"Where it was.", about=record)
    else:
        link(sofia, left=record, right=make_incident(world, "simon", state="sent"), kind="leads-to")
    with pytest.raises(Refused, match=f"cannot be undone: {record.reference}."):
        services.undo(sofia, batch=batch)
    assert Incident.objects.filter(batch=batch).count() == 3


def test_who_moved_on_undoes_no_longer(world: World) -> None:
    batch = bring(world, sheet(), by="alice")
    joined(world, "alice", "police-al")
    Membership.objects.filter(user=world.user("alice"), organisation=world.organisations["police-rs"]).delete()
    with pytest.raises(Refused):
        services.undo(world.viewer("alice"), batch=batch)
    Membership.objects.create(user=world.user("alice"), organisation=world.organisations["police-rs"])
    RoleGiven.objects.filter(user=world.user("alice")).update(role="reader")
    with pytest.raises(Refused):
        services.undo(world.viewer("alice"), batch=batch)
    RoleGiven.objects.filter(user=world.user("alice")).update(role="contributor")
    services.undo(world.viewer("alice"), batch=batch)
    assert Incident.objects.count() == 0


def test_others_may_not_undo(world: World) -> None:
    batch = bring(world, sheet(), by="alice")
    for name in ("charlie", "bob", "anna", "outsider", "sofia"):
        with pytest.raises(Refused):
            services.undo(world.viewer(name), batch=batch)
    assert Incident.objects.count() == 3
    services.undo(world.viewer("alice"), batch=batch)
    with pytest.raises(Refused, match="undone before"):
        services.undo(world.viewer("alice"), batch=batch)


def test_plain_reference_data_comes_in_by_its_code(world: World) -> None:
    content = b"code,name,kind\nblic,Blic,media\nmup,Ministry of the Interior,official\n"
    batch = bring(world, content, by="sofia", noun="source")
    assert batch.counts["new"] == 2
    assert look(world, content, noun="source").counts["same"] == 2
    assert look(world, content.replace(b"Blic", b"Blic online"), noun="source").counts["changed"] == 1
    services.undo(world.viewer("sofia"), batch=batch)
    assert Source.objects.count() == 0


def test_a_file_too_large_is_refused_at_every_door(world: World, settings: Settings) -> None:
    settings.THROUGHLINE_INTAKE = {"file_bytes": 20}
    with pytest.raises(Invalid, match="larger than"):
        bring_in(world.viewer("sofia"), noun="incident", content=sheet(), name="a.csv")


def test_a_profile_reads_next_months_file(world: World) -> None:
    content = "Sifra;Kad;Gde\nA1;5.3.2024;Niš\n".encode("cp1250")
    options = {"encoding": "cp1250", "delimiter": ";"}
    mapping = Mapping.of(
        {
            "uses": [
                {"target": "external_key", "column": "Sifra"},
                {"target": "occurred_on", "column": "Kad"},
                {"target": "place", "column": "Gde"},
            ]
        }
    )
    mapping = mapping.with_constant("jurisdiction", "RS").with_constant("kind", "other")
    resource = registry.get("incident")
    services.keep_profile(
        world.viewer("sofia"),
        resource=resource,
        programme=world.programme,
        name=" Monthly  sheet ",
        options=options,
        mapping=mapping,
    )
    assert Profile.objects.get().name == "Monthly sheet"
    run = bring_in(world.viewer("sofia"), noun="incident", content=content, name="a.csv", profile="Monthly sheet")
    assert run.batch is not None
    assert Incident.objects.get().place == "Niš"
    with pytest.raises(Invalid, match=r"There is no such profile\. There are: Monthly sheet\."):
        bring_in(world.viewer("sofia"), noun="incident", content=content, name="a.csv", profile="Weekly")
    with pytest.raises(Refused):
        services.keep_profile(
            world.viewer("rita"), resource=resource, programme=world.programme, name="x", options={}, mapping=mapping
        )


def test_what_every_record_needs_is_asked_for_before_judging(world: World) -> None:
    with pytest.raises(Invalid, match="--set kind="):
        bring_in(
            world.viewer("sofia"), noun="incident", content=b"key,date,jurisdiction\nK1,2024-01-01,RS\n", name="a.csv"
        )


def test_an_unknown_setting_names_those_there_are(world: World) -> None:
    with pytest.raises(Invalid, match=r"There is no such setting\. There are: format, encoding"):
        bring_in(world.viewer("sofia"), noun="incident", content=sheet(), name="a.csv", settings=["colour=red"])


@pytest.mark.django_db(transaction=True)
def test_two_people_bring_in_the_same_file_at_once(world: World) -> None:
    """One of them writes; the other sees what was written and is told to look again."""
    outcomes: list[str] = []
    seen = look(world, sheet()).counts

    def work(name: str) -> None:
        try:
            bring(world, sheet(), by=name, expected=seen)
            outcomes.append("written")
        except Conflict:
            outcomes.append("conflict")
        finally:
            connection.close()

    threads: list[Any] = [threading.Thread(target=work, args=(name,)) for name in ("sofia", "simon")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "written"]
    assert Incident.objects.count() == 3
