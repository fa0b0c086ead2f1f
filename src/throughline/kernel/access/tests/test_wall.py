"""The second wall: what `visible_to` says, the database says too, and also where the code forgot to ask."""

import random
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, models, transaction
from django.db.utils import ProgrammingError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from throughline.config.urls import urlpatterns as usual
from throughline.incidents.models import Incident, PersonLine
from throughline.incidents.services import change
from throughline.kernel.access import wall
from throughline.kernel.access.audiences import audience_id, tokens_for
from throughline.kernel.access.choices import Handling, Role
from throughline.kernel.access.errors import Refused
from throughline.kernel.access.models import Record
from throughline.kernel.access.queries import record_models
from throughline.kernel.access.standing import arrive, at_door, past_the_wall, standing_as
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.resources import registry
from throughline.kernel.resources.filters import search
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not settings.THROUGHLINE_WALL, reason="the wall is switched off (THROUGHLINE_WALL)"),
]
KEYS = [UUID(int=number) for number in range(1, 4)]


def forgetful(request: HttpRequest) -> HttpResponse:
    """What nobody should write: all there is, to whoever asks."""
    return HttpResponse(f"{request.viewer.signed_in} {Incident.objects.count()}")  # type: ignore[attr-defined]


def blind(request: HttpRequest) -> HttpResponse:
    """Worse: without a look at who is there."""
    return HttpResponse(str(Incident.objects.count()))


urlpatterns = [*usual, path("forgetful/", forgetful), path("blind/", blind)]


def test_every_record_and_line_stands_behind_it() -> None:
    tables = {one.table for one in wall.walled()}

    assert wall.missing() == []
    assert wall.first_hole() == ""
    assert {model._meta.db_table for model in record_models()} <= tables
    assert {"incidents_personline", "incidents_weaponline"} <= tables


def test_a_new_noun_without_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    known = list(wall.walled())
    monkeypatch.setattr(wall, "walled", lambda: iter([*known, wall.Walled("access_grant", "false")]))

    assert wall.missing() == ["access_grant has not the rule it should have"]
    assert wall.put_up()
    assert wall.missing() == []


def test_it_is_put_up_again_where_somebody_took_it_down() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE incidents_incident DISABLE ROW LEVEL SECURITY")
        cursor.execute("CREATE POLICY friendly ON reporting_report FOR SELECT USING (true)")
    assert sorted(wall.missing()) == [
        "incidents_incident has not the rule it should have",
        "reporting_report has not the rule it should have",
    ]

    with connection.cursor() as cursor:
        cursor.execute("DROP POLICY friendly ON reporting_report")
    assert (wall.put_up(), wall.put_up(), wall.missing()) == (True, False, [])


@pytest.mark.urls(__name__)
def test_a_view_that_forgets_the_rule_shows_nothing(world: World, client: Client) -> None:
    make_incident(world)

    client.force_login(world.user("alice"))
    assert client.get("/forgetful/").text == "True 1"
    client.force_login(world.user("charlie"))
    assert client.get("/forgetful/").text == "True 0"
    client.force_login(world.user("alice"))
    assert client.get("/blind/").text == "0"


def test_a_door_reads_nothing_before_it_is_known_who_came(world: World) -> None:
    make_incident(world)

    with at_door():
        assert Incident.objects.count() == 0
        arrive(world.viewer("alice"))
        assert Incident.objects.count() == 1
        arrive(Viewer.nobody())
        assert Incident.objects.count() == 0
    assert Incident.objects.count() == 1


def test_a_question_carries_its_name_with_it_however_it_is_read(world: World) -> None:
    make_incident(world)
    bare = Incident.objects.order_by("pk")
    named = Incident.objects.past_the_wall("counted").filter(version__gte=1).order_by("pk")

    def told(rows: models.QuerySet[Any]) -> tuple[Any, ...]:
        number = rows.aggregate(number=models.Count("pk"))["number"]
        return (
            len(rows.all()),
            rows.count(),
            rows.exists(),
            number,
            len(list(rows.iterator())),
            rows.first() is not None,
        )

    with standing_as(world.viewer("charlie")):
        assert told(bare) == (0, 0, False, 0, 0, False)
        assert told(named) == (1, 1, True, 1, 1, True)
        assert told(named.visible_to(world.viewer("charlie"))) == (0, 0, False, 0, 0, False)
        assert told(bare) == (0, 0, False, 0, 0, False)
        with pytest.raises(ValueError, match="no reason to read past the wall"):
            list(Incident.objects.past_the_wall("because"))


@verb("wall.hand-out", whole=False)
def hand_out(actor: Viewer) -> int:
    note(None, after={"taken": True})
    return Incident.objects.count()


@verb("wall.change")
def change_all(actor: Viewer) -> int:
    return Incident.objects.count()


