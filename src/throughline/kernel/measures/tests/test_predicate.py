"""The access predicate, written twice, and the rule in prose: three readings of random worlds must agree."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import count
from uuid import UUID

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from throughline.incidents.models import Incident
from throughline.kernel.access.audiences import audience_for
from throughline.kernel.access.choices import Handling, Role
from throughline.kernel.access.models import Grant
from throughline.kernel.access.tests.prose import may_read
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures.ask import ask, behind
from throughline.kernel.measures.questions import Question
from throughline.kernel.testing.worlds import World
from throughline.reference.models import Network, Programme

ENTERED = Question.ask("incidents-entered")
OWNERS = ("police-rs", "police-al", "police-me", "secretariat")
AUTHORS = ("alice", "charlie", "sofia")
NUMBERS = count(1)


@dataclass(frozen=True)
class Drawn:
    """A record as drawn, before it is one."""

    owner: str
    author: str
    programme: int
    handling: str
    private: bool
    grants: tuple[tuple[str, str], ...]


grants = st.lists(
    st.one_of(
        st.tuples(st.just("organisation"), st.sampled_from(OWNERS)),
        st.tuples(st.just("network"), st.sampled_from(("analysts", "north"))),
        st.tuples(st.just("person"), st.sampled_from((*AUTHORS, "outsider"))),
    ),
    max_size=3,
    unique=True,
).map(tuple)
records = st.builds(
    Drawn,
    owner=st.sampled_from(OWNERS),
    author=st.sampled_from(AUTHORS),
    programme=st.integers(0, 1),
    handling=st.sampled_from([str(one) for one in Handling]),
    private=st.booleans(),
    grants=grants,
)


@dataclass
class Stage:
    """The world with a second programme and a second network, and the people drawn as viewers."""

    world: World
    programmes: list[Programme]
    networks: dict[str, Network]

    @classmethod
    def of(cls, world: World) -> "Stage":
        first = world.programme
        second = Programme.objects.create(
            code="TWO", name="Second", secretariat=first.secretariat, scope=first.scope, default_handling="green"
        )
        north = Network.objects.create(code="north", name="North")
        north.organisations.add(world.organisations["police-al"])
        return cls(world, [first, second], {**world.networks, "north": north})

    def record(self, drawn: Drawn) -> Incident:
        author = self.world.user(drawn.author)
        incident = Incident(
            reference=f"AV-T-{next(NUMBERS)}",
            programme=self.programmes[drawn.programme],
            owner=self.world.organisations[drawn.owner],
            handling=drawn.handling,
            private=drawn.private,
            created_by=author,
            changed_by=author,
            jurisdiction=self.world.jurisdictions["RS"],
            occurred_on=date(2023, 5, 3),
            kind=self.world.term("public-dispute"),
        )
        incident.save()
        kind = ContentType.objects.get_for_model(Incident)
        for receiver, name in drawn.grants:
            found = self.receiver(receiver, name)
            Grant.objects.create(content_type=kind, object_id=incident.pk, given_by=author, **{receiver: found})
        incident.audience_id = audience_for(incident)
        incident.save()
        return incident

    def receiver(self, kind: str, name: str) -> object:
        return {"organisation": self.world.organisations, "network": self.networks, "person": self.world.users}[kind][
            name
        ]

    def viewers(self, drawn: Iterable[tuple[str, tuple[str, ...], frozenset[tuple[int, str]], bool]]) -> list[Viewer]:
        return [self.viewer(*one) for one in drawn]

    def viewer(self, name: str, places: tuple[str, ...], roles: frozenset[tuple[int, str]], superuser: bool) -> Viewer:
        organisations = [self.world.organisations[place] for place in places]
        networks = Network.objects.filter(organisations__in=organisations)
        return Viewer(
            person=self.world.user(name).pk,
            name=name,
            organisations=frozenset(one.pk for one in organisations),
            networks=frozenset(networks.values_list("pk", flat=True)),
            roles=frozenset((self.programmes[index].pk, role) for index, role in roles),
            superuser=superuser,
            all_programmes=frozenset(one.pk for one in self.programmes) if superuser else frozenset(),
        )


viewers = st.tuples(
    st.sampled_from((*AUTHORS, "outsider")),
    st.lists(st.sampled_from(OWNERS), max_size=2, unique=True).map(tuple),
    st.frozensets(st.tuples(st.integers(0, 1), st.sampled_from([str(one) for one in Role])), max_size=3),
    st.booleans(),
)


@pytest.mark.slow
def test_django_facts_and_prose_agree(world: World) -> None:
    stage = Stage.of(world)

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(records, min_size=1, max_size=12), st.lists(viewers, min_size=1, max_size=5))
    def agree(drawn: list[Drawn], people: list[tuple[str, tuple[str, ...], frozenset[tuple[int, str]], bool]]) -> None:
        with transaction.atomic():
            incidents = [stage.record(one) for one in drawn]
            grants_of = {one.pk: list(Grant.objects.filter(object_id=one.pk)) for one in incidents}
            for viewer in [*stage.viewers(people), Viewer.nobody()]:
                by_prose = {one.pk for one in incidents if may_read(viewer, one, grants_of[one.pk])}
                by_django: set[UUID] = set(Incident.objects.visible_to(viewer).values_list("pk", flat=True))
                assert by_django == by_prose
                assert set(behind(ENTERED, None, viewer)) == by_prose
                assert (ask(ENTERED, viewer).value or 0) == len(by_prose)
            transaction.set_rollback(True)

    agree()


def test_an_organisation_alone_gives_nothing(world: World) -> None:
    """Membership without a role in the programme opens no record of the owner's."""
    stage = Stage.of(world)
    stage.record(Drawn("police-rs", "alice", 0, "amber+strict", private=False, grants=()))
    member = stage.viewer("outsider", ("police-rs",), frozenset(), superuser=False)
    assert behind(ENTERED, None, member) == []
