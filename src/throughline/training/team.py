"""Who stands where towards an activity: its team, a contact point, a participant. Reading only.

Roles are looked up as they were given. A superuser counts as holding every role (`Viewer.has_role`), and names of
participants are not for superusers; so that shortcut is not taken here.
"""

from uuid import UUID

from django.db.models import Q, QuerySet

from throughline.kernel.access.choices import Role
from throughline.kernel.access.viewer import Viewer
from throughline.people.models import User
from throughline.training.models import Activity, Person, Place

TEAM_ROLES = (Role.CONTRIBUTOR, Role.SECRETARIAT)
CONTACT_ROLES = (Role.CONTRIBUTOR, Role.VERIFIER, Role.SECRETARIAT)


def holds(viewer: Viewer, programme: UUID, *roles: str) -> bool:
    """Whether the viewer was given one of these roles in the programme."""
    return any((programme, role) in viewer.roles for role in roles)


def is_team(viewer: Viewer, activity: Activity) -> bool:
    """Whether the viewer runs the activity: its manager, or a contributor or secretariat of its owner."""
    if activity.manager_id is not None and activity.manager_id == viewer.person:
        return holds(viewer, activity.programme_id, *Role)
    return activity.owner_id in viewer.organisations and holds(viewer, activity.programme_id, *TEAM_ROLES)


def team_of(activity: Activity) -> QuerySet[User]:
    """The people `is_team` holds for."""
    programme = Q(roles__programme=activity.programme_id)
    workers = Q(memberships__organisation=activity.owner_id, roles__role__in=TEAM_ROLES)
    return User.objects.filter(programme & (workers | Q(pk=activity.manager_id)), is_active=True).distinct()


def is_contact(viewer: Viewer, organisation: UUID | None, programme: UUID) -> bool:
    """Whether the viewer speaks for the organisation's people in the programme."""
    return organisation in viewer.organisations and holds(viewer, programme, *CONTACT_ROLES)


def contacts_of(person: Person) -> QuerySet[User]:
    """Who speaks for this person's organisation."""
    return User.objects.filter(
        memberships__organisation=person.owner_id,
        roles__programme=person.programme_id,
        roles__role__in=CONTACT_ROLES,
        is_active=True,
    ).distinct()


def is_self(viewer: Viewer, person: Person) -> bool:
    return person.account_id is not None and person.account_id == viewer.person


def speaks_for(viewer: Viewer, place: Place) -> bool:
    """Whether the viewer may answer for the person of a place: they themselves, or their contact point."""
    return is_self(viewer, place.person) or is_contact(viewer, place.organisation_id, place.activity.programme_id)


def may_nominate(viewer: Viewer) -> bool:
    """Whether the viewer is a contact point anywhere."""
    return any(role in CONTACT_ROLES for _programme, role in viewer.roles)
