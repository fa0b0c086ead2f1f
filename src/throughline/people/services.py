"""Verbs on people: invite, accept, give and withdraw roles, close and open accounts."""

import secrets
from collections.abc import Sequence

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.ids import fingerprint
from throughline.kernel.notify.services import post, tell
from throughline.people.leaving import end_access, end_sessions
from throughline.people.models import Invitation, Membership, RoleGiven, User
from throughline.people.queries import DEMANDING, active_with_role, viewer_of_key
from throughline.people.rules import (
    POWERFUL,
    may_manage,
    not_changing_roles,
    not_deactivating,
    not_ending,
    not_managing,
)
from throughline.reference.models import Organisation, Programme


@verb("person.invite")
def invite(
    actor: Viewer,
    *,
    email: str,
    name: str,
    organisation: Organisation,
    programme: Programme,
    roles: Sequence[str],
    title: str = "",
) -> Invitation:
    """Invite someone into a programme, with the roles they will have.

    Order: check the actor, check the input, withdraw earlier invitations of the same address to the same
    programme, write this one, put the mail with its token into the outbox, write history. The token is
    in that mail and nowhere else. Raises Refused, or Invalid.
    """
    why = not_managing(actor, programme.pk)
    if why or actor.person is None:
        raise Refused(why)
    address = User.objects.normalize_email(email.strip()).lower()
    _check_invitation(actor, address, name, roles)
    Invitation.objects.filter(email=address, programme=programme, accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=timezone.now()
    )
    return _invite(address, name.strip(), organisation, programme, roles, title=title, inviter=actor)


@verb("person.withdraw-invitation")
def withdraw_invitation(actor: Viewer, *, invitation: Invitation) -> None:
    """Make an invitation worthless. Doing it twice changes nothing."""
    if why := not_managing(actor, invitation.programme_id):
        raise Refused(why)
    if invitation.is_open:
        invitation.withdrawn_at = timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
        note(invitation, after={"withdrawn": True, "programme": invitation.programme.code})


@verb("person.accept")
def accept(
    actor: Viewer,
    *,
    invitation: Invitation,
    token: str,
    password: str = "",
    name: str = "",
    without_password: bool = False,
) -> User:
    """Accept an invitation: make the account (or use the one there is), its place and its roles.

    Order: lock the invitation, check token, validity and that whoever invited may still invite; make the
    account with its password, or check that the actor is signed in as the one with this address, and that
    the place opens nothing in programmes the inviter does not administer; give place and roles; tell the colleagues there; write history. `without_password` is for
    someone a provider has just vouched for: their account opens through it alone. Raises Refused, or Invalid for the password.
    """
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not secrets.compare_digest(invitation.token_hash, fingerprint(token)) or not still_good(invitation):
        raise Refused(_("This invitation no longer works. Ask the administrator who sent it for a new one."))
    user = User.objects.filter(email=invitation.email).first()
    if user is None:
        user = _make_account(invitation, name.strip() or invitation.name, None if without_password else password)
    elif actor.person != user.pk:
        raise Refused(_("There is an account with this address. Sign in to it first, then accept."))
    elif why := _reaching_too_far(user, invitation):
        raise Refused(why)
    invitation.accepted_at = timezone.now()
    invitation.accepted_by = user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    _join(user, invitation)
    return user


@verb("person.give-role")
def give_role(actor: Viewer, *, person: User, programme: Programme, role: str, reason: str = "") -> None:
    """Give a person a role in a programme. Giving it twice changes nothing.

    Order: check, write, tell the person (and, for a powerful role, the other administrators and the
    secretariat), write history.
    """
    if why := not_changing_roles(actor, programme.pk, person.pk):
        raise Refused(why)
    if not person.is_active:
        raise Refused(_("The account is closed. Open it first."))
    _check_roles([role])
    _made, is_new = RoleGiven.objects.get_or_create(user=person, programme=programme, role=role)
    if is_new:
        note(person, after={"role": role, "programme": programme.code}, reason=reason)
        _tell_of_roles(actor, person, programme, [role])


