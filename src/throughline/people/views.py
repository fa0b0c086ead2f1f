"""Pages of the people of a programme, for its administrators."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.requests import ViewerRequest
from throughline.kernel.history.verbs import sentence
from throughline.people import services
from throughline.people.forms import InviteForm
from throughline.people.models import Invitation, User
from throughline.people.queries import (
    administered,
    entries_about,
    mails_to,
    open_invitations,
    people_of,
    person_for,
    with_second_factor,
)
from throughline.people.rules import not_changing_roles
from throughline.people.signon import ways_through
from throughline.reference.models import Programme

HISTORY = 50
MAILS = 200


@require_GET
def people_list(request: ViewerRequest) -> HttpResponse:
    """Everyone with a role in a programme I administer, and who is invited."""
    programme = _programme(request, request.GET.get("programme"))
    secured = with_second_factor(programme)
    context = {
        "programme": programme,
        "programmes": administered(request.viewer),
        "people": (rows := [_row(user, programme, secured) for user in people_of(programme)]),
        "secured": sum(bool(row["secured"]) for row in rows),
        "invitations": open_invitations(programme),
    }
    return render(request, "people/list.html", context)


@require_POST
def people_second_factor(request: ViewerRequest) -> HttpResponse:
    """Ask a second factor of everyone in a programme I administer, or no longer."""
    programme = _programme(request, request.POST.get("programme"))
    wanted = request.POST.get("what") == "demand"
    services.demand_second_factor(
        request.viewer, programme=programme, wanted=wanted, reason=request.POST.get("reason", "")
    )
    words = (
        _("A second factor is now asked of everyone.") if wanted else _("A second factor is no longer asked of all.")
    )
    messages.success(request, words)
    return _to_list(programme)


@require_http_methods(["GET", "HEAD", "POST"])
def people_invite(request: ViewerRequest) -> HttpResponse:
    """Invite someone into a programme I administer."""
    programme = _programme(request, request.POST.get("programme") or request.GET.get("programme"))
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = services.invite(request.viewer, programme=programme, **form.cleaned_data)
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, _("An invitation is on its way to %(to)s.") % {"to": invitation.email})
            return _to_list(programme)
    return render(request, "people/invite.html", {"form": form, "programme": programme})


@require_POST
def invitation_withdraw(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Make an invitation worthless."""
    found = Invitation.objects.filter(programme__in=administered(request.viewer))
    invitation = get_object_or_404(found.select_related("programme"), pk=key)
    services.withdraw_invitation(request.viewer, invitation=invitation)
    messages.success(request, _("The invitation of %(name)s no longer works.") % {"name": invitation.name})
    return _to_list(invitation.programme)


@require_GET
def people_detail(request: ViewerRequest, key: UUID) -> HttpResponse:
    """One person: place, roles in the programmes I administer, what happened to the account."""
    person = _person(request, key)
    programmes = administered(request.viewer)
    context = {
        "person": person,
        "memberships": person.memberships.select_related("organisation"),
        "through": ways_through(person),
        "programmes": [_roles_in(person, programme) for programme in programmes],
        "locked": all(not_changing_roles(request.viewer, programme.pk, person.pk) for programme in programmes),
        "entries": [
            {"at": entry.at, "who": entry.actor_text, "verb": sentence(entry.verb), "reason": entry.reason}
            for entry in entries_about(person, programmes)[:HISTORY]
        ],
    }
    return render(request, "people/detail.html", context)


@require_POST
def people_role(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Give or withdraw a role."""
    person = _person(request, key)
    verb = services.withdraw_role if request.POST.get("what") == "withdraw" else services.give_role
    try:
        verb(
            request.viewer,
            person=person,
            programme=_programme(request, request.POST.get("programme")),
            role=request.POST.get("role", ""),
            reason=request.POST.get("reason", ""),
        )
    except Invalid as invalid:
        messages.error(request, invalid.words)
    return redirect("people-detail", key=person.pk)


@require_POST
def people_account(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Close or open an account, or sign its person out everywhere."""
    person = _person(request, key)
    if request.POST.get("what") == "sign-out":
        services.end_everything(request.viewer, person=person, reason=request.POST.get("reason", ""))
        messages.success(request, _("%(name)s is signed out everywhere.") % {"name": person.name})
        return redirect("people-detail", key=person.pk)
    if request.POST.get("what") == "disconnect":
        services.disconnect(request.viewer, person=person, reason=request.POST.get("reason", ""))
        messages.success(request, _("Single sign-on no longer opens the account of %(name)s.") % {"name": person.name})
        return redirect("people-detail", key=person.pk)
    opening = request.POST.get("what") == "open"
    verb = services.reactivate if opening else services.deactivate
    verb(request.viewer, person=person, reason=request.POST.get("reason", ""))
    words = _("The account of %(name)s is open again.") if opening else _("The account of %(name)s is closed.")
    messages.success(request, words % {"name": person.name})
    return redirect("people-detail", key=person.pk)


@require_GET
def people_mails(request: ViewerRequest) -> HttpResponse:
    """Mails that have not left yet, or were given up, with what the mail server said. Never their text."""
    if not administered(request.viewer).exists():
        raise PermissionDenied(_("Only an administrator of the programme may manage its people."))
    return render(request, "people/mails.html", {"mails": mails_to(request.viewer)[:MAILS]})


def _programme(request: ViewerRequest, code: str | None) -> Programme:
    """A programme the viewer administers: the named one, or the first. Others get the page that says no."""
    mine = administered(request.viewer)
    programme = mine.filter(code=code).first() if code else mine.first()
    if programme is None:
        raise PermissionDenied(_("Only an administrator of the programme may manage its people."))
    return programme


def _person(request: ViewerRequest, key: UUID) -> User:
    if not administered(request.viewer).exists():
        raise PermissionDenied(_("Only an administrator of the programme may manage its people."))
    person = person_for(request.viewer, key)
    if person is None:
        raise Http404
    return person


def _row(user: User, programme: Programme, secured: set[UUID]) -> dict[str, object]:
    return {
        "person": user,
        "secured": user.pk in secured,
        "organisations": [place.organisation for place in user.memberships.all()],
        "roles": [given.get_role_display() for given in user.roles.all() if given.programme_id == programme.pk],
    }


def _roles_in(person: User, programme: Programme) -> dict[str, object]:
    held = set(person.roles.filter(programme=programme).values_list("role", flat=True))
    return {
        "programme": programme,
        "held": [(role, Role(role).label) for role in Role.values if role in held],
        "others": [(role, Role(role).label) for role in Role.values if role not in held],
    }


def _to_list(programme: Programme) -> HttpResponseRedirect:
    address = redirect("people-list")
    address["Location"] += f"?programme={programme.code}"
    return address  # type: ignore[return-value]
