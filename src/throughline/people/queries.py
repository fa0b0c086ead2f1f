"""Reading about people: above all, the Viewer a user is."""

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db.models import Q, QuerySet

from throughline.kernel.access.choices import Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.models import Entry
from throughline.kernel.history.queries import of_object
from throughline.kernel.notify.models import Mail
from throughline.people.models import Invitation, User
from throughline.reference.models import Network, Organisation, Programme

DEMANDING, DEMANDING_SECONDS = "people.demanding", 30


def demanding() -> frozenset[UUID]:
    """Programmes that ask a second factor of everyone. Each page asks, so other processes hear of a change in half a minute."""
    found: frozenset[UUID] = (
        caches["local"].get_or_set(
            DEMANDING,
            lambda: frozenset(Programme.objects.filter(second_factor=True).values_list("pk", flat=True)),
            DEMANDING_SECONDS,
        )
        or frozenset()
    )
    return found


def with_second_factor(programme: Programme) -> set[UUID]:
    """Who of a programme's people has set up a second factor."""
    factors = Authenticator.objects.filter(user__roles__programme=programme)
    return set(factors.exclude(type=Authenticator.Type.RECOVERY_CODES).values_list("user", flat=True))


def viewer_for(user: AbstractBaseUser | AnonymousUser | None) -> Viewer:
    """The frozen description of what this user belongs to and may do (nobody, if inactive)."""
    if not isinstance(user, User) or not user.is_active:
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


def administered(viewer: Viewer) -> QuerySet[Programme]:
    """The programmes whose people the viewer manages."""
    return Programme.objects.filter(pk__in=viewer.programmes_as(Role.ADMINISTRATOR))


def people_of(programme: Programme) -> QuerySet[User]:
    """Everyone with a role in the programme, those whose account is closed included."""
    having = User.objects.filter(roles__programme=programme).distinct()
    return having.prefetch_related("roles", "memberships__organisation")


def person_for(viewer: Viewer, key: UUID) -> User | None:
    """A person the viewer manages: one with a role in a programme the viewer administers."""
    return User.objects.filter(pk=key, roles__programme__in=administered(viewer)).distinct().first()


def active_with_role(programme: Programme, *roles: str) -> QuerySet[User]:
    return User.objects.filter(is_active=True, roles__programme=programme, roles__role__in=roles).distinct()


def open_invitations(programme: Programme) -> QuerySet[Invitation]:
    waiting = Invitation.objects.filter(programme=programme, accepted_at=None, withdrawn_at=None)
    return waiting.select_related("organisation", "invited_by")


def mails_to(viewer: Viewer) -> QuerySet[Mail]:
    """What is on its way, or did not arrive, to the people and the invited of programmes the viewer administers."""
    programmes = administered(viewer)
    invited = Invitation.objects.filter(programme__in=programmes).values("email")
    mails = Mail.objects.filter(Q(person__roles__programme__in=programmes) | Q(address__in=invited))
    return mails.exclude(state=Mail.State.SENT).distinct()


def entries_about(user: User, programmes: QuerySet[Programme] | None = None) -> QuerySet[Entry]:
    """What happened to an account, newest first; of other programmes than the given ones, nothing."""
    entries = of_object("user", user.pk)
    if programmes is None:
        return entries
    codes = list(programmes.values_list("code", flat=True))
    elsewhere = Q(after__has_key="programme") & ~Q(after__programme__in=codes)
    elsewhere |= Q(before__has_key="programme") & ~Q(before__programme__in=codes)
    return entries.exclude(elsewhere)