@verb("person.withdraw-role")
def withdraw_role(actor: Viewer, *, person: User, programme: Programme, role: str, reason: str = "") -> None:
    """Take a role back. It counts from the person's next request on; work they asked for stops with it."""
    if why := not_changing_roles(actor, programme.pk, person.pk):
        raise Refused(why)
    gone, _by_noun = RoleGiven.objects.filter(user=person, programme=programme, role=role).delete()
    if gone:
        note(person, before={"role": role, "programme": programme.code}, reason=reason)
        tell(
            [person],
            subject=lambda: (
                _("You no longer have the role %(role)s in %(programme)s")
                % {"role": Role(role).label, "programme": programme.code}
            ),
            text=reason,
        )


@verb("programme.demand-second-factor")
def demand_second_factor(actor: Viewer, *, programme: Programme, wanted: bool, reason: str = "") -> None:
    """Ask a second factor of everyone with a role in the programme, or no longer. Doing it twice changes nothing.

    Order: check, write, tell everyone there, write history. Who has none is led to set one up at their next page;
    keys of programs and phones go on. Raises Refused.
    """
    if why := not_managing(actor, programme.pk):
        raise Refused(why)
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    if programme.second_factor == wanted:
        return
    programme.second_factor = wanted
    programme.save(update_fields=["second_factor"])
    transaction.on_commit(lambda: caches["local"].delete(DEMANDING))
    note(programme, before={"second factor": not wanted}, after={"second factor": wanted}, reason=reason)
    if wanted:
        tell(
            User.objects.filter(roles__programme=programme),
            subject=lambda: _("%(programme)s now asks a second factor of everyone") % {"programme": programme},
            text=lambda: _("Add a passkey or an authenticator app when you next open a page. It takes a minute."),
            url=reverse("mfa_index"),
            but=actor.person,
        )


@verb("person.deactivate")
def deactivate(actor: Viewer, *, person: User, reason: str = "") -> User:
    """Close an account: at once every session and token ends, and jobs and mails of theirs do not run.

    The account stays, so that history stays readable. Roles stay too, and come back with the account.
    """
    _check_account(actor, person)
    if person.is_active:
        person.is_active = False
        person.save(update_fields=["is_active"])
        end_access(person)
        note(person, before={"active": True}, after={"active": False}, reason=reason)
    return person


@verb("person.reactivate")
def reactivate(actor: Viewer, *, person: User, reason: str = "") -> User:
    """Open a closed account again, with the roles it had. The password is as it was."""
    _check_account(actor, person)
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
        note(person, before={"active": False}, after={"active": True}, reason=reason)
    return person


@verb("person.change")
def change(actor: Viewer, *, person: User, name: str, language: str) -> User:
    """Change one's own name and language. The address is what the invitation went to, and stays."""
    if actor.person != person.pk:
        raise Refused(_("Only the person may change this."))
    if not name.strip():
        raise Invalid([Problem("name", _("Say your name."))])
    if language not in dict(settings.LANGUAGES):
        raise Invalid([Problem("language", _("Choose one of the languages."), language)])
    before = {"name": person.name, "language": person.language}
    person.name, person.language = name.strip()[:120], language
    person.save(update_fields=["name", "language"])
    note(person, before=before, after={"name": person.name, "language": language})
    return person


@verb("person.connect")
def connect(actor: Viewer, *, person: User, provider: str, name: str, subject: str) -> SocialAccount:
    """Let a provider open an account, as the one it calls by this subject. The person is told.

    Once: who comes later with the same address and another subject is somebody else. Raises Refused.
    """
    if actor.person != person.pk:
        raise Refused(_("Only the person may change this."))
    account: SocialAccount = SocialAccount.objects.create(user=person, provider=provider, uid=subject, extra_data={})
    note(person, after={"provider": provider})
    tell(
        [person],
        subject=lambda: _("Your account now also opens through %(name)s") % {"name": name},
        text=lambda: _("If it was not you who signed in there, tell your administrator."),
        url=reverse("people-profile"),
    )
    return account


