"""Forms short enough for a phone: a session taught, an application, a contact."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.reference.models import Term
from throughline.training import queries
from throughline.training.models import Application, Cascade, Contact, Person
from throughline.training.models.teaching import Side, Sort

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SessionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A session I taught. What may not be said is judged by the verb."""

    class Meta:
        model = Cascade
        fields = ("activity", "title", "held_on", "venue", "hours", "women", "men", "sex_not_reported", "note")
        widgets = {"held_on": DAY, "note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = queries.attended(person)
        self.fields["activity"].queryset = choices  # type: ignore[attr-defined]
        if self.instance._state.adding:
            self.fields["activity"].initial = choices.first()
        for name in ("women", "men", "sex_not_reported"):
            self.fields[name].required = False
            if self.instance._state.adding:  # an empty field is typed into, a nought is typed beside
                self.initial[name] = self.fields[name].initial = None
            self.fields[name].widget.attrs["inputmode"] = "numeric"

    def _post_clean(self) -> None:
        """The verb judges the whole; the model's own checks would ask for what the verb fills in."""

    def values(self) -> dict[str, Any]:
        counts = {name: self.cleaned_data[name] or 0 for name in ("women", "men", "sex_not_reported")}
        return {**self.cleaned_data, **counts}


class ApplicationForm(forms.ModelForm):  # type: ignore[type-arg]
    """I wish to visit, host, be mentored or mentor."""

    class Meta:
        model = Application
        fields = ("kind", "side", "areas", "languages", "named", "wish")
        widgets = {
            "areas": forms.CheckboxSelectMultiple,
            "wish": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = Term.objects.filter(taxonomy__code="training-priority", valid_to=None).order_by("order", "label")
        self.fields["areas"].queryset = areas  # type: ignore[attr-defined]
        for name, words in (("kind", Sort), ("side", Side)):
            self.fields[name].choices = words.choices  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """The verb judges the whole."""

    def split(self) -> tuple[dict[str, Any], list[Term]]:
        """The values, and the areas apart."""
        given = dict(self.cleaned_data)
        return given, list(given.pop("areas"))


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    """When the two met, for how long, what about."""

    class Meta:
        model = Contact
        fields = ("on", "minutes", "note")
        widgets = {"on": DAY}

    on = forms.DateField(label=_("date"), widget=DAY)


class FilterForm(forms.Form):
    """What the page of multiplication is asked."""

    days = forms.IntegerField(label=_("Days until the first session"), min_value=1, max_value=3_650, required=False)
    project = forms.ChoiceField(label=_("Project"), required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)
    jurisdiction = forms.ChoiceField(label=_("Jurisdiction"), required=False)

    def __init__(self, *args: Any, choices: dict[str, list[tuple[str, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, offered in choices.items():
            self.fields[name].choices = [("", _("All")), *offered]  # type: ignore[attr-defined]
