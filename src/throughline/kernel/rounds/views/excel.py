"""Doors to the Excel file of a return or part: download it, upload it, look at what it would change, take it in."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.files.models import StoredFile
from throughline.kernel.files.queries import file_for
from throughline.kernel.files.services import discard, keep
from throughline.kernel.rounds.rules import is_open, may_answer
from throughline.kernel.rounds.sheets import services
from throughline.kernel.rounds.sheets.planning import Plan
from throughline.kernel.rounds.sheets.reading import LARGEST
from throughline.kernel.rounds.sheets.writing import file_name
from throughline.kernel.rounds.views.finding import BAD_INPUT
from throughline.kernel.rounds.views.holders import Holder, holder_or_404, to, to_if_there, viewer_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 500


class UploadForm(forms.Form):
    """The file, filled in."""

    file = forms.FileField(
        label=gettext_lazy("Filled-in file"),
        help_text=gettext_lazy("The .xlsx file you downloaded here. Nothing changes before you have looked."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )


def _holder(request: HttpRequest, noun: str, key: str) -> Holder:
    """The return or part, for those who answer it."""
    holder = holder_or_404(viewer_of(request), noun, key)
    if not may_answer(viewer_of(request), holder):
        raise Refused(_("Only people of %(owner)s answer this.") % {"owner": holder.owner})
    return holder


def _context(holder: Holder, **more: Any) -> dict[str, Any]:
    form = holder.edition.form
    return {
        "holder": holder,
        "open": is_open(holder),
        "form_languages": form.languages,
        "home": to_if_there(holder, "answer") or to_if_there(holder, "detail"),
        "file_url": to(holder, "excel-file"),
        **more,
    }


@require_http_methods(["GET", "POST"])
def excel(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """The page of the file; a file sent here is kept for its sender, to be looked at."""
    holder = _holder(request, noun, key)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            if upload.size > LARGEST:
                form.add_error("file", _("The file is larger than %(most)s MB.") % {"most": LARGEST // 1024**2})
            else:
                content = upload.read()
                services.look(viewer_of(request), holder=holder, content=content)
                kept = keep(viewer_of(request), name=upload.name, content=content, purpose="import")
                return redirect(to(holder, "excel-check", str(kept.pk)))
        except Invalid as invalid:
            for problem in invalid.problems:
                form.add_error("file", str(problem.message))
    return render(
        request, "rounds/excel/file.html", _context(holder, form=form), status=BAD_INPUT if form.errors else 200
    )


@require_GET
def excel_file(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """The file itself, in one of the form's languages (?language=)."""
    holder = _holder(request, noun, key)
    viewer = viewer_of(request)
    language = request.GET.get("language", "") or request.LANGUAGE_CODE  # type: ignore[attr-defined]
    content = services.hand_out(viewer, holder=holder, language=language)
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file_name(holder))
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, noun: str, key: str, file: UUID) -> HttpResponse:
    """What the file would change; taken in as a whole, as it was shown."""
    holder, kept = _holder(request, noun, key), _kept(request, file)
    viewer, taken = viewer_of(request), request.POST.getlist("take")
    try:
        if request.method == "POST":
            revision = request.POST.get("revision", "")
            shown = int(revision) if revision.isdigit() else None
            saved = services.apply(viewer, holder=holder, content=kept.read(), taken=taken, revision=shown)
            discard(viewer, file=kept)
            messages.success(request, _("%(count)d answers changed.") % {"count": len(saved.changed)})
            return redirect(to_if_there(holder, "answer") or to(holder, "excel"))
        plan = services.look(viewer, holder=holder, content=kept.read())
    except Conflict as conflict:
        messages.warning(request, str(conflict))
        return redirect(to(holder, "excel-check", str(kept.pk)))
    except Invalid as invalid:
        for problem in invalid.problems[:5]:
            messages.error(request, str(problem.message))
        return redirect(to(holder, "excel"))
    return render(request, "rounds/excel/check.html", _checked(holder, kept, plan))


def _checked(holder: Holder, kept: StoredFile, plan: Plan) -> dict[str, Any]:
    evaluation = plan.evaluation
    return _context(
        holder,
        kept=kept,
        plan=plan,
        changes=plan.changes[:SHOWN],
        problems=plan.problems[:SHOWN],
        more=max(len(plan.changes) - SHOWN, 0),
        asked=evaluation.asked if evaluation else 0,
        answered=evaluation.answered if evaluation else 0,
        back=to(holder, "excel"),
        discard_url=reverse(f"{holder._meta.model_name}-excel-discard", args=[holder.reference, kept.pk]),
    )


@require_POST
def throw_away(request: HttpRequest, noun: str, key: str, file: UUID) -> HttpResponse:
    """Throw the uploaded file away; nothing was changed by it."""
    holder, kept = _holder(request, noun, key), _kept(request, file)
    discard(viewer_of(request), file=kept)
    messages.info(request, _("The file was thrown away. Nothing was changed."))
    return redirect(to(holder, "excel"))


def _kept(request: HttpRequest, key: UUID) -> StoredFile:
    """An uploaded file of one's own that belongs to no record."""
    kept = file_for(viewer_of(request), key)
    if kept is None or kept.content_type_id is not None:
        raise Http404(_("There is nothing here that you can see."))
    return kept
