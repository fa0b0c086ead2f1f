"""Reading about people: above all, the Viewer a user is."""

from uuid import UUID

from throughline.kernel.access.viewer import Viewer
from throughline.people.models import User
from throughline.reference.models import Network, Organisation, Programme


def viewer_for(user: User | None) -> Viewer:
    """The frozen description of what this user belongs to and may do (nobody, if inactive)."""
    if user is None or not user.is_authenticated or not user.is_active:
        return Viewer.nobody()
    organisations = dict(Organisation.objects.filter(memberships__user=user).values_list("id", "jurisdiction_id"))
    return Viewer(
        person=user.pk,
        name=str(user),
        organisations=frozenset(organisations),
        networks=frozenset(Network.objects.filter(organisations__in=organisations).values_list("id", flat=True)),
        jurisdictions=frozenset(code for code in organisations.values() if code),
        roles=frozenset(user.roles.values_list("programme_id", "role")),
        superuser=user.is_superuser,
        all_programmes=frozenset(Programme.objects.values_list("id", flat=True)) if user.is_superuser else frozenset(),
    )


def viewer_of_key(key: UUID) -> Viewer:
    """The viewer a person is at this moment, from their key: for what acts later than it was asked for."""
    return viewer_for(User.objects.filter(pk=key).first())
