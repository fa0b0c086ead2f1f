"""The forms of the secretariat and the contact point. What may not be is said by the verbs, not here."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from throughline.kernel.access.choices import Handling
from throughline.kernel.rounds import registry
from throughline.kernel.rounds.choices import Approval
from throughline.kernel.rounds.models import Round


class DateField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one field."""

    widget = ManyFiles(attrs={"multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FilesField, self).clean(one, initial) for one in data or []]


class QuestionnaireForm(forms.Form):
    """A new questionnaire; its first edition follows."""

    programme = forms.ChoiceField(label=_l("Programme"))
    title = forms.CharField(label=_l("Title"), max_length=200)
    code = forms.SlugField(
        label=_l("Code"),
        max_length=60,
        required=False,
        help_text=_l("Letters, digits and dashes. Left empty, it is made from the title."),
    )
    asking = forms.ChoiceField(
        label=_l("What becomes of the answers"),
        help_text=_l("Answers stay answers, or turn into records of a subject when they are accepted."),
    )
    note = forms.CharField(label=_l("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, programmes: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programmes = {str(one.pk): one for one in programmes}
        _offer(self, "programme", [(key, str(one)) for key, one in self.programmes.items()])
        _offer(self, "asking", [(one.code, one.title) for one in registry.everything()])
        if len(programmes) == 1:
            self.fields["programme"].widget = forms.HiddenInput()
            self.fields["programme"].initial = str(programmes[0].pk)


class UploadForm(forms.Form):
    """An XLSForm and the files it shows."""

    file = forms.FileField(
        label=_l("XLSForm"),
        help_text=_l("An Excel file (.xlsx) with the sheets survey, choices and settings, as for ODK or Kobo."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
    shown = FilesField(
        label=_l("Pictures, sounds and films the form shows"),
        required=False,
        help_text=_l("Choose all of them at once. Each is called as the form calls it."),
    )


class SourceForm(forms.Form):
    """What a questionnaire is made from."""

    source = forms.ChoiceField(label=_l("Make it from"))

    def __init__(self, *args: Any, sources: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "source", [(one.key, one.label) for one in sources])


class ChangeForm(forms.Form):
    """What can be changed of a round until it is closed."""

    title = forms.CharField(label=_l("Title"), max_length=200)
    opens_on = DateField(label=_l("Opens"))
    due_on = DateField(label=_l("Due"))
    reminders = forms.CharField(
        label=_l("Reminders"),
        required=False,
        help_text=_l("Days before the date due, such as 14, 3. They go to those who have not handed in."),
    )
    approval = forms.ChoiceField(label=_l("Who approves in the country"), choices=Approval.choices)
    opens_to = forms.ChoiceField(
        label=_l("Handling of accepted returns"),
        choices=[one for one in Handling.choices if one[0] != Handling.RED],
        help_text=_l("Who reads a return once it is accepted. Before that: those who ask and analyse."),
    )
    before = forms.ChoiceField(
        label=_l("Compared with and prefilled from"),
        required=False,
        help_text=_l("What was accepted then stands beside each question."),
    )
    instructions = forms.CharField(
        label=_l("Instructions"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_l("Stands in the message and above the questions."),
    )

    def __init__(self, *args: Any, earlier: list[Round], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.earlier = {str(one.pk): one for one in earlier}
        first = ("", _("The newest accepted return to the same questionnaire"))
        _offer(self, "before", [first, *((key, f"{one} ({one.period})") for key, one in self.earlier.items())])

    def clean_reminders(self) -> list[int]:
        """Days, however they are separated."""
        words = self.cleaned_data["reminders"].replace(",", " ").replace(";", " ").split()
        if not all(word.isascii() and word.isdigit() and len(word) < 4 for word in words):
            raise forms.ValidationError(_("Write whole numbers of days, such as 14, 3."))
        return [int(word) for word in words]

    def clean_before(self) -> Round | None:
        return self.earlier.get(self.cleaned_data["before"])


class RoundForm(ChangeForm):
    """A new round."""

    period = forms.CharField(
        label=_l("Period"), max_length=30, help_text=_l("Such as 2023, 2023-H1 or 2023-Q4: the time asked about.")
    )
    edition = forms.CharField(widget=forms.HiddenInput())
    asked = forms.MultipleChoiceField(label=_l("Organisations asked"), required=False)
    field_order = ("title", "period", "opens_on", "due_on")

    def __init__(self, *args: Any, organisations: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(one.pk): one for one in organisations}
        _offer(self, "asked", [(key, str(one)) for key, one in self.organisations.items()])

    def clean_asked(self) -> list[Any]:
        return [self.organisations[key] for key in self.cleaned_data["asked"]]


class ReasonForm(forms.Form):
    """Something that needs a reason."""

    reason = forms.CharField(label=_l("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


class ClosingForm(forms.Form):
    reason = forms.CharField(label=_l("Comment"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class MoreTimeForm(ReasonForm):
    due_on = DateField(label=_l("New date due"))
    field_order = ("due_on", "reason")


class RemindForm(forms.Form):
    """Whom to remind, with which words."""

    chosen = forms.MultipleChoiceField(
        label=_l("Whom to remind"), error_messages={"required": _l("Choose at least one organisation.")}
    )
    text = forms.CharField(
        label=_l("Your words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_l("The message says what is asked and when it is due. Add what else should be said."),
    )

    def __init__(self, *args: Any, returns: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "chosen", [(one.reference, str(one.owner)) for one in returns])


class AskForm(forms.Form):
    """One organisation more."""

    organisation = forms.ChoiceField(label=_l("Organisation"))

    def __init__(self, *args: Any, groups: list[tuple[str, list[Any]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(one.pk): one for _title, members in groups for one in members}
        _offer(
            self, "organisation", [(title, [(str(one.pk), str(one)) for one in members]) for title, members in groups]
        )


class ShareForm(forms.Form):
    """A part of a return, asked of another institution."""

    organisation = forms.ChoiceField(label=_l("Institution"))
    sections = forms.MultipleChoiceField(
        label=_l("Sections"),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=_l("None chosen: the whole questionnaire."),
    )
    due_on = DateField(label=_l("Due"), required=False, help_text=_l("Left empty: the date the whole return is due."))
    note = forms.CharField(label=_l("What to look out for"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, organisations: list[Any], sections: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(one.pk): one for one in organisations}
        _offer(self, "organisation", [(key, str(one)) for key, one in self.organisations.items()])
        _offer(self, "sections", sections)


def _offer(form: forms.Form, name: str, choices: list[Any]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]
