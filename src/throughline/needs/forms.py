"""The forms of steps. What may not be is said by the verbs, not here."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.needs.choices import Consistency, Majority, Outcome
from throughline.needs.models import Body, PositionLine, Profile, Topic
from throughline.reference.models import Term
from throughline.training.models import Entry

MOVES = 3


class DateField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def text(label: Any, *, required: bool = True, rows: int = 3, **given: Any) -> forms.CharField:
    return forms.CharField(label=label, required=required, widget=forms.Textarea(attrs={"rows": rows}), **given)


class OpenForm(forms.Form):
    """Whom to ask and by when."""

    due_on = DateField(label=_("Due"))
    asked = forms.MultipleChoiceField(
        label=_("Whom to ask"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Several organisations of a country may answer; the country's position is put together from them."),
    )

    def __init__(self, *args: Any, organisations: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(one.pk): one for one in organisations}
        self.fields["asked"].choices = [  # type: ignore[attr-defined]
            (key, f"{one} ({one.jurisdiction})") for key, one in self.organisations.items()
        ]

    @property
    def chosen(self) -> list[Any]:
        return [self.organisations[key] for key in self.cleaned_data["asked"]]


class ReasonForm(forms.Form):
    reason = text(_("Why"))


class ReviewForm(forms.Form):
    """What experts said."""

    experts = forms.CharField(label=_("Experts"), max_length=200, help_text=_("The group or the people."))
    on = DateField(label=_("Date"))
    topic = forms.ChoiceField(label=_("About"), required=False)
    text = text(_("Opinion"))

    def __init__(self, *args: Any, topics: Sequence[Topic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "topic", topics, first=str(_("The whole")))


VOTES = {
    "votes": _("Votes there are"), "votes_for": _("In favour"), "votes_against": _("Against"),
    "abstained": _("Abstained"), "proxies": _("Of these by proxy"),
}  # fmt: skip


class ValidationForm(forms.Form):
    """The decision of the validating body, how it voted where it votes, with up to a few topics it moved."""

    meeting = forms.CharField(label=_("Meeting"), max_length=200)
    on = DateField(label=_("Date"))
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices)

    def __init__(self, *args: Any, topics: Sequence[Topic], body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics = {one.code: one for one in topics}
        self.asked = ["meeting", "on", "outcome", "text"]
        if body.majority != Majority.CONSENSUS:
            self.asked += VOTES
            for name, label in VOTES.items():
                self.fields[name] = forms.IntegerField(label=label, required=False, min_value=0)
        self.fields["text"] = text(_("Note"), required=False)
        for at in range(min(MOVES, len(topics))):
            self.fields[f"topic_{at}"] = forms.ChoiceField(label=f"{_('Topic moved')} {at + 1}", required=False)
            offer(self, f"topic_{at}", topics, first="–")
            self.fields[f"place_{at}"] = forms.IntegerField(
                label=f"{_('To place')} {at + 1}", required=False, min_value=1
            )
            self.fields[f"reason_{at}"] = forms.CharField(
                label=f"{_('Because')} {at + 1}", required=False, max_length=500
            )

    @property
    def decision(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.asked}

    @property
    def moves(self) -> list[tuple[Topic, int, str]]:
        given = self.cleaned_data
        return [
            (self.topics[given[f"topic_{at}"]], given.get(f"place_{at}") or 0, given.get(f"reason_{at}", ""))
            for at in range(MOVES)
            if given.get(f"topic_{at}")
        ]


class PositionForm(forms.Form):
    """What a country says on a topic."""

    relevance = forms.ChoiceField(label=_("Relevance"), required=False)
    urgency = forms.ChoiceField(label=_("Urgency"), required=False)
    proficiency = forms.ChoiceField(label=_("Proficiency"), required=False)
    national = forms.ChoiceField(
        label=_("National training exists"), required=False, choices=(("", "–"), ("yes", _("Yes")), ("no", _("No")))
    )
    reason = text(_("Why it differs from what was proposed"))

    def __init__(
        self,
        *args: Any,
        line: PositionLine,
        scales: Mapping[str, Sequence[Term]],
        profiles: Sequence[Profile],
        **kwargs: Any,
    ) -> None:
        national = {True: "yes", False: "no"}.get(line.national, "")  # type: ignore[arg-type]
        first: dict[str, Any] = {"national": national, "reason": line.reason}
        first |= {name: getattr(line, name) for name in scales}
        first |= {f"number_{one.pk}": line.numbers.get(one.code) for one in profiles}
        kwargs["initial"] = first
        super().__init__(*args, **kwargs)
        self.profiles = profiles
        for name, terms in scales.items():
            offer(self, name, terms, first="–")
        for one in profiles:
            self.fields[f"number_{one.pk}"] = forms.IntegerField(label=one.title, required=False, min_value=0)
        self.order_fields([*scales, *(f"number_{one.pk}" for one in profiles), "national", "reason"])

    @property
    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        numbers = {one.code: given[f"number_{one.pk}"] for one in self.profiles}
        return {
            **{name: given[name] for name in ("relevance", "urgency", "proficiency")},
            "numbers": {code: number for code, number in numbers.items() if number is not None},
            "national": {"yes": True, "no": False}.get(given["national"]),
        }


class EmpactForm(forms.Form):
    consistency = forms.ChoiceField(label=_("Opinion"), choices=Consistency.choices)
    text = text(_("In words"))


class AssessForm(forms.Form):
    """Urgency and proficiency as the assessors see them."""

    urgency = forms.ModelChoiceField(label=_("Urgency"), queryset=Term.objects.none())
    proficiency = forms.ModelChoiceField(label=_("Proficiency"), queryset=Term.objects.none())
    findings = text(_("Findings"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, scale in (("urgency", "needs-urgency"), ("proficiency", "proficiency")):
            self.fields[name].queryset = Term.objects.filter(taxonomy__code=scale, parent=None).order_by("order")  # type: ignore[attr-defined]


class PackageForm(forms.Form):
    """Which entry of the catalogue the package became."""

    entry = forms.ModelChoiceField(label=_("Catalogue entry"), queryset=Entry.objects.none())

    def __init__(self, *args: Any, entries: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entry"].queryset = entries  # type: ignore[attr-defined]


class DeliverForm(forms.Form):
    on = DateField(label=_("First delivered on"))


class ReviseForm(forms.Form):
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    findings = text(_("Findings"), required=False)


def offer(form: forms.Form, name: str, rows: Iterable[Any], *, first: str) -> None:
    """The rows as choices by code, after a first choice that names none of them."""
    form.fields[name].choices = [("", first), *((one.code, str(one)) for one in rows)]  # type: ignore[attr-defined]
