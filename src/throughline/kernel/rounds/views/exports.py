"""Doors to the answers of a round as a file."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from throughline.kernel.rounds import exporting
from throughline.kernel.rounds.views.finding import round_or_404, viewer_of

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ExportForm(forms.Form):
    """Which answers, in which shape."""

    which = forms.ChoiceField(
        label=gettext_lazy("Returns"),
        choices=[
            (exporting.ACCEPTED, gettext_lazy("Accepted ones")),
            (exporting.HANDED_IN, gettext_lazy("All that were handed in")),
        ],
    )
    shape = forms.ChoiceField(
        label=gettext_lazy("Shape"),
        choices=[
            (exporting.LONG, gettext_lazy("Long: a row for each answer")),
            (exporting.WIDE, gettext_lazy("Wide: a row for each return")),
            (exporting.DICTIONARY, gettext_lazy("What the columns mean")),
        ],
    )
    values = forms.ChoiceField(
        label=gettext_lazy("Choices as"),
        choices=[
            (exporting.BOTH, gettext_lazy("Codes and labels")),
            (exporting.CODES, gettext_lazy("Codes")),
            (exporting.LABELS, gettext_lazy("Labels")),
        ],
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)

    def __init__(self, *args: object, languages: tuple[str, ...] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if len(languages) > 1:
            self.fields["language"].choices = [(one, one) for one in languages]  # type: ignore[attr-defined]
        else:
            del self.fields["language"]


@require_GET
def answers(request: HttpRequest, key: str) -> HttpResponse:
    """Choose what the file holds."""
    asked_in = round_or_404(viewer_of(request), key)
    counts = {which: len(exporting.handed_in(viewer_of(request), asked_in, which)) for which in exporting.WHICH}
    context = {
        "round": asked_in,
        "form": ExportForm(languages=asked_in.edition.form.languages),
        "accepted": counts[exporting.ACCEPTED],
        "handed_in": counts[exporting.HANDED_IN],
    }
    return render(request, "rounds/exports/answers.html", context)


@require_GET
def answers_file(request: HttpRequest, key: str, fmt: str) -> HttpResponse:
    """The file: of returns the viewer may read, what was handed in last."""
    asked_in = round_or_404(viewer_of(request), key)
    if fmt not in exporting.FORMATS:
        raise Http404(_("There is nothing here that you can see."))
    given = {name: request.GET[name] for name in ("shape", "values", "which", "language") if request.GET.get(name)}
    content, name = exporting.export(viewer_of(request), round=asked_in, wanted=exporting.Wanted(**given), fmt=fmt)
    answer = HttpResponse(content, content_type=TYPES[fmt])
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    answer["Cache-Control"] = "private, no-store"
    return answer
