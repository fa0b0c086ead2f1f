"""The form with which a document is built."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures import registry as measures
from throughline.kernel.periods import Quarter
from throughline.kernel.reporting.focus import focuses
from throughline.kernel.reporting.queries import programmes_for
from throughline.kernel.reporting.registry import templates


class BuildForm(forms.Form):
    """Which document, of when, of where. What cannot be built is said by the service, not here."""

    programme = forms.ChoiceField(label=_("Programme"))
    template = forms.ChoiceField(label=_("Document"))
    focus = forms.ChoiceField(
        label=_("Focus"), required=False, help_text=_("For the In-Focus Monitor: what it is about.")
    )
    question = forms.CharField(
        label=_("Or any question as its focus"),
        max_length=2000,
        required=False,
        help_text=_("Paste the address of a question you asked. Its period and jurisdictions are chosen below."),
    )
    period = forms.CharField(
        label=_("Period"), max_length=30, help_text=_("A quarter is written 2023-Q4, a half-year 2023-H1, a year 2023.")
    )
    scope = forms.ChoiceField(label=_("Jurisdictions"))
    handling = forms.ChoiceField(
        label=_("Handling of the document"),
        required=False,
        help_text=_("What the finished document carries. While it is in the making, only your organisation sees it."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programmes = {str(one.pk): one for one in programmes_for(viewer)}
        self._offer("programme", [(key, str(one)) for key, one in self.programmes.items()])
        self._offer("template", [(key, str(one.title)) for key, one in templates.items() if not one.about])
        self._offer("focus", [("", _("None")), *((key, str(one.title)) for key, one in focuses.items())])
        self._offer("scope", list(measures.scopes().items()))
        self._offer("handling", [("", _("As this document usually carries")), *Handling.choices])
        self.fields["period"].initial = str(Quarter.containing(timezone.localdate()).previous)
        if len(self.programmes) == 1:
            self.fields["programme"].initial = next(iter(self.programmes))

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """What `reporting.services.build` takes."""
        given = dict(self.cleaned_data)
        question = given.pop("question")
        return {
            **given,
            "focus": question or given["focus"],
            "programme": self.programmes[given["programme"]],
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("question") and cleaned.get("focus"):
            self.add_error("question", _("Choose a focus from the list, or give a question: one of the two."))
        return cleaned
