"""Forms for people and for what is asked of a participant."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.viewer import Viewer
from throughline.reference.models import Programme
from throughline.training.choices import ASKED_SEX, Sex
from throughline.training.models import Person
from throughline.training.services.people import OWN_FIELDS
from throughline.training.team import CONTACT_ROLES


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is kept of someone. What may not be said is judged by the verb."""

    class Meta:
        model = Person
        fields = OWN_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Empty in the table after erasing, never before.
        self.fields["name"].required = True
        offered = [(one.value, one.label) for one in Sex if one in ASKED_SEX or one == self.instance.sex]
        self.fields["sex"].choices = offered  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in OWN_FIELDS}


class NewPersonForm(PersonForm):
    """The same, with where they belong."""

    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.none())

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = {programme for programme, role in viewer.roles if role in CONTACT_ROLES}
        offered = Programme.objects.filter(pk__in=keys)
        self.fields["programme"].queryset = offered  # type: ignore[attr-defined]
        self.fields["programme"].initial = offered.first()


class NeedsForm(forms.Form):
    """Asked once the place is confirmed, never before."""

    travel = forms.CharField(
        label=_("Travel"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("From where, how, when you arrive and leave."),
    )  # fmt: skip
    special_needs = forms.CharField(
        label=_("Special needs"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Access, diet, health: only what the organisers must know."),
    )  # fmt: skip
