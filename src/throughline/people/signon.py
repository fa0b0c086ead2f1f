"""Single sign-on: whom a provider may let in, and what is said to whom it may not.

The provider says who someone is; who has an account, and what it opens, is said here alone. It never makes an account
without an invitation, never gives a role, and opens no superuser.
"""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from requests import RequestException

from throughline.kernel.access.errors import Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.ids import fingerprint
from throughline.people import services
from throughline.people.models import Invitation, User
from throughline.people.queries import viewer_for
from throughline.people.signins import write

# The invitation someone is about to accept, kept in their session while they are at the provider.
ACCEPTING = "people.accepting"


class SignOnAdapter(DefaultSocialAccountAdapter):
    """Our rules in the places where django-allauth asks for them."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the account this is, or say why there is none. Nobody is signed in yet."""
        provider = provider_of(sociallogin.account.provider)
        address = verified_address(provider, sociallogin)
        forget_claims(sociallogin)
        if sociallogin.is_existing:
            user = sociallogin.user
        else:
            user = self._arriving(request, provider, sociallogin, address)
        if user.is_superuser:
            raise stopped(
                request, provider, _("Superusers sign in with a password and a second factor, not from elsewhere.")
            )

    def _arriving(self, request: HttpRequest, provider: Any, sociallogin: SocialLogin, address: str) -> User:
        """Someone who comes through this provider for the first time."""
        token = request.session.pop(ACCEPTING, "")
        if not address:
            words = _("%(name)s did not vouch for an address this program may take from it.") % {"name": provider.name}
            raise stopped(request, provider, words)
        user = User.objects.filter(email=address).first()
        if user is None:
            user = self._accepting(request, provider, address, token)
        elif SocialAccount.objects.filter(user=user, provider=provider.key).exists():
            words = _(
                "The account of %(address)s belongs to someone else at %(name)s. If the address was given to you "
                "after them, ask the administrator of your programme."
            )
            raise stopped(request, provider, words % {"address": address, "name": provider.name})
        if user.is_active and not user.is_superuser:
            subject = sociallogin.account.uid
            account = services.connect(
                viewer_for(user), person=user, provider=provider.key, name=provider.name, subject=subject
            )
            sociallogin.account = account
        sociallogin.user = user
        return user

    def _accepting(self, request: HttpRequest, provider: Any, address: str, token: str) -> User:
        """An account for an invited person who came with the link of their mail; for nobody else."""
        invitation = Invitation.objects.filter(token_hash=fingerprint(token), email=address).first() if token else None
        if invitation is None:
            words = _("There is no account for %(address)s. If you are invited, begin with the link in that mail.")
            raise stopped(request, provider, words % {"address": address})
        try:
            actor = Viewer(name=invitation.name)
            return services.accept(actor, invitation=invitation, token=token, without_password=True)
        except Refused as refused:
            raise stopped(request, provider, str(refused)) from refused

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """What went wrong at the provider, or on the way to it."""
        known = provider_of(provider.app.provider_id)
        if isinstance(exception, RequestException):
            raise ImmediateHttpResponse(unreachable(request, known))
        raise stopped(request, known, _("%(name)s did not sign you in. Try again.") % {"name": known.name})

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """People are told by us, in their inbox too."""


def providers_for(address: str) -> list[Any]:
    """The providers that may speak for this address."""
    return [one for one in settings.THROUGHLINE_SSO if address.rpartition("@")[2].lower() in one.domains]


def provider_of(key: str) -> Any:
    """The provider of this name in the operator's file."""
    return next(one for one in settings.THROUGHLINE_SSO if one.key == key)


def verified_address(provider: Any, sociallogin: SocialLogin) -> str:
    """The address the provider vouches for, in a domain it may speak for; else empty."""
    claims = sociallogin.account.extra_data
    told = claims.get("userinfo") or claims.get("id_token") or {}
    # OpenID Connect Core 5.3.2: what is told about someone must be about the one who was signed in.
    if "id_token" not in claims or claims["id_token"].get("sub") != told.get("sub"):
        return ""
    address = str(told.get("email") or "").strip().lower()
    vouched = told.get("email_verified") is True or (provider.verified and "email_verified" not in told)
    return address if vouched and address.rpartition("@")[2] in provider.domains else ""


def forget_claims(sociallogin: SocialLogin) -> None:
    """Names, pictures and groups that came along are not ours to keep."""
    sociallogin.account.extra_data = {}
    if sociallogin.account.pk:
        sociallogin.account.save(update_fields=["extra_data"])


def stopped(request: HttpRequest, provider: Any, words: str) -> ImmediateHttpResponse:
    """The page that says why someone was not signed in. The attempt is written down, the address they came with is not."""
    write("person.sign-in-failed", Viewer.nobody(), None, request, kind=provider.key)
    context = {"provider": provider, "words": words}
    return ImmediateHttpResponse(render(request, "people/sign_on_stopped.html", context, status=403))


def unreachable(request: HttpRequest, provider: Any) -> HttpResponse:
    """The provider is down: other ways in, and whom to ask."""
    context = {"provider": provider, "unreachable": True}
    return render(request, "people/sign_on_stopped.html", context, status=503)


def ways_through(user: User) -> list[str]:
    """The providers that open this account, by their names for people."""
    names = {one.key: one.name for one in settings.THROUGHLINE_SSO}
    held = SocialAccount.objects.filter(user=user).order_by("provider").values_list("provider", flat=True)
    return [names.get(key, key) for key in held]


def closed_to_password(user: User) -> bool:
    """Whether this account opens only through its provider. Superusers keep the key for when that is down."""
    only = [one.key for one in settings.THROUGHLINE_SSO if one.only]
    return bool(only) and not user.is_superuser and SocialAccount.objects.filter(user=user, provider__in=only).exists()


def vouches_for_second_factor(records: list[dict[str, Any]]) -> bool:
    """Whether someone came in through a provider that asks a second factor of everyone."""
    asking = {one.key for one in settings.THROUGHLINE_SSO if one.second_factor}
    return any(record.get("method") == "socialaccount" and record.get("provider") in asking for record in records)
