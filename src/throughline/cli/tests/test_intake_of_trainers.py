"""Trainers, the sessions they held and pairs out of files, by the verbs people use."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from throughline.cli.tests.conftest import Call
from throughline.kernel.testing.training import make_person, training_terms
from throughline.kernel.testing.worlds import World
from throughline.training.models import Cascade, Pairing, Person, Trainer
from throughline.training.tests.teaching_world import comer, make_application, make_trainer, make_training

Bring = Callable[..., None]


@pytest.fixture
def bring(call: Call, world: World, tmp_path: Path) -> Bring:
    def run(noun: str, who: str, *rows: str, state: str = "") -> None:
        file = tmp_path / f"{noun}.csv"
        file.write_text("\n".join(rows), encoding="utf-8")
        arguments = ("import", noun, str(file), "--as", world.user(who).email, *(("--state", state) if state else ()))
        tried = call(*arguments, "--dry-run")
        assert (tried.exit_code, tried.output.count("wrong: 0")) == (0, tried.output.count("wrong: "))
        result = call(*arguments)
        assert result.exit_code == 0, result.output

    return run


def test_trainers_with_their_areas(world: World, bring: Bring) -> None:
    training_terms(world)
    course = make_training(world)
    bring(
        "trainer", "alice", "person,through,languages,area 1,area 2",
        f'{comer(course).reference},{course.reference},"en, sr",cyber-attacks,drugs-trafficking',
        f"{comer(course, 2).reference},{course.reference},sr,cyber-attacks,",
    )  # fmt: skip
    found = {one.languages: (one.owner.code, one.state, one.areas.count()) for one in Trainer.objects.all()}
    assert found == {"en, sr": ("police-rs", "in-training", 2), "sr": ("police-rs", "in-training", 1)}


def test_sessions_at_home(world: World, bring: Bring) -> None:
    trainer = make_trainer(world, make_training(world))
    given = f"{trainer.reference},{trainer.through.reference},{timezone.localdate()}"
    bring("cascade", "alice", "trainer,activity,held_on,title,women,men", f"{given},At home,3,4", state="reported")
    held = Cascade.objects.get()
    assert (held.title, held.reached, held.state, held.jurisdiction.code) == ("At home", 7, "reported", "RS")


def test_pairs_close_the_applications(world: World, bring: Bring) -> None:
    training_terms(world)
    people: list[Person] = [make_person(world, code, number=number) for number, code in enumerate(("RS", "AL"))]
    applications = [
        make_application(world, person, by=by, side=side)
        for person, by, side in zip(people, ("alice", "charlie"), ("host", "guest"), strict=True)
    ]
    monday = timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())
    row = f"exchange,{people[0].reference},{people[1].reference},{monday},{monday + timedelta(days=4)}"
    bring("pairing", "sofia", "kind,host,guest,starts_on,ends_on", row)
    made = Pairing.objects.get()
    for one in applications:
        one.refresh_from_db()
    assert (made.state, made.kind, made.handling) == ("proposed", "exchange", "amber+strict")
    assert [one.state for one in applications] == ["paired", "paired"]
