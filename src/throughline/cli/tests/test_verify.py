"""`throughline verify` names the first fault."""

import json

from django.db import connection

from throughline.cli.tests.conftest import Call
from throughline.kernel.history.models import Entry
from throughline.kernel.testing.worlds import World, make_incident


def test_nothing_wrong_is_said_with_exit_code_nought(call: Call, world: World) -> None:
    make_incident(world)
    result = call("verify", "--format", "json")

    assert result.exit_code == 0, result.output
    assert [row["first fault"] for row in json.loads(result.stdout)] == ["none", "none", "none", "none"]


def test_a_changed_entry_of_history_is_named(call: Call, world: World) -> None:
    make_incident(world)
    last = Entry.objects.order_by("-seq").first()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE history_entry SET reason = 'forged' WHERE seq = %s", [last.seq])
        cursor.execute("SET LOCAL session_replication_role = origin")
    result = call("verify")

    assert result.exit_code == 1
    assert f"entry {last.seq}: was changed after it was written" in result.stderr


def test_a_record_changed_past_its_verb_is_named(call: Call, world: World) -> None:
    incident = make_incident(world, state="verified")
    assert call("verify").exit_code == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_incident SET state = 'draft' WHERE id = %s", [incident.pk])
    result = call("verify")

    assert result.exit_code == 1
    assert incident.reference in result.stderr or str(incident.pk) in result.stderr
