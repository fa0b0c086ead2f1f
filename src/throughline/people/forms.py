"""Forms about people. They shape input; the verbs judge it."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Invalid
from throughline.kernel.ui.problems import show_problems
from throughline.reference.models import Organisation

ROLE_HELP = _(
    "Readers read. Contributors enter. Verifiers check what colleagues entered. Analysts and the secretariat "
    "also read what is marked TLP:AMBER. Administrators manage people and read no more by that."
)


class PlainForm(forms.Form):
    """A form whose problems can come from a verb."""

    def take(self, invalid: Invalid) -> None:
        """Show the problems a verb found, at their fields."""
        show_problems(self, invalid)


class InviteForm(PlainForm):
    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=120)
    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.none(), empty_label="–"
    )
    title = forms.CharField(label=_("Function"), max_length=120, required=False)
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple, help_text=ROLE_HELP
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.filter(valid_to=None)  # type: ignore[attr-defined]


class AcceptForm(PlainForm):
    """A name and a password, for someone who has no account yet."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. Three or four words that belong to no saying do well."),
    )
    again = forms.CharField(
        label=_("Password again"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("password") != cleaned.get("again"):
            self.add_error("again", _("The two passwords are not the same."))
        return cleaned


class ProfileForm(PlainForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