@verb("person.disconnect")
def disconnect(actor: Viewer, *, person: User, reason: str = "") -> None:
    """Let no provider open an account any more, and end its sessions, keys and phones.

    For an address that was given to somebody else, or an account connected by mistake. The next one whom the
    provider vouches for with this address is connected anew. Raises Refused.
    """
    programmes = set(person.roles.values_list("programme_id", flat=True))
    if why := not_ending(actor, person=person.pk, programmes=programmes, superuser=person.is_superuser):
        raise Refused(why)
    held = list(SocialAccount.objects.filter(user=person).values_list("provider", flat=True))
    if held:
        SocialAccount.objects.filter(user=person).delete()
        end_access(person)
        note(person, before={"providers": held}, reason=reason)


@verb("person.end-session")
def end_session(actor: Viewer, *, person: User, number: int) -> int:
    """End one of one's own sessions, elsewhere or here."""
    return _end_own(actor, person, only=number)


@verb("person.end-other-sessions")
def end_other_sessions(actor: Viewer, *, person: User, but: str) -> int:
    """End all of one's own sessions but the one with this key."""
    return _end_own(actor, person, but=but)


@verb("person.end-everything")
def end_everything(actor: Viewer, *, person: User, reason: str = "") -> None:
    """Sign a person out everywhere, at once: every session, API key and phone, the one in use too.

    For a lost laptop, or a password in wrong hands. The account stays open; a new password is the person's to choose.
    Order: check, end all ways in, tell the person if someone else did it, write history. Raises Refused.
    """
    programmes = set(person.roles.values_list("programme_id", flat=True))
    if why := not_ending(actor, person=person.pk, programmes=programmes, superuser=person.is_superuser):
        raise Refused(why)
    end_access(person)
    note(person, after={"ended": "sessions, API keys, phones, calendar addresses"}, reason=reason)
    if actor.person != person.pk:
        tell(
            [person],
            subject=_("You were signed out everywhere"),
            text=_(
                "%(actor)s ended your sessions, API keys, phones and calendar addresses. Sign in again; if you do not know why, ask."
            )
            % {"actor": actor.name},
        )


def still_good(invitation: Invitation) -> bool:
    """Open, and sent by someone who could send it today."""
    return invitation.is_open and may_manage(viewer_of_key(invitation.invited_by_id), invitation.programme_id)


def _invite(
    address: str,
    name: str,
    organisation: Organisation,
    programme: Programme,
    roles: Sequence[str],
    *,
    title: str,
    inviter: Viewer,
) -> Invitation:
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=address,
        name=name[:120],
        organisation=organisation,
        title=title.strip()[:120],
        programme=programme,
        roles=sorted(set(roles)),
        token_hash=fingerprint(token),
        invited_by_id=inviter.key,
    )
    _post_invitation(invitation, token, inviter)
    given = {"roles": invitation.roles, "organisation": str(organisation), "programme": programme.code}
    note(invitation, after={"email": address, **given})
    return invitation


def _post_invitation(invitation: Invitation, token: str, inviter: Viewer) -> None:
    address = settings.THROUGHLINE_ADDRESS.rstrip("/") + reverse("people-accept", args=[token])
    text = _(
        "%(inviter)s invites you to %(programme)s as %(roles)s, for %(organisation)s.\n\n"
        "Accept here until %(until)s:\n%(address)s\n\n"
        "If you did not expect this, do nothing: no account is made without you."
    ) % {
        "inviter": inviter.name or "Throughline",
        "programme": invitation.programme,
        "roles": ", ".join(invitation.role_labels),
        "organisation": invitation.organisation,
        "until": f"{invitation.ends_at:%d.%m.%Y}",
        "address": address,
    }
    subject = _("Throughline: invitation to %(programme)s") % {"programme": invitation.programme}
    post(invitation.email, subject=subject, text=text)


def _check_invitation(actor: Viewer, address: str, name: str, roles: Sequence[str]) -> None:
    try:
        validate_email(address)
    except ValidationError as wrong:
        raise Invalid([Problem("email", _("This is not an e-mail address."), address)]) from wrong
    if not name.strip():
        raise Invalid([Problem("name", _("Say who is invited."))])
    _check_roles(roles)
    if actor.person and User.objects.filter(pk=actor.person, email=address).exists():
        raise Refused(_("Nobody changes their own roles. Another administrator must do it."))


