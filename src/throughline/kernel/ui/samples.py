"""Samples for the style guide: every component with plausible values. They describe no real case."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.http import HttpRequest

from throughline.kernel.charts import samples as charts
from throughline.kernel.ui.figures import Figure


class SampleForm(forms.Form):
    """One field of each kind, some with errors."""

    title = forms.CharField(label="Title", help_text="What a colleague would call it, without names of people.")
    date = forms.DateField(
        label="Date",
        help_text="The day it happened. If only the month is known, choose its first day and say so below.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    precision = forms.ChoiceField(
        label="How exact is the date",
        choices=[("day", "To the day"), ("month", "To the month")],
        widget=forms.RadioSelect,
    )
    jurisdiction = forms.ChoiceField(
        label="Jurisdiction", choices=[("", "Choose"), ("XK", "Kosovo*"), ("RS", "Serbia")]
    )
    people = forms.IntegerField(
        label="People injured", required=False, help_text="Leave empty if it was not reported. Empty is not zero."
    )
    narrative = forms.CharField(label="What happened", widget=forms.Textarea, required=False)
    confirmed = forms.BooleanField(label="An official source confirms it", required=False)
    file = forms.FileField(label="File", required=False, help_text="A spreadsheet, a CSV file or GeoJSON, up to 50 MB.")


def _figures() -> list[Figure]:
    return [
        Figure(
            "Firearm incidents",
            868,
            "incidents",
            change="−8 %, 943 → 868; unlikely to be chance",
            compared_with="July–September 2023",
            direction=-1,
            coverage="7 of 7 jurisdictions",
            url="#records",
        ),
        Figure(
            "People killed",
            29,
            "people",
            change="+17 %, 24 → 29; could be chance",
            compared_with="July–September 2023",
            direction=1,
            base="of 868 incidents",
            coverage="7 of 7 jurisdictions",
            url="#records",
        ),
        Figure(
            "Men among perpetrators",
            0.98,
            share=True,
            base="of 611 whose sex is known; 57 not reported",
            coverage="7 of 7 jurisdictions",
            url="#records",
        ),
        Figure("Suicides", None, reason="one jurisdiction has not reported yet", coverage="6 of 7 jurisdictions"),
    ]


def _history() -> list[dict[str, Any]]:
    return [
        {"at": datetime(2024, 1, 15, 13, 5, tzinfo=UTC), "who": "B. Checker", "verb": "verified it"},
        {
            "at": datetime(2024, 1, 12, 8, 40, tzinfo=UTC),
            "who": "A. Author",
            "verb": "changed it",
            "reason": "The hospital confirmed it",
            "changes": [{"field": "Injured", "before": None, "after": 2}],
        },
        {"at": datetime(2024, 1, 11, 16, 20, tzinfo=UTC), "who": "A. Author", "verb": "added it"},
    ]


def _rows() -> list[dict[str, Any]]:
    return [
        {
            "reference": "AV-2023-000123",
            "day": date(2023, 10, 7),
            "place": "Kosovo*",
            "kind": "Weapon seizure",
            "state": "verified",
            "word": "Verified",
            "handling": "green",
            "killed": 0,
            "injured": None,
        },
        {
            "reference": "AV-2023-000124",
            "day": date(2023, 10, 9),
            "place": "Serbia",
            "kind": "Celebratory shooting",
            "state": "submitted",
            "word": "To be checked",
            "handling": "amber",
            "killed": 1,
            "injured": 1200,
        },
        {
            "reference": "AV-2023-000125",
            "day": date(2023, 11, 2),
            "place": "North Macedonia",
            "kind": "Public dispute",
            "state": "returned",
            "word": "Returned",
            "handling": "amber+strict",
            "killed": 0,
            "injured": 2,
        },
    ]


def everything(request: HttpRequest) -> dict[str, Any]:
    """What the style guide shows; `?errors` shows the form as it comes back."""
    form = SampleForm({"title": "", "people": "many"} if "errors" in request.GET else None)
    return {
        "form": form,
        "charts": charts.everything(),
        "figures": _figures(),
        "history": _history(),
        "rows": _rows(),
        "chosen": [
            {"label": "Serbia", "remove_url": "?a"},
            {"field": "killed", "label": "more than 0", "remove_url": "?b"},
            {"label": "2023", "remove_url": "?c"},
        ],
        "tabs": [
            {"label": "Table", "url": "#", "current": True, "count": 3},
            {"label": "Chart", "url": "#"},
            {"label": "Map", "url": "#"},
        ],
        "wizard": [{"label": "File", "url": "#"}, "Columns", "Values", "Preview", "Done"],
        "states": [
            ("draft", "Draft"),
            ("submitted", "To be checked"),
            ("verified", "Verified"),
            ("returned", "Returned"),
            ("rejected", "Rejected"),
        ],
        "codes": ["clear", "green", "amber", "amber+strict", "red"],
    }
