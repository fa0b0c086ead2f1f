"""The forms of the pages of evaluation. What does not fit is said by the verbs."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.kernel.rounds.models import Edition
from throughline.training.models import Evaluation
from throughline.training.models.evaluation import usual_reminders

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Numbers(forms.CharField):
    """Whole numbers separated by commas."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        words = super().clean(value).replace(",", " ").replace(";", " ").split()
        if not all(one.isascii() and one.isdigit() and len(one) < 4 for one in words):
            raise forms.ValidationError(_("Write whole numbers of days, such as 7, 2."))
        return [int(one) for one in words]


class Addresses(forms.CharField):
    """E-mail addresses, one a line."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return super().clean(value).replace(",", " ").replace(";", " ").split()


class CallForm(forms.ModelForm):  # type: ignore[type-arg]
    """A call that is not sent yet."""

    reminders = Numbers(
        label=_("Reminders"), required=False, initial=usual_reminders,
        help_text=_("Days before it closes, such as 7, 2. They go to those who have not answered."),
    )  # fmt: skip
    addresses = Addresses(
        label=_("E-mail addresses of trainers"), required=False,
        help_text=_("One a line. They are erased when the call closes. Leave empty for others than trainers."),
    )  # fmt: skip

    class Meta:
        model = Evaluation
        fields = (
            "sort",
            "level",
            "role",
            "edition",
            "anonymous",
            "least",
            "days",
            "open_days",
            "reminders",
            "addresses",
        )
        help_texts = {
            "sort": _(
                "Tests are asked of participants, level 2, and with their names, so that before and after can be compared."
            ),
            "anonymous": _(
                "Respondents are told. It cannot be changed once the call is sent, nor can the next number."
            ),
        }

    def __init__(self, *args: Any, editions: list[Edition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.editions = {str(one.pk): one for one in editions}
        if self.instance.edition_id:
            self.editions.setdefault(str(self.instance.edition_id), self.instance.edition)
        self.fields["edition"].choices = [  # type: ignore[attr-defined]
            ("", "–"), *((key, str(one.questionnaire)) for key, one in self.editions.items())
        ]  # fmt: skip

    def _post_clean(self) -> None:
        """Whether it fits together is judged by the verb; the instance stays as it is until then."""


class OpenCallForm(forms.Form):
    """What may still be changed of a call that was sent."""

    closes_on = forms.DateField(label=_("Closes"), widget=DAY, help_text=_("A later day; never an earlier one."))
    reminders = Numbers(label=_("Reminders"), required=False, help_text=_("Days before it closes, such as 7, 2."))


class LessonForm(forms.Form):
    """What the team takes from it, for the training report."""

    lessons = forms.CharField(label=_("Lessons"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    conclusions = forms.CharField(label=_("Conclusions"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class CoverageForm(forms.Form):
    """Which activities, which level."""

    year = forms.IntegerField(label=_("Year"), required=False, min_value=1950, max_value=date.max.year)
    project = forms.ChoiceField(label=_("Project"), required=False)
    level = forms.ChoiceField(label=_("Level"), required=False)
