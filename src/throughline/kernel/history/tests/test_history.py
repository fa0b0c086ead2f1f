"""History cannot be changed, and says so when someone got around that."""

import pytest
from django.db import Error, connection, transaction

from throughline.kernel.access.errors import Refused
from throughline.kernel.flow.services import advance
from throughline.kernel.history.models import Entry
from throughline.kernel.history.queries import Fault, entries_for, verify_chain
from throughline.kernel.history.unit import note, verb
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.django_db


def test_a_write_leaves_who_what_before_and_after(world: World) -> None:
    incident = make_incident(world, "alice", state="verified")
    verbs = list(entries_for(world.viewer("alice"), incident).values_list("verb", "actor_text", "before", "after"))
    assert verbs[:2] == [
        ("incident.verify", "Bob", {"state": "sent"}, {"state": "verified"}),
        ("incident.send", "Alice", {"state": "draft"}, {"state": "sent"}),
    ]
    assert verbs[2][:2] == ("incident.create", "Alice")
    assert verify_chain() is None


def test_history_is_for_those_who_may_read_the_record(world: World) -> None:
    incident = make_incident(world, "alice")
    assert entries_for(world.viewer("charlie"), incident).count() == 0
    assert entries_for(world.viewer("bob"), incident).count() == 1


def test_a_refused_attempt_is_written_and_nothing_else(world: World) -> None:
    incident = make_incident(world, "alice", state="sent")
    before = Entry.objects.count()
    with pytest.raises(Refused):
        advance(world.viewer("alice"), record=incident, transition="verify")
    incident.refresh_from_db()
    last = Entry.objects.last()
    assert (incident.state, Entry.objects.count()) == ("sent", before + 1)
    assert last is not None
    assert (last.verb, last.actor_text, last.object_text) == ("flow.advance.refused", "Alice", incident.reference)
    assert verify_chain() is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history_entry SET actor_text = 'nobody'",
        "DELETE FROM history_entry",
        "TRUNCATE history_entry",
    ],
)
def test_the_database_refuses_to_change_history(world: World, statement: str) -> None:
    make_incident(world, "alice")
    with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert verify_chain() is None


def test_the_model_refuses_too(world: World) -> None:
    make_incident(world, "alice")
    entry = Entry.objects.first()
    assert entry is not None
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ('UPDATE history_entry SET after = \'{"place": "elsewhere"}\' WHERE seq = 2', "was changed"),
        ("DELETE FROM history_entry WHERE seq = 2", "is missing"),
        ("UPDATE history_entry SET previous = repeat('f', 64) WHERE seq = 2", "does not follow"),
    ],
)
def test_verify_names_the_first_fault(world: World, statement: str, fault: str) -> None:
    make_incident(world, "alice", state="verified")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE history_entry DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE history_entry ENABLE TRIGGER USER")
    found = verify_chain()
    assert isinstance(found, Fault)
    assert (found.seq, fault in found.what) == (2, True)


def test_values_read_back_as_they_were_hashed(world: World) -> None:
    @verb("test.odd")
    def odd(actor: object, /) -> None:
        note(
            None, after={"float": 1e20, "small": 1e-7, "whole": 2.0, "text": "ё \u202e ' \" \\ ✓", "list": [None, True]}
        )

    odd(world.viewer("alice"))
    assert verify_chain() is None


def test_nothing_is_noted_outside_a_verb() -> None:
    with pytest.raises(RuntimeError):
        note(None)
