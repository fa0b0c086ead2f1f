"""How this program uses django-allauth: closed sign-up, mail through our outbox, second factors kept encrypted."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as request_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.notify.services import post
from throughline.people.models import User
from throughline.people.signins import write
from throughline.people.signon import closed_to_password


class AccountAdapter(DefaultAccountAdapter):
    """Accounts begin with an invitation; mails go through the outbox like all others."""

    confirming = False

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the mail: the page answers alike, and as fast, whether or not the address is known."""
        whole = {"request": request_context.request, "email": email, "current_site": "Throughline", **context}
        message = self.render_mail(template_prefix, email, whole)
        post(email, subject=message.subject, text=message.body)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """A right password opens no account that opens only through its provider; it is answered like a wrong one."""
        user = super().authenticate(request, **credentials)
        if isinstance(user, User) and not self.confirming and closed_to_password(user):
            write("person.sign-in-failed", Viewer.nobody(), user, request)
            return None
        return user

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """It still says that it is you, once you are in."""
        self.confirming = True
        return bool(super().reauthenticate(user, password))

    def send_password_reset_mail(self, user: AbstractBaseUser, email: str, context: dict[str, Any]) -> None:
        """Where there is no way in by password, the mail says which way there is."""
        if isinstance(user, User) and closed_to_password(user):
            text = _("Your account opens through single sign-on. It has no password to set anew: %(address)s")
            address = settings.THROUGHLINE_ADDRESS.rstrip("/") + reverse("account_login")
            post(email, subject=self.format_email_subject(_("Signing in")), text=text % {"address": address})
            return
        super().send_password_reset_mail(user, email, context)

    def get_reauthentication_methods(self, user: AbstractBaseUser) -> list[dict[str, Any]]:
        """Ways to say once more that it is you, in our words."""
        words = {"mfa_reauthenticate:webauthn": _("Use a passkey")}
        given = super().get_reauthentication_methods(user)
        return [{**way, "description": words.get(way["id"], way["description"])} for way in given]

    def format_email_subject(self, subject: str) -> str:
        return f"Throughline: {subject}"


class SecondFactorAdapter(DefaultMFAAdapter):
    """A copy of the database alone does not let anyone make codes: secrets are encrypted under the secret key."""

    def encrypt(self, text: str) -> str:
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002  reason: allauth's name
        held = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)s") % {"number": held + 1} if held else _("Passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the name of the host, and are shown under that of the program."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Throughline"}


def cipher() -> Fernet:
    """Made from the installation's secret key, for this use alone."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"throughline second factor").derive(
        settings.SECRET_KEY.encode()
    )
    return Fernet(base64.urlsafe_b64encode(key))
