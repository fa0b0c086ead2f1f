"""Places by the other doors: the API, the command line, a sheet; and many at once."""

import json
from time import perf_counter
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from throughline.api import services as tokens
from throughline.cli.main import cli
from throughline.kernel.access.errors import Invalid
from throughline.kernel.history.models import Entry
from throughline.kernel.testing.training import make_activity, make_person
from throughline.kernel.testing.worlds import World
from throughline.training.choices import HOLDS
from throughline.training.models import Activity, Person, Place, PlaceStep, Quota
from throughline.training.services import nominating, selecting, sheets

pytestmark = pytest.mark.django_db
SHEET = """Name,E-mail,Gender,Sector,Function,Reserve,Motivation
Ana Zq,ana@example.org,F,Police,Investigator,,Knows the field
Boro Zq,boro@example.org,male,Customs/Tax,Analyst,yes,
"""


def call(world: World, who: str, method: str, path: str, body: Any = None) -> Any:
    key = tokens.make(world.viewer(who), name="test", days=1)[1]
    return getattr(Client(), method)(
        f"/api/v1/activities/{path}",
        data=json.dumps(body or {}) if method == "post" else None,
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )


class TestApi:
    def test_nominate_score_select_invite_accept(self, world: World) -> None:
        activity, person = make_activity(world), make_person(world)
        place = f"{activity.reference}/places"

        made = call(world, "alice", "post", f"{place}/nominate", {"people": [person.reference]}).json()["places"][0]
        key = made["place"]
        assert call(world, "sofia", "post", f"{place}/scores", {"scores": {key: 75}}).json() == {"scored": 1}
        assert call(world, "sofia", "post", f"{place}/select").json() == {"selected": 1, "waiting": 0}
        assert call(world, "sofia", "post", f"{place}/invite").json() == {"invited": 1}
        told = call(world, "alice", "post", f"{place}/{key}/answer", {"what": "accept"}).json()

        assert (told["state"], told["score"], told["person"]) == ("confirmed", 75.0, person.reference)

    def test_others_read_counts_and_no_names(self, world: World) -> None:
        activity, person = make_activity(world), make_person(world)
        nominating.nominate(world.viewer("alice"), activity=activity, people=[person])

        for who in ("charlie", "anna"):
            told = call(world, who, "get", f"{activity.reference}/places").json()
            assert (told["places"], told["standing"][0]["nominated"]) == ([], 1)
        assert call(world, "outsider", "get", f"{activity.reference}/places").status_code == 404

    @pytest.mark.parametrize(("path", "body"), [
        ("nominate", {}), ("nominate", {"people": ["TP-1"]}), ("nominate", {"people": [], "reserve": "maybe"}),
        ("decide", {"decisions": 7}), ("decide", {"decisions": [{"place": "x", "what": "select"}]}),
        ("scores", {"scores": {"x": 1}}), ("scores", {"scores": 3}),
    ])  # fmt: skip
    def test_bad_input_is_told(self, world: World, path: str, body: Any) -> None:
        activity = make_activity(world, "alice")
        assert call(world, "alice", "post", f"{activity.reference}/places/{path}", body).status_code == 422


class TestSheet:
    def test_adds_whom_it_does_not_know_and_nominates_in_order(self, world: World) -> None:
        activity = make_activity(world)
        known = make_person(world, email="ana@example.org")
        client = Client()
        client.force_login(world.user("alice"))

        page = client.post(
            reverse("activity-nominate", args=[activity.reference]),
            {"sheet": SimpleUploadedFile("n.csv", SHEET.encode())},
        )

        assert page.status_code == 302
        rows = Place.objects.order_by("order").values_list("person__name", "state", "sex", "sector", "motive")
        assert list(rows) == [
            (known.name, "nominated", known.sex, known.sector, "Knows the field"),
            ("Boro Zq", "reserve", "men", "customs-tax", ""),
        ]
        assert "Zq" not in "\n".join(str(row) for row in Entry.objects.values_list())

    @pytest.mark.parametrize(("sheet", "said"), [
        ("Name,Sex\nAna,many\n", "Row 2: 'many' is none of the words for sex."),
        ("City\nTirana\n", "The sheet needs a column 'name'"),
        ("Reference\nTP-1\n", "Row 2: your organisation keeps no such person."),
    ])  # fmt: skip
    def test_says_the_row_and_takes_all_or_nothing(self, world: World, sheet: str, said: str) -> None:
        activity = make_activity(world)
        with pytest.raises(Invalid) as refused:
            sheets.nominate_sheet(world.viewer("alice"), activity=activity, content=sheet.encode())
        assert said in str(refused.value)
        assert (Person.objects.count(), Place.objects.count()) == (0, 0)


