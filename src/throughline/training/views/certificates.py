"""Doors to certificates: what is proposed and issued, revoking, files, and what their holder decides."""

import tempfile
import zipfile
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.jobs.models import Job
from throughline.kernel.resources.access import viewer_of
from throughline.training import certified, verifying
from throughline.training.choices import ActivityState
from throughline.training.models import Activity, Certificate
from throughline.training.registers import check_team, register
from throughline.training.services import certificates as verbs
from throughline.training.team import is_self
from throughline.training.views.attendance import activity_of

SHOWN = 500


class RevokeForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "The team and the person read it. Who verifies the certificate is told only that it is revoked."
        ),
    )


@require_http_methods(["GET", "POST"])
@never_cache
def certificates(request: HttpRequest, key: str) -> HttpResponse:
    """Who has earned a certificate, to be looked through and approved; who has one."""
    viewer, activity = viewer_of(request), activity_of(request, key)
    problems: list[str] = []
    if request.method == "POST":
        try:
            job = verbs.review(viewer, activity=activity, places=_keys(request.POST.getlist("place")))
        except Invalid as invalid:
            problems = [str(one.message) for one in invalid.problems[:1]]
        else:
            messages.success(request, _("Approved. The certificates are being made."))
            return redirect("job-detail", job.pk)
    context = {"activity": activity, "problems": problems, **_content(viewer, activity)}
    return render(request, "training/certificates.html", context, status=422 if problems else 200)


def _content(viewer: Viewer, activity: Activity) -> dict[str, Any]:
    found = register(viewer, activity)
    names = {line.place.pk: line for line in found.lines}
    earned = [(names[one.place.pk], one.tally) for one in verbs.proposed(activity) if one.place.pk in names]
    issued = list(certified.of_activity(activity))
    mine = Job.objects.filter(asked_by=viewer.person, task=verbs.TASK, arguments__activity=str(activity.pk))
    return {
        "done": activity.state == ActivityState.DONE,
        "earned": sorted(earned, key=lambda pair: pair[0].name.casefold()),
        "issued": [(one, names.get(one.place_id)) for one in issued[:SHOWN]],
        "issued_count": len(issued),
        "short": sum(1 for one in found.lines if one.tally and not one.tally.earns(activity.attendance_needed)),
        "jobs": [one for one in mine.order_by("-asked_at")[:3] if one.is_open or one.state in {"failed", "cancelled"}],
    }


def _keys(given: list[str]) -> list[UUID]:
    try:
        return [UUID(one) for one in given]
    except ValueError as odd:
        raise Http404 from odd


@require_GET
@never_cache
def bundle(request: HttpRequest, key: str) -> FileResponse:
    """All valid certificates of an activity as one archive, made as it is asked for and kept nowhere."""
    viewer, activity = viewer_of(request), activity_of(request, key)
    found = verbs.hand_out_all(viewer, activity=activity)
    if not found:
        raise Http404(_("There are no certificates yet."))
    made = tempfile.TemporaryFile()  # noqa: SIM115 (reason: the answer closes it once it is sent)
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for one in found:
            if one.file is not None:
                archive.writestr(one.file.name, one.file.read())
    made.seek(0)
    return FileResponse(made, as_attachment=True, filename=f"{activity.reference} certificates.zip")


def certificate_of(request: HttpRequest, key: UUID) -> Certificate:
    """A certificate of someone the viewer may read, or one's own."""
    found = certified.readable(viewer_of(request)).filter(pk=key).first()
    if found is None:
        raise Http404(_("There is nothing here that you can see."))
    return found


@require_GET
@never_cache
def file(request: HttpRequest, key: UUID) -> HttpResponse:
    found = certificate_of(request, key)
    if found.file is None:
        raise Http404(_("The file was erased or is no longer kept."))
    content = verbs.download(viewer_of(request), certificate=found)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{found.serial}.pdf")
    return answer


@require_http_methods(["GET", "POST"])
@never_cache
def revoke(request: HttpRequest, key: UUID) -> HttpResponse:
    """Declare it void with a reason, or good again; make its file anew. For the team of its activity."""
    viewer, found = viewer_of(request), certificate_of(request, key)
    activity = found.place.activity
    check_team(viewer, activity)
    form = RevokeForm(request.POST if request.POST.get("what") == "revoke" else None)
    if request.method == "POST":
        what = request.POST.get("what")
        if what == "restore":
            verbs.restore(viewer, certificate=found)
            messages.success(request, _("The certificate is good again."))
        elif what == "print":
            verbs.print_again(viewer, certificate=found)
            messages.success(request, _("The file was made anew, with the name as it is kept now."))
        elif form.is_valid():
            verbs.revoke(viewer, certificate=found, reason=form.cleaned_data["reason"])
            messages.success(request, _("The certificate is revoked."))
        if what in {"restore", "print"} or form.is_valid():
            return redirect("certificates", activity.reference)
    context = {"certificate": found, "activity": activity, "form": form}
    return render(request, "training/certificate.html", context, status=422 if form.errors else 200)


# The holder's own


def _own(request: HttpRequest, key: UUID) -> Certificate:
    found = certificate_of(request, key)
    if not is_self(viewer_of(request), found.place.person):
        raise Http404(_("There is nothing here that you can see."))
    return found


@require_POST
def choose(request: HttpRequest, key: UUID) -> HttpResponse:
    """What the public page says of me."""
    try:
        verbs.choose(viewer_of(request), certificate=_own(request, key), shows=request.POST.get("shows", ""))
        messages.success(request, _("Kept. It holds at once."))
    except Invalid as invalid:
        messages.error(request, str(invalid.problems[0].message))
    return redirect("training-mine")


@require_http_methods(["GET", "POST"])
@never_cache
def badge(request: HttpRequest, key: UUID) -> HttpResponse:
    """POST makes the open badge public; GET hands out its file."""
    found = _own(request, key)
    if request.method == "POST":
        try:
            verbs.ask_for_badge(viewer_of(request), certificate=found)
        except Invalid as invalid:
            messages.error(request, str(invalid.problems[0].message))
        else:
            messages.success(request, _("Your open badge is made. Download it below."))
        return redirect("training-mine")
    if not found.is_valid or not verifying.has_badge(found):
        raise Http404(_("There is no open badge for this certificate."))
    answer = HttpResponse(verifying.baked(found), content_type="image/svg+xml")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{found.serial}.svg")
    return answer
