"""Letting an activity's team read the names of those nominated to it: by grants, so that the one rule says so."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from throughline.kernel.access.audiences import audience_id, tokens_for
from throughline.kernel.access.choices import Right
from throughline.kernel.access.models import Grant
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note_many, verb
from throughline.kernel.measures.outbox import mark
from throughline.people.models import RoleGiven
from throughline.training.models import Activity, Person
from throughline.training.team import TEAM_ROLES, team_of

# What the page of a person says of such a grant.
REASON = "team of an activity they were nominated to"


def let_team_read(activity: Activity, people: Collection[Person]) -> None:
    """Give the team of the activity the right to read these people. Part of a verb (nominating), not one."""
    members = list(team_of(activity).values_list("pk", flat=True))
    keys = [one.pk for one in people]
    there = set(_grants().filter(object_id__in=keys).values_list("object_id", "person_id"))
    pairs = [(one, member) for one in people for member in members if (one.pk, member) not in there]
    _give(pairs)
    note_many((one, None, {"names read by the team of": activity.reference}) for one in people)


def _grants() -> QuerySet[Grant]:
    return Grant.objects.filter(content_type=ContentType.objects.get_for_model(Person), person__isnull=False)


def _give(pairs: Iterable[tuple[Person, UUID]]) -> None:
    kind = ContentType.objects.get_for_model(Person)
    given = list(pairs)
    Grant.objects.bulk_create(
        [
            Grant(
                content_type=kind, object_id=person.pk, person_id=member, right=Right.READ, reason=REASON,
                given_by_id=person.created_by_id,
            )
            for person, member in given
        ],
        batch_size=5_000,
    )  # fmt: skip
    settle({person.pk for person, _member in given})


def settle(keys: Collection[UUID]) -> None:
    """Bring the audiences of these people in step with their grants; many share one. Part of a verb, not one."""
    grants: dict[UUID, list[Grant]] = {}
    kind = ContentType.objects.get_for_model(Person)
    for grant in Grant.objects.filter(content_type=kind, object_id__in=keys):
        grants.setdefault(grant.object_id, []).append(grant)
    same: dict[frozenset[str], list[UUID]] = {}
    for person in Person.objects.filter(pk__in=keys):
        tokens = tokens_for(
            handling=person.handling, owner=person.owner_id, programme=person.programme_id,
            author=person.created_by_id, private=person.private, grants=grants.get(person.pk, []),
        )  # fmt: skip
        same.setdefault(tokens, []).append(person.pk)
    for tokens, people in same.items():
        Person.objects.filter(pk__in=people).update(audience_id=audience_id(tokens))
    mark("person", keys)


@verb("person.settle-teams")
def settle_teams(actor: Viewer) -> int:
    """Bring every team in step with the roles of today: who joined may read, who left may not. Done by a duty.

    Says how many people's readers changed. Nothing is written where nothing changed.
    """
    changed = _take_from_those_who_left() | _give_to_those_who_joined()
    settle(changed)
    note_many((one, None, {"names read by": "the teams of today"}) for one in Person.objects.filter(pk__in=changed))
    return len(changed)


def _runs(member: UUID) -> Q:
    """Activities a user is of the team of, looked at from a person's places."""
    roles = RoleGiven.objects.filter(user=member, user__is_active=True)
    managed = Q(places__activity__manager=member, places__activity__programme__in=roles.values("programme"))
    working = roles.filter(role__in=TEAM_ROLES, user__memberships__isnull=False)
    for programme, organisation in working.values_list("programme", "user__memberships__organisation").distinct():
        managed |= Q(places__activity__owner=organisation, places__activity__programme=programme)
    return managed


def _take_from_those_who_left() -> set[UUID]:
    """Grants of a team to which the reader no longer belongs. A person's own grant (their account) is not one."""
    own = Person.objects.filter(account__isnull=False).values("pk")
    changed: set[UUID] = set()
    given = _grants().filter(reason=REASON)
    for member in given.order_by().values_list("person", flat=True).distinct():
        stale = given.filter(person=member).exclude(object_id__in=Person.objects.filter(_runs(member)).values("pk"))
        stale = stale.exclude(object_id__in=own.filter(account=member))
        changed |= set(stale.values_list("object_id", flat=True))
        stale.delete()
    return changed


def _give_to_those_who_joined() -> set[UUID]:
    changed: set[UUID] = set()
    managers = Activity.objects.filter(manager__isnull=False).order_by().values_list("manager", flat=True).distinct()
    owners = Activity.objects.order_by().values("owner").distinct()
    workers = RoleGiven.objects.filter(
        role__in=TEAM_ROLES, user__is_active=True, user__memberships__organisation__in=owners
    )
    for member in {*managers, *workers.order_by().values_list("user", flat=True)}:
        there = _grants().filter(person=member).values("object_id")
        missing = Person.objects.filter(_runs(member), erased_at__isnull=True).exclude(pk__in=there)
        found = list(missing.distinct())
        _give((one, member) for one in found)
        changed |= {one.pk for one in found}
    return changed
