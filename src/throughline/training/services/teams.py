"""Letting an activity's team read who was nominated to it, and a programme's secretariat who agreed or applied.

By grants, so that the one rule says so; to the people who hold the role, not to their organisation, for analysts and
administrators work there too. A duty follows the roles.
"""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from throughline.kernel.access.audiences import audience_id, tokens_of
from throughline.kernel.access.choices import Right, Role
from throughline.kernel.access.models import Grant, Record
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note_many, verb
from throughline.kernel.measures.outbox import mark
from throughline.people.models import RoleGiven
from throughline.training.models import Activity, Application, Consent, Person, Trainer
from throughline.training.team import TEAM_ROLES, team_of

# What the page of a person says of such a grant.
REASON = "team of an activity they were nominated to"
AGREED = "agreed to be known as a trainer"
APPLIED = "applied to be paired"
# The purpose a person agrees to, to be known as a trainer.
AGREED_TO = "pool"


def let_team_read(activity: Activity, people: Collection[Person]) -> None:
    """Give the team of the activity the right to read these people. Part of a verb (nominating), not one."""
    members = list(team_of(activity).values_list("pk", flat=True))
    keys = [one.pk for one in people]
    there = set(_grants().filter(object_id__in=keys).values_list("object_id", "person_id"))
    pairs = [(one, member) for one in people for member in members if (one.pk, member) not in there]
    _give(pairs)
    note_many((one, None, {"names read by the team of": activity.reference}) for one in people)


def _grants() -> QuerySet[Grant]:
    return Grant.objects.filter(content_type=ContentType.objects.get_for_model(Person), reason=REASON)


def _give(pairs: Iterable[tuple[Any, UUID]], model: type[Record] = Person, reason: str = REASON) -> None:
    kind = ContentType.objects.get_for_model(model)
    given = list(pairs)
    Grant.objects.bulk_create(
        [
            Grant(
                content_type=kind, object_id=record.pk, person_id=member, right=Right.READ, reason=reason,
                given_by_id=record.created_by_id,
            )
            for record, member in given
        ],
        batch_size=5_000,
    )  # fmt: skip
    settle({record.pk for record, _member in given}, model)


def settle(keys: Collection[UUID], model: type[Record] = Person) -> None:
    """Bring the audiences of these people in step with their grants; many share one. Part of a verb, not one."""
    grants: dict[UUID, list[Grant]] = {}
    kind = ContentType.objects.get_for_model(model)
    for grant in Grant.objects.filter(content_type=kind, object_id__in=keys):
        grants.setdefault(grant.object_id, []).append(grant)
    same: dict[frozenset[str], list[UUID]] = {}
    for one in model._default_manager.filter(pk__in=keys):
        tokens = tokens_of(one, grants.get(one.pk, []))
        same.setdefault(tokens, []).append(one.pk)
    for tokens, records in same.items():
        model._default_manager.filter(pk__in=records).update(audience_id=audience_id(tokens))
    mark(str(model._meta.model_name), keys)


@verb("person.settle-teams")
def settle_teams(actor: Viewer) -> int:
    """Bring teams and secretariats in step with the roles of today: who joined may read, who left may not. By a duty.

    Says how many people's readers changed. Nothing is written where nothing changed.
    """
    known = let_secretariat_read()
    changed = _take_from_those_who_left() | _give_to_those_who_joined()
    settle(changed)
    note_many((one, None, {"names read by": "the teams of today"}) for one in Person.objects.filter(pk__in=changed))
    return len(changed | known)


def let_secretariat_read(person: Person | None = None) -> set[UUID]:
    """Give those who hold the role secretariat what people agreed to or applied for, and take what no longer holds.

    Of one person, or of everybody. Says whose readers changed. Part of a verb, not one.
    """
    people = Person.objects.all() if person is None else Person.objects.filter(pk=person.pk)
    agreed = Consent.objects.filter(purpose=AGREED_TO, withdrawn_at=None).values("person")
    # Who was paired goes on being read by those who made the pair.
    states = (Application.State.OPEN, Application.State.PAIRED)
    applied = Application.objects.filter(state__in=states).values("person")
    trainers = Trainer.objects.filter(person__in=people.values("pk"))
    _in_step(AGREED, Trainer, trainers, trainers.filter(person__in=agreed))
    return _in_step(AGREED, Person, people, people.filter(trainer__isnull=False, pk__in=agreed)) | _in_step(
        APPLIED, Person, people, people.filter(pk__in=applied)
    )


def _in_step(reason: str, model: type[Record], whole: QuerySet[Any], wanted: QuerySet[Any]) -> set[UUID]:
    holders: dict[UUID, list[UUID]] = {}
    roles = RoleGiven.objects.filter(role=Role.SECRETARIAT, user__is_active=True)
    for programme, user in roles.values_list("programme", "user"):
        holders.setdefault(programme, []).append(user)
    kind = ContentType.objects.get_for_model(model)
    given = Grant.objects.filter(content_type=kind, reason=reason, object_id__in=whole.values("pk"))
    there = {(one.object_id, one.person_id): one for one in given}
    right = {(one.pk, user): one for one in wanted for user in holders.get(one.programme_id, ())}
    stale = [one for pair, one in there.items() if pair not in right]
    Grant.objects.filter(pk__in=[one.pk for one in stale]).delete()
    missing = [(record, pair[1]) for pair, record in right.items() if pair not in there]
    _give(missing, model, reason)
    closed = {one.object_id for one in stale}
    settle(closed, model)
    note_many((one, {"names read by": "secretariat"}, None) for one in model._default_manager.filter(pk__in=closed))
    note_many((one, None, {"names read by": "secretariat"}) for one in {one.pk: one for one, _user in missing}.values())
    return closed | {one.pk for one, _user in missing}


def _runs(member: UUID) -> Q:
    """Activities a user is of the team of, looked at from a person's places."""
    roles = RoleGiven.objects.filter(user=member, user__is_active=True)
    managed = Q(places__activity__manager=member, places__activity__programme__in=roles.values("programme"))
    working = roles.filter(role__in=TEAM_ROLES, user__memberships__isnull=False)
    for programme, organisation in working.values_list("programme", "user__memberships__organisation").distinct():
        managed |= Q(places__activity__owner=organisation, places__activity__programme=programme)
    return managed


def _take_from_those_who_left() -> set[UUID]:
    """Grants of a team to which the reader no longer belongs."""
    changed: set[UUID] = set()
    given = _grants()
    for member in given.order_by().values_list("person", flat=True).distinct():
        stale = given.filter(person=member).exclude(object_id__in=Person.objects.filter(_runs(member)).values("pk"))
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