class TestCommandLine:
    def test_nominate_select_invite_and_show(self, world: World, tmp_path: Any) -> None:
        activity = make_activity(world)
        (tmp_path / "n.csv").write_text(SHEET)

        def run(who: str, *words: str) -> Any:
            return CliRunner().invoke(cli, ["training", *words, "--as", f"{who}@example.org"])

        made = run("alice", "nominate", activity.reference, "--file", str(tmp_path / "n.csv"))
        assert made.exit_code == 0, made.output
        assert run("charlie", "select", activity.reference).exit_code == 4
        assert run("sofia", "select", activity.reference).output == f"{activity.reference} selected 1, waiting 0\n"
        assert run("sofia", "invite", activity.reference).output == "1 invited\n"
        assert run("sofia", "release", activity.reference).output == "1 offered\n"
        shown = run("charlie", "places", activity.reference, "--format", "json")
        assert [(row["label"], row["held"]) for row in json.loads(shown.output)] == [("Serbia", 2)]


def crowd(world: World, activities: int, each: int) -> list[Activity]:
    """Many nominations to many activities with quotas, made in bulk."""
    made = [make_activity(world, capacity=20, title=f"Course {number}") for number in range(activities)]
    Quota.objects.bulk_create(
        Quota(activity=one, jurisdiction=world.jurisdictions[code], places=5)
        for one in made
        for code in ("RS", "AL", "ME")
    )
    first = make_person(world)
    people = Person.objects.bulk_create(
        Person(**{
            **{one.attname: getattr(first, one.attname) for one in Person._meta.concrete_fields if one.name not in ("id", "account")},
            "reference": f"TP-X-{number}", "name": f"P {number}",
            "jurisdiction_id": world.jurisdictions[("RS", "AL", "ME", "MK")[number % 4]].pk,
        })
        for number in range(each)
    )  # fmt: skip
    Place.objects.bulk_create(
        Place(
            activity=one, person=person, organisation_id=first.owner_id, jurisdiction_id=person.jurisdiction_id,
            state="nominated", order=number, score=(number * 7) % 100, nominated_by_id=world.user("alice").pk,
        )
        for one in made for number, person in enumerate(people)
    )  # fmt: skip
    return made


def test_selecting_asks_the_database_alike_for_two_and_for_twelve_activities(world: World) -> None:
    activities = crowd(world, 14, 5)

    def cost(chosen: list[Activity]) -> int:
        with CaptureQueriesContext(connection) as asked:
            selecting.select_by_rule(world.viewer("sofia"), activities=chosen)
        return len(asked)

    assert cost(activities[:2]) == cost(activities[2:])


def test_five_thousand_nominations_for_two_hundred_activities_while_a_person_waits(world: World) -> None:
    activities = crowd(world, 200, 25)
    sofia = world.viewer("sofia")
    began = perf_counter()

    chosen = selecting.select_by_rule(sofia, activities=activities)

    took = perf_counter() - began
    assert sum(one.wants for told in chosen.values() for one in told.selected) == 4_000
    assert Place.objects.filter(state="waiting").count() == 1_000
    held = Place.objects.filter(state__in=HOLDS).values_list("activity", flat=True)
    assert max(list(held).count(one.pk) for one in activities[:20]) == 20
    assert PlaceStep.objects.count() == 5_000
    assert took < 10, f"{took:.2f} s"
