"""Trainers, their sessions and pairs through the tests every noun inherits."""

from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.utils import timezone

from throughline.kernel.testing.resource_cases import ResourceCases
from throughline.kernel.testing.training import make_person, training_terms
from throughline.kernel.testing.worlds import World
from throughline.training.models import Activity, Cascade, Pairing, Trainer
from throughline.training.tests.teaching_world import (
    comer,
    make_application,
    make_pair,
    make_session,
    make_trainer,
    make_training,
)


class TestTrainer(ResourceCases):
    noun = "trainer"
    good: ClassVar[dict[str, Any]] = {}
    changed: ClassVar[dict[str, Any]] = {}
    wrong = ("languages", "English please")
    queries: ClassVar[dict[str, int]] = {"list": 24, "record": 41}

    @pytest.fixture(autouse=True)
    def course(self, world: World) -> Activity:
        training_terms(world)
        self.training = make_training(world, people=("RS", "RS", "RS", "RS"))
        person, reference = comer(self.training, 4), self.training.reference
        type(self).good = {"person": person.reference, "through": reference, "languages": "en, sr"}
        type(self).changed = {"languages": "en"}
        return self.training

    def make(self, world: World, number: int) -> Trainer:
        made = make_trainer(world, self.training, number)
        # Who it is stays when it is changed.
        type(self).changed = {"languages": "en", "person": made.person.reference}
        return made


class TestCascade(ResourceCases):
    noun = "cascade"
    changer = "alice"
    good: ClassVar[dict[str, Any]] = {}
    changed: ClassVar[dict[str, Any]] = {"venue": "Niš"}
    wrong = ("women", "a handful")
    queries: ClassVar[dict[str, int]] = {"list": 26, "record": 39}

    @pytest.fixture(autouse=True)
    def trainer(self, world: World) -> Trainer:
        self.held = make_trainer(world, make_training(world))
        day = timezone.localdate().isoformat()
        type(self).good = {
            "activity": self.held.through.reference, "trainer": self.held.reference, "title": "Following money",
            "held_on": day, "women": "3", "men": "4",
        }  # fmt: skip
        return self.held

    def make(self, world: World, number: int) -> Cascade:
        return make_session(world, self.held, number=number)


class TestPairing(ResourceCases):
    noun = "pairing"
    reader = adder = changer = "sofia"
    refused = "alice"
    good: ClassVar[dict[str, Any]] = {}
    changed: ClassVar[dict[str, Any]] = {}
    wrong = ("starts_on", "some Monday")
    queries: ClassVar[dict[str, int]] = {"list": 25, "record": 35}

    @pytest.fixture(autouse=True)
    def applicants(self, world: World) -> None:
        training_terms(world)
        host, guest = make_person(world, "RS", number=1), make_person(world, "AL", number=2)
        make_application(world, host)
        make_application(world, guest, by="charlie", side="guest")
        monday = timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())
        type(self).good = {
            "kind": "exchange", "host": host.reference, "guest": guest.reference,
            "starts_on": monday.isoformat(), "ends_on": (monday + timedelta(days=4)).isoformat(),
        }  # fmt: skip
        type(self).changed = {"outcome": "A joint case was opened."}

    def make(self, world: World, number: int) -> Pairing:
        made = make_pair(world, number)
        people = {"host": made.host.reference, "guest": made.guest.reference}
        type(self).changed = {"outcome": "A joint case was opened.", **people}
        return made
