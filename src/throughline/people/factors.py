"""Forms of second factors: allauth's, with our words, and never a fault whatever a stranger posts."""

from typing import Any, ClassVar

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from throughline.people.signins import passkey_failed
from throughline.people.signon import closed_to_password

LONGEST_NAME = 60
# What the packages below raise over answers that no browser would send.
NOT_AN_ANSWER = (AttributeError, IndexError, KeyError, TypeError, ValueError)


class AddPasskey(AddWebAuthnForm):
    """A new passkey: its name, and whether it signs in alone."""

    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("What holds it: 'office laptop', 'phone'."),
    )
    passwordless = forms.BooleanField(
        label=_("It signs me in alone, without the password"),
        required=False,
        initial=True,
        help_text=_(
            "It then asks for a fingerprint, a face or a PIN. Take this away for an old key that can only be touched."
        ),
    )
    field_order: ClassVar[list[str]] = ["credential", "name", "passwordless"]

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except ValidationError:
            raise
        except NOT_AN_ANSWER as wrong:
            raise get_adapter().validation_error("incorrect_code") from wrong


class RenamePasskey(EditWebAuthnForm):
    """A passkey's name."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)


class _Answer(AuthenticateWebAuthnForm):
    """What a passkey answered."""

    def clean_credential(self) -> Authenticator:

        try:
            return super().clean_credential()
        except ValidationError:
            passkey_failed(self.user)
            raise
        except NOT_AN_ANSWER as wrong:
            passkey_failed(self.user)
            raise get_adapter().validation_error("incorrect_code") from wrong


class SecondStepByPasskey(_Answer):
    """The passkey after the password."""


class SignInByPasskey(_Answer, LoginWebAuthnForm):
    """The passkey alone; not where an account opens only through its provider."""

    def clean_credential(self) -> Authenticator:
        found = super().clean_credential()
        if closed_to_password(found.user):
            passkey_failed(found.user)
            raise get_adapter().validation_error("incorrect_code")
        return found


class ConfirmByPasskey(_Answer, ReauthenticateWebAuthnForm):
    """The passkey once more, before a change of how the account is kept safe."""
