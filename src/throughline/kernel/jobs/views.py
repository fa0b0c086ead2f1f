"""Pages of my jobs. They work without JavaScript: the page then shows how far it is when it is looked at again."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from throughline.kernel.access.requests import ViewerRequest
from throughline.kernel.jobs import services
from throughline.kernel.jobs.models import Job
from throughline.kernel.jobs.queries import job_for, jobs_of

PAGE = 50


@require_GET
@never_cache
def job_list(request: ViewerRequest) -> HttpResponse:
    """What I asked for, newest first."""
    page = Paginator(jobs_of(request.viewer), PAGE).get_page(request.GET.get("page"))
    return render(request, "jobs/list.html", {"page": page, "jobs": page.object_list})


@require_GET
@never_cache
def job_detail(request: ViewerRequest, key: UUID) -> HttpResponse:
    """One job: how far, how it ended, where the result is."""
    return render(request, "jobs/detail.html", {"job": _job(request, key)})


@require_GET
@never_cache
def job_progress(request: ViewerRequest, key: UUID) -> HttpResponse:
    """The part of a page that is polled while a job is open; it stops asking when the job has ended."""
    return render(request, "jobs/progress.html", {"job": _job(request, key)})


@require_POST
def job_cancel(request: ViewerRequest, key: UUID) -> HttpResponse:
    job = services.cancel(request.viewer, job=_job(request, key))
    messages.info(request, _("%(title)s is being cancelled.") % {"title": job.title})
    return redirect("job-detail", key=job.pk)


@require_POST
def job_resume(request: ViewerRequest, key: UUID) -> HttpResponse:
    job = services.resume(request.viewer, job=_job(request, key))
    messages.info(request, _("%(title)s goes on where it stopped.") % {"title": job.title})
    return redirect("job-detail", key=job.pk)


def _job(request: ViewerRequest, key: UUID) -> Job:
    job = job_for(request.viewer, key)
    if job is None:
        raise Http404
    return job
