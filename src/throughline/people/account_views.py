"""Pages of one's own account: profile, sessions, accepting an invitation."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.requests import ViewerRequest
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.verbs import sentence
from throughline.kernel.ids import fingerprint
from throughline.people import services
from throughline.people.forms import AcceptForm, ProfileForm
from throughline.people.models import Invitation, User
from throughline.people.queries import entries_about
from throughline.people.signon import providers_for, ways_through

HISTORY = 30


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: ViewerRequest) -> HttpResponse:
    """My name and language, my places and roles, and what was done with my account."""
    me = _me(request)
    form = ProfileForm(request.POST or None, initial={"name": me.name, "language": me.language})
    if request.method == "POST" and form.is_valid():
        try:
            services.change(request.viewer, person=me, **form.cleaned_data)
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, _("Your profile is saved."))
            return redirect("people-profile")
    context = {
        "form": form,
        "person": me,
        "memberships": me.memberships.select_related("organisation"),
        "through": ways_through(me),
        "roles": me.roles.select_related("programme").order_by("programme__name", "role"),
        "entries": [
            {"at": entry.at, "who": entry.actor_text, "verb": sentence(entry.verb), "reason": entry.reason}
            for entry in entries_about(me)[:HISTORY]
        ],
    }
    return render(request, "people/profile.html", context)


@never_cache
@require_http_methods(["GET", "HEAD"])
def sessions(request: ViewerRequest) -> HttpResponse:
    """Where I am signed in."""
    mine = sorted(UserSession.objects.purge_and_list(_me(request)), key=lambda one: one.last_seen_at, reverse=True)
    here = request.session.session_key
    rows = [{"session": session, "here": session.session_key == here} for session in mine]
    return render(request, "people/sessions.html", {"rows": rows})


@require_POST
def session_end(request: ViewerRequest, number: int) -> HttpResponse:
    """End one of my sessions."""
    services.end_session(request.viewer, person=_me(request), number=number)
    messages.success(request, _("The session is ended."))
    return redirect("usersessions_list")


@require_POST
def sessions_end_others(request: ViewerRequest) -> HttpResponse:
    """End all my sessions but this one."""
    services.end_other_sessions(request.viewer, person=_me(request), but=request.session.session_key or "")
    messages.success(request, _("All other sessions are ended."))
    return redirect("usersessions_list")


@require_POST
def end_everything(request: ViewerRequest) -> HttpResponse:
    """End all my sessions, this one too, my API keys and my phones."""
    services.end_everything(request.viewer, person=_me(request))
    logout(request)
    messages.success(request, _("You are signed out everywhere. Sign in again, and set up keys and phones anew."))
    return redirect("account_login")


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: ViewerRequest, token: str) -> HttpResponse:
    """Accept an invitation with the token that came by mail."""
    invitation = (
        Invitation.objects.select_related("programme", "organisation").filter(token_hash=fingerprint(token)).first()
    )
    if invitation is None or not services.still_good(invitation):
        return _page(request, "people/invitation_over.html", {}, status=410)
    if User.objects.filter(email=invitation.email).exists():
        return _accept_signed_in(request, invitation, token)
    form = AcceptForm(request.POST or None, initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        name, password = form.cleaned_data["name"], form.cleaned_data["password"]
        try:
            actor = Viewer(name=name)
            services.accept(actor, invitation=invitation, token=token, name=name, password=password)
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, _("Your account is ready. Sign in with your address and password."))
            return redirect("account_login")
    through = providers_for(invitation.email)
    return _page(
        request, "people/accept.html", {"form": form, "invitation": invitation, "through": through, "token": token}
    )


def _accept_signed_in(request: ViewerRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Someone who has an account accepts signed in to it, so that a mailbox alone gives no roles."""
    signed_in = request.user.is_authenticated and getattr(request.user, "email", "") == invitation.email
    if request.method == "POST" and signed_in:
        services.accept(request.viewer, invitation=invitation, token=token)
        messages.success(request, _("You have joined %(programme)s.") % {"programme": invitation.programme})
        return redirect("home")
    here = reverse("people-accept", args=[token])
    context = {"invitation": invitation, "signed_in": signed_in, "here": here}
    return _page(request, "people/accept_signed_in.html", context)


def _page(request: ViewerRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    """A page whose address carries a token: it is told to nobody on the way out."""
    response = render(request, template, context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return response


def closed(request: ViewerRequest, **_given: str) -> HttpResponse:
    """Pages of allauth that this program does not offer (changing one's address, confirming it)."""
    raise Http404


def _me(request: ViewerRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise Http404
    return user
