"""Add many sessions to an activity: from days and hours, or from a sheet."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from throughline.kernel.access.choices import Right
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.rules import may
from throughline.kernel.intake.formats import read_table
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import record_or_404, viewer_of
from throughline.kernel.resources.values import Unreadable, read_date
from throughline.training import sittings
from throughline.training.services import activities

LARGEST = 1_000_000
WEEKDAYS = [
    (0, gettext_lazy("Monday")),
    (1, gettext_lazy("Tuesday")),
    (2, gettext_lazy("Wednesday")),
    (3, gettext_lazy("Thursday")),
    (4, gettext_lazy("Friday")),
    (5, gettext_lazy("Saturday")),
    (6, gettext_lazy("Sunday")),
]


class DayField(forms.CharField):
    """A day as people write it everywhere here: 7.3.2026, 2026-03-07, 7 March 2026."""

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%Y-%m-%d}" if isinstance(value, date) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            found, precision = read_date(text)
        except Unreadable as fault:
            raise forms.ValidationError(str(fault)) from fault
        if precision != "day":
            raise forms.ValidationError(_("Write the whole date."))
        return found


class DaysForm(forms.Form):
    """Sessions by pattern."""

    first = DayField(label=gettext_lazy("First day"))
    last = DayField(label=gettext_lazy("Last day"))
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On"),
        coerce=int,
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        initial=[0, 1, 2, 3, 4],
    )
    hours = forms.CharField(
        label=gettext_lazy("Hours"),
        widget=forms.Textarea(attrs={"rows": 3}),
        initial="09:00-12:30\n14:00-17:00",
        help_text=gettext_lazy("One sitting a line, with its title if it has one: 09:00-12:30 Morning."),
    )


class FileForm(forms.Form):
    """Sessions from a sheet."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or Excel with the columns starts and ends; besides them date, title and place."),
    )


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, key: str) -> HttpResponse:
    """All the sessions are added, or none, with what is wrong with which."""
    viewer = viewer_of(request)
    activity = record_or_404(registry.get("activity"), viewer, key)
    if not may(viewer, Right.CHANGE, activity):
        raise Refused(_("You may read this but not change it."))
    days = DaysForm(initial={"first": activity.starts_on, "last": activity.ends_on})
    sheet = FileForm()
    form: forms.Form | None = None
    if request.method == "POST":
        by_file = request.POST.get("_from") == "file"
        form = FileForm(request.POST, request.FILES) if by_file else DaysForm(request.POST)
        days, sheet = (days, form) if by_file else (form, sheet)  # type: ignore[assignment]
        if form.is_valid():
            try:
                made = activities.add_sessions(viewer, activity=activity, sessions=_sessions(form.cleaned_data))
            except Invalid as invalid:
                _tell(form, invalid.problems)
            else:
                words = ngettext("%(number)s session was added.", "%(number)s sessions were added.", len(made))
                messages.success(request, words % {"number": len(made)})
                return redirect("activity-detail", activity.reference)
    context = {"activity": activity, "days": days, "sheet": sheet, "form": form}
    return render(request, "training/sessions.html", context, status=422 if form is not None else 200)


def _sessions(given: dict[str, Any]) -> list[sittings.Session]:
    if "file" not in given:
        return sittings.from_days(given["first"], given["last"], given["weekdays"], given["hours"])
    upload: UploadedFile = given["file"]
    if (upload.size or 0) > LARGEST:
        raise Invalid([Problem("file", _("The file is larger than a sheet of sessions can be."))])
    return sittings.from_table(read_table(upload.read()))


def _tell(form: forms.Form, problems: list[Problem]) -> None:
    """Each problem at its field, with its row in front where it has one."""
    for problem in problems:
        name = problem.field.partition(".")[0]
        row = problem.row if problem.row is not None else _row_of(problem.field)
        words = _("Row %(row)s: %(problem)s") % {"row": row, "problem": problem.message} if row else problem.message
        form.add_error(name if name in form.fields else None, str(words))


def _row_of(field: str) -> int | None:
    part = field.split(".")[1:2]
    return int(part[0]) + 1 if part and part[0].isdecimal() else None