def test_a_verb_that_hands_out_reads_as_its_actor_and_a_verb_that_changes_the_whole(world: World) -> None:
    make_incident(world)
    alice, charlie = world.viewer("alice"), world.viewer("charlie")

    assert (hand_out(alice), hand_out(charlie)) == (1, 0)
    assert (change_all(alice), change_all(charlie)) == (1, 1)


def test_searching_is_quick_behind_it_where_this_user_may_say_so() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER FUNCTION {wall.SILENT[0]} NOT LEAKPROOF")
        assert wall.missing() == [f"{wall.SILENT[0]} is not trusted to be silent"]
        assert f"ALTER FUNCTION {wall.SILENT[1]} LEAKPROOF;" in wall.slow()
        assert wall.put_up()
        assert (wall.missing(), wall.slow()) == ([], "")
        # Among no rows every plan is as good: what is left is what may look words up.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        with standing_as(Viewer.nobody()):
            rows = search(registry.get("incident"), Incident.objects.all(), "market quarrel")
            assert "incident_words" in rows.order_by().explain()


def test_it_waits_until_all_its_tables_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert wall.has_its_tables()
    known = list(wall.walled())
    monkeypatch.setattr(wall, "walled", lambda: iter([*known, wall.Walled("not_yet", "true")]))
    assert not wall.has_its_tables()


def test_lines_are_as_open_as_their_record(world: World) -> None:
    incident = make_incident(world)
    PersonLine.objects.create(incident=incident, side="victim")

    for name, there in (("alice", 1), ("charlie", 0)):
        with standing_as(world.viewer(name)):
            assert PersonLine.objects.count() == there


@transaction.atomic
@past_the_wall("verb")
def refuse_inside(expected: int) -> None:
    assert Incident.objects.count() == expected
    raise Refused("No.")


def test_a_rollback_leaves_nobody_with_what_was_told_inside(world: World) -> None:
    make_incident(world)
    charlie = world.viewer("charlie")

    with standing_as(charlie):
        for _turn in range(2):
            with pytest.raises(Refused):
                refuse_inside(1)
            assert Incident.objects.count() == 0
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT no_such_column")
        assert Incident.objects.count() == 0


def test_a_door_writes_no_record_outside_of_a_verb(world: World) -> None:
    incident = make_incident(world)
    alice = world.viewer("alice")

    with standing_as(alice):
        mine: models.QuerySet[Any] = Incident.objects.filter(pk=incident.pk)
        for attempt in (lambda: mine.update(state="verified"), lambda: list(mine.select_for_update())):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                attempt()
        change(alice, incident=incident, values={"place": "Other"})
    incident.refresh_from_db()
    assert (incident.place, incident.state) == ("Other", "draft")


def test_no_name_no_whole() -> None:
    with pytest.raises(ValueError, match="no reason to read past the wall"), past_the_wall("because"):
        pass


def drawn(chance: random.Random, count: int) -> frozenset[UUID]:
    return frozenset(chance.sample(KEYS, chance.randint(0, count)))


def random_viewers(chance: random.Random) -> Iterator[Viewer]:
    yield Viewer.nobody()
    for _number in range(6):
        held = {(chance.choice(KEYS), chance.choice(Role.values)) for _role in range(chance.randint(0, 3))}
        yield Viewer(
            person=chance.choice(KEYS),
            organisations=drawn(chance, 2),
            networks=drawn(chance, 2),
            roles=frozenset(held),
            superuser=chance.random() < 0.2,
            all_programmes=drawn(chance, 3),
            shared_only=chance.random() < 0.2,
        )


def random_audience(chance: random.Random) -> int:
    return audience_id(
        tokens_for(
            handling=chance.choice(Handling.values),
            owner=chance.choice(KEYS),
            programme=chance.choice(KEYS),
            author=chance.choice(KEYS),
            private=chance.random() < 0.3,
        )
    )


def test_in_random_worlds_the_wall_opens_what_visible_to_shows(world: World) -> None:
    keys = [make_incident(world).pk for _number in range(8)]
    chance = random.Random(190)
    seen = 0
    for _world in range(25):
        for key in keys:
            Incident.objects.filter(pk=key).update(audience_id=random_audience(chance))
        for viewer in random_viewers(chance):
            shown = set(Incident.objects.visible_to(viewer).values_list("pk", flat=True))
            with standing_as(viewer):
                assert set(Incident.objects.values_list("pk", flat=True)) == shown
            seen += len(shown)
    assert seen > 50


@pytest.mark.parametrize("model", list(record_models()), ids=lambda model: model._meta.label)
def test_each_noun_asks_the_audience(model: type[Record]) -> None:
    """The rule of each table names its own audience, and reading it as somebody works."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT qual FROM pg_policies WHERE tablename = %s", [model._meta.db_table])
        ((rule,),) = cursor.fetchall()
    assert rule.startswith("(audience_id IN ( SELECT")
    with standing_as(Viewer(person=KEYS[0])):
        assert list(model._default_manager.all()[:5]) == []