def _check_roles(roles: Sequence[str]) -> None:
    if not roles:
        raise Invalid([Problem("roles", _("Choose at least one role."))])
    for role in roles:
        if role not in Role.values:
            raise Invalid([Problem("roles", _("There is no such role."), str(role))])


def _make_account(invitation: Invitation, name: str, password: str | None) -> User:
    """A new account; the address counts as confirmed, since the token came to it."""
    candidate = User(email=invitation.email, name=name[:120])
    try:
        if password is not None:
            password_validation.validate_password(password, candidate)
    except ValidationError as weak:
        raise Invalid([Problem("password", message) for message in weak.messages]) from weak
    user = User.objects.create_user(invitation.email, password, name=name[:120])
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def _reaching_too_far(user: User, invitation: Invitation) -> str:
    """Why someone with an account may not take the place offered; empty if they may.

    A place in an organisation counts in every programme one has a role in, so who offers it has to
    administer them all; a place one has already opens nothing new.
    """
    if user.memberships.filter(organisation=invitation.organisation_id).exists():
        return ""
    inviter = viewer_of_key(invitation.invited_by_id)
    if all(may_manage(inviter, programme) for programme in user.roles.values_list("programme_id", flat=True)):
        return ""
    return _(
        "You also work in a programme that whoever invited you does not administer, and this place would count "
        "there too. Ask to be invited by someone who administers both, or for the organisation you belong to."
    )


def _join(user: User, invitation: Invitation) -> None:
    """Place and roles of the invitation, told to those whose records they open."""
    organisation, programme = invitation.organisation, invitation.programme
    Membership.objects.get_or_create(user=user, organisation=organisation, defaults={"title": invitation.title})
    for role in invitation.roles:
        RoleGiven.objects.get_or_create(user=user, programme=programme, role=role)
    given = {"roles": invitation.roles, "organisation": str(organisation), "programme": programme.code}
    note(user, after=given)
    colleagues = active_with_role(programme, Role.VERIFIER, Role.SECRETARIAT).filter(
        memberships__organisation=organisation
    )
    watching = active_with_role(programme, *POWERFUL) if POWERFUL & set(invitation.roles) else colleagues
    joined = {"name": user, "organisation": organisation, "programme": programme.code}
    tell(
        [*colleagues, *watching],
        subject=lambda: _("%(name)s has joined %(organisation)s in %(programme)s") % joined,
        text=lambda: ", ".join(invitation.role_labels),
        but=user.pk,
    )


def _tell_of_roles(actor: Viewer, person: User, programme: Programme, roles: Sequence[str]) -> None:
    def given() -> dict[str, object]:
        labels = ", ".join(str(Role(role).label) for role in roles)
        return {"roles": labels, "programme": programme.code, "name": person, "actor": actor.name}

    tell([person], subject=lambda: _("You have a new role in %(programme)s: %(roles)s") % given())
    if POWERFUL & set(roles):
        others = active_with_role(programme, Role.ADMINISTRATOR, Role.SECRETARIAT).exclude(pk=person.pk)
        tell(
            others,
            subject=lambda: _("%(name)s has a new role in %(programme)s: %(roles)s, given by %(actor)s") % given(),
            but=actor.person,
        )


def _check_account(actor: Viewer, person: User) -> None:
    programmes = set(person.roles.values_list("programme_id", flat=True))
    why = not_deactivating(actor, person=person.pk, programmes=programmes, superuser=person.is_superuser)
    if why:
        raise Refused(why)


def _end_own(actor: Viewer, person: User, *, only: int | None = None, but: str | None = None) -> int:
    if actor.person != person.pk:
        raise Refused(_("Only the person may end their sessions, or an administrator by closing the account."))
    ended = end_sessions(person, only=only, but=but)
    note(person, after={"sessions ended": ended})
    return ended
