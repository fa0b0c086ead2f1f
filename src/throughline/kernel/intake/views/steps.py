"""The wizard: file, reading, columns, values, preview. Every step is a plain form and stands on its own address."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.requests import ViewerRequest
from throughline.kernel.intake import uploads
from throughline.kernel.intake.coding import choices_for, decode, encode, known_code, with_column
from throughline.kernel.intake.columns import look
from throughline.kernel.intake.formats import Options, Table
from throughline.kernel.intake.forms import ConstantsForm, ReadingForm, StartForm
from throughline.kernel.intake.mapping import Mapping
from throughline.kernel.intake.models import Upload
from throughline.kernel.intake.queries import may_bring_in, upload_for
from throughline.kernel.intake.suggest import with_line_constants
from throughline.kernel.intake.wording import Words, value_lists

SHOWN_ROWS = 8


def upload_or_404(request: ViewerRequest, key: UUID) -> Upload:
    upload = upload_for(request.viewer, key)
    if upload is None:
        raise Http404
    return upload


def steps(upload: Upload | None, current: int) -> dict[str, Any]:
    """The labels of the steps with the addresses of those behind."""
    names = [
        (_("File"), ""),
        (_("Reading"), "import-reading"),
        (_("Columns"), "import-columns"),
        (_("Values"), "import-values"),
        (_("Preview"), "import-preview"),
    ]
    items = [
        {"label": label, "url": reverse(name, args=[upload.pk]) if upload and name else ""} for label, name in names
    ]
    return {"steps": items, "current": current}


def say(request: ViewerRequest, fault: Invalid) -> None:
    for problem in fault.problems[:10]:
        messages.error(request, str(problem.message))


@require_http_methods(["GET", "POST"])
def add(request: ViewerRequest) -> HttpResponse:
    """Choose a file, say what is in it."""
    if not may_bring_in(request.viewer):
        raise Refused(_("Your role does not let you bring in files."))
    initial = {"noun": request.GET.get("noun", "")}
    form = StartForm(request.POST or None, request.FILES or None, viewer=request.viewer, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            upload = uploads.start(
                request.viewer,
                resource=form.nouns[data["noun"]],
                programme=form.programmes.get(data["programme"]),
                name=data["file"].name,
                content=data["file"].read(),
                profile=form.profiles.get(data["profile"]),
            )
        except Invalid as fault:
            for problem in fault.problems:
                form.add_error("file", str(problem.message))
        else:
            return redirect("import-reading", key=upload.pk)
    return render(request, "intake/add.html", {"form": form, **steps(None, 1)})


@require_http_methods(["GET", "POST"])
def reading(request: ViewerRequest, key: UUID) -> HttpResponse:
    """How we read it: the first rows, and every guess to change."""
    upload = upload_or_404(request, key)
    asked = Options.of(upload.options)
    table = _table_or_none(request, upload)
    form = ReadingForm(request.POST or None, table=table, asked=asked)
    if request.method == "POST" and form.is_valid():
        try:
            uploads.choose_reading(request.viewer, upload=upload, options=form.options(asked))
        except Invalid as fault:
            for problem in fault.problems:
                form.add_error(None, str(problem.message))
        else:
            return redirect("import-columns" if "go-on" in request.POST else "import-reading", key=upload.pk)
    rows = table.head(SHOWN_ROWS) if table else []
    unsure = [name for name, sure in table.certain.items() if not sure and name in table.guessed] if table else []
    labels = [str(form.fields[name].label) for name in unsure if name in form.fields]
    context = {"upload": upload, "form": form, "table": table, "rows": rows, "unsure": labels, **steps(upload, 2)}
    return render(request, "intake/reading.html", context)


def _table_or_none(request: ViewerRequest, upload: Upload) -> Table | None:
    try:
        return uploads.table_of(upload)
    except Invalid as fault:
        say(request, fault)
        return None


@require_http_methods(["GET", "POST"])
def columns(request: ViewerRequest, key: UUID) -> HttpResponse:
    """What each column means: suggested with a reason, to be changed."""
    upload = upload_or_404(request, key)
    table = _table_or_none(request, upload)
    if table is None:
        return redirect("import-reading", key=upload.pk)
    resource, mapping = uploads.resource_of(upload), uploads.mapping_of(upload).fitted(table.columns)
    looked = look(table)
    if request.method == "POST":
        mapping = with_line_constants(_chosen_columns(request, table, mapping, looked, upload), resource)
    form = ConstantsForm(request.POST or None, resource=resource, mapping=mapping, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        uploads.choose_mapping(upload, form.apply(mapping))
        return redirect("import-values" if "go-on" in request.POST else "import-columns", key=upload.pk)
    lines = [
        {
            "number": number,
            "name": name,
            "looked": looked[name],
            "code": encode(mapping.of_column(name)),
            "reason": next((one.reason for one in mapping.of_column(name) if one.reason), ""),
        }
        for number, name in enumerate(table.columns)
    ]
    context = {
        "upload": upload, "form": form, "lines": lines, "choices": choices_for(resource), "group": mapping.group,
        "resource": resource, "table": table, **steps(upload, 3),
    }  # fmt: skip
    return render(request, "intake/columns.html", context)


def _chosen_columns(
    request: ViewerRequest, table: Table, mapping: Mapping, looked: dict[str, Any], upload: Upload
) -> Mapping:
    """The mapping as the selects say; where two columns were given one field, the later one has it."""
    resource = uploads.resource_of(upload)
    for number, name in enumerate(table.columns):
        code = request.POST.get(f"c{number}", "")
        before = mapping.of_column(name)
        if code != encode(before) and known_code(resource, code):
            mapping = with_column(mapping, name, decode(code, name, resource, before, looked[name]))
    wanted = request.POST.get("group", "")
    group = (
        tuple(one for one in mapping.group if len(mapping.group) > 1)
        if wanted == "+"
        else (wanted,)
        if wanted in table.columns
        else ()
    )
    return replace(mapping, group=group)


@require_http_methods(["GET", "POST"])
def values(request: ViewerRequest, key: UUID) -> HttpResponse:
    """What the values mean: those known, those suggested, those to be decided."""
    upload = upload_or_404(request, key)
    table = _table_or_none(request, upload)
    if table is None:
        return redirect("import-reading", key=upload.pk)
    mapping = uploads.mapping_of(upload).fitted(table.columns)
    try:
        lists = value_lists(table, uploads.resource_of(upload), mapping, request.viewer)
    except Invalid as fault:
        say(request, fault)
        return redirect("import-reading", key=upload.pk)
    if request.method == "POST":
        uploads.choose_mapping(upload, _chosen_values(request, lists, mapping))
        return redirect("import-preview", key=upload.pk)
    context = {"upload": upload, "lists": lists, **steps(upload, 4)}
    return render(request, "intake/values.html", context)


def _chosen_values(request: ViewerRequest, lists: list[Words], mapping: Mapping) -> Mapping:
    """What the selects say; a value left 'as it stands' needs no entry."""
    for number, words in enumerate(lists):
        chosen = dict(words.use.values)
        for place, word in enumerate(words.words):
            code = request.POST.get(f"v{number}.{place}")
            if request.POST.get(f"w{number}.{place}") != word.value or code is None:
                continue
            if code == "=" or (word.how == "known" and code == word.code):
                chosen.pop(word.value, None)
            else:
                chosen[word.value] = code
        mapping = mapping.with_use(replace(words.use, values=chosen))
    return mapping


@require_POST
def discard(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Throw the upload away."""
    upload = upload_or_404(request, key)
    name = upload.name
    uploads.discard(request.viewer, upload=upload)
    messages.info(request, _("'%(name)s' was thrown away. Nothing was brought in.") % {"name": name})
    return redirect("import-list")
