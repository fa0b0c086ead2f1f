"""Doors to questionnaires: make one, add an edition from a file or a subject's source, preview, compare, download."""

from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from throughline.kernel.access.errors import Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.files.answers import handed
from throughline.kernel.rounds import asking, registry, services
from throughline.kernel.rounds.forms.problems import FormProblem
from throughline.kernel.rounds.forms.reading import read_xlsform
from throughline.kernel.rounds.media import MOST_FILE, MOST_FORM, MOST_MEDIA, media_type
from throughline.kernel.rounds.models import Edition, Questionnaire
from throughline.kernel.rounds.rules import may_run
from throughline.kernel.rounds.views.finding import BAD_INPUT, done, questionnaire_or_404, viewer_of
from throughline.kernel.rounds.views.inputs import QuestionnaireForm, SourceForm, UploadForm
from throughline.kernel.rounds.views.outline import code_of, compare_editions, language_of, outline

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Medium = tuple[str, str, bytes]


@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """A new questionnaire: title, code, what becomes of the answers."""
    viewer = viewer_of(request)
    programmes = asking.programmes_run(viewer)
    if not programmes:
        raise Refused(_("Only the secretariat of a programme makes its questionnaires."))
    form = QuestionnaireForm(request.POST if request.method == "POST" else None, programmes=programmes)
    made: list[Questionnaire] = []
    if form.is_valid():
        given = form.cleaned_data
        values = {
            "programme": form.programmes[given["programme"]],
            "title": given["title"],
            "code": given["code"],
            "asking": given["asking"],
            "note_text": given["note"],
        }
        if done(form, lambda: made.append(services.keep_questionnaire(viewer, **values))):
            return redirect("questionnaire-upload", made[0].reference)
    status = BAD_INPUT if form.errors else 200
    return render(request, "rounds/questionnaires/make.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, key: str) -> HttpResponse:
    """An edition from an XLSForm, or made from a source of the subject. Nothing is kept of a form with problems."""
    viewer = viewer_of(request)
    questionnaire = questionnaire_or_404(viewer, key)
    if not may_run(viewer, questionnaire):
        raise Refused(_("Only the secretariat that keeps a questionnaire adds an edition."))
    kind = registry.get(questionnaire.asking)
    sources = kind.sources(viewer) if kind.sources and kind.make_form else []
    generating = request.method == "POST" and "source" in request.POST
    uploading = request.method == "POST" and not generating
    form = UploadForm(request.POST if uploading else None, request.FILES if uploading else None)
    source_form = SourceForm(request.POST if generating else None, sources=sources)
    problems: list[FormProblem] = []
    edition: Edition | None = None
    if generating and source_form.is_valid() and kind.make_form:
        key_of_source = source_form.cleaned_data["source"]
        content = kind.make_form(viewer, key_of_source)
        name = f"{questionnaire.code}.xlsx"
        edition, problems = _added(viewer, questionnaire, source_form, content, name, Edition.Origin.GENERATED, [])
    elif uploading and form.is_valid():
        media = _media(form, form.cleaned_data["shown"])
        file = form.cleaned_data["file"]
        if file.size > MOST_FORM:
            form.add_error("file", _("The file is too large: a form has at most 10 MB."))
        if not form.errors:
            name = PurePath(file.name).name
            edition, problems = _added(viewer, questionnaire, form, file.read(), name, Edition.Origin.UPLOAD, media)
    if edition is not None:
        messages.success(request, _("Edition %(number)d was added.") % {"number": edition.number})
        return redirect("questionnaire-preview", questionnaire.reference, edition.number)
    wrong = bool(problems or form.errors or source_form.errors)
    context = {
        "questionnaire": questionnaire,
        "form": form,
        "source_form": source_form if sources else None,
        "source_title": kind.title,
        "problems": problems,
    }
    return render(request, "rounds/questionnaires/upload.html", context, status=BAD_INPUT if wrong else 200)


def _added(
    viewer: Viewer, questionnaire: Questionnaire, form: Any, content: bytes, name: str, origin: str, media: list[Medium]
) -> tuple[Edition | None, list[FormProblem]]:
    """The edition, or what keeps it from being one, cell by cell."""
    read = read_xlsform(content, name)
    if read.problems:
        return None, list(read.problems)
    made: list[Edition] = []
    done(
        form,
        lambda: made.append(
            services.add_edition(
                viewer, questionnaire=questionnaire, content=content, name=name, origin=origin, media=media
            )
        ),
    )
    return (made[0] if made else None), []


def _media(form: UploadForm, files: list[UploadedFile]) -> list[Medium]:
    """The files a form shows, each of a known type; what is not is said at the field."""
    found: dict[str, Medium] = {}
    if sum(file.size or 0 for file in files) > MOST_MEDIA:
        form.add_error("shown", _("Together the files may have at most 50 MB."))
        return []
    for file in files:
        name = PurePath(str(file.name)).name
        if (file.size or 0) > MOST_FILE:
            form.add_error("shown", _("%(name)s is too large: a file may have at most 20 MB.") % {"name": name})
            continue
        content = file.read()
        kind = media_type(name, content)
        if not kind:
            form.add_error("shown", _("%(name)s is not a picture, sound or film that can be shown.") % {"name": name})
        elif name in found:
            form.add_error("shown", _("Two files are called %(name)s.") % {"name": name})
        else:
            found[name] = (name, kind, content)
    return list(found.values())


@require_GET
def preview(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """The form as it reads in one of its languages, with conditions in words; for authors also what they wrote."""
    edition = _edition(viewer_of(request), key, number)
    form = edition.form
    language = language_of(form, request.GET.get("language", ""))
    technical = request.GET.get("technical") == "1"
    entries = outline(form, language)
    media = set(edition.media.values_list("name", flat=True))
    context = {
        "edition": edition,
        "questionnaire": edition.questionnaire,
        "form": form,
        "entries": entries,
        "language": language,
        "lang": code_of(language),
        "languages": form.languages,
        "technical": technical,
        "questions": sum(not one.is_section and one.kind not in {"note", "calculate", "hidden"} for one in entries),
        "media": media,
        "runs": may_run(viewer_of(request), edition.questionnaire),
        "before": edition.questionnaire.editions.filter(number__lt=edition.number).defer("source", "xform").first(),
    }
    return render(request, "rounds/questionnaires/preview.html", context)


@require_GET
def changes(request: HttpRequest, key: str, before: int, after: int) -> HttpResponse:
    """What changed from one edition to another, question by question."""
    viewer = viewer_of(request)
    old, new = _edition(viewer, key, before), _edition(viewer, key, after)
    context = {
        "questionnaire": new.questionnaire,
        "before": old,
        "after": new,
        "differences": compare_editions(old, new, request.GET.get("language", "")),
    }
    return render(request, "rounds/questionnaires/changes.html", context)


@require_GET
def source(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """The XLSForm of an edition, as it came."""
    edition = _edition(viewer_of(request), key, number, whole=True)
    return _file(bytes(edition.source), edition.name, XLSX, attached=True)


@require_GET
def medium(request: HttpRequest, key: str, number: int, name: str) -> HttpResponse:
    """A picture, sound or film of an edition."""
    edition = _edition(viewer_of(request), key, number)
    found = edition.media.filter(name=name).first()
    if found is None:
        raise Http404
    return _file(bytes(found.content), found.name, found.media_type, attached=False)


def _edition(viewer: Viewer, key: str, number: int, *, whole: bool = False) -> Edition:
    questionnaire = questionnaire_or_404(viewer, key)
    rows = questionnaire.editions.select_related("made_by")
    found: Edition | None = (rows if whole else rows.defer("source")).filter(number=number).first()
    if found is None:
        raise Http404(_("There is nothing here that you can see."))
    found.questionnaire = questionnaire
    return found


def _file(content: bytes, name: str, kind: str, *, attached: bool) -> HttpResponse:
    return handed(content, kind, name, attached=attached, kept="private, max-age=3600")
