"""Jobs over the API: one's own, how far they are, cancelling one and taking it up again."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router

from throughline.api.auth import caller
from throughline.api.offering import offer
from throughline.kernel.jobs import services
from throughline.kernel.jobs.models import Job
from throughline.kernel.jobs.queries import job_for, jobs_of

MOST = 100
router = Router(tags=["jobs"])


def list_jobs(request: HttpRequest) -> dict[str, Any]:
    return {"items": [job_told(job) for job in jobs_of(caller(request)).order_by("-asked_at")[:MOST]]}


def read_job(request: HttpRequest, key: UUID) -> dict[str, Any]:
    return job_told(own_job(request, key))


def cancel_job(request: HttpRequest, key: UUID) -> dict[str, Any]:
    return job_told(services.cancel(caller(request), job=own_job(request, key)))


def resume_job(request: HttpRequest, key: UUID) -> dict[str, Any]:
    return job_told(services.resume(caller(request), job=own_job(request, key)))


def own_job(request: HttpRequest, key: UUID) -> Job:
    job = job_for(caller(request), key)
    if job is None:
        raise Http404
    return job


def job_told(job: Job) -> dict[str, Any]:
    return {
        "id": str(job.pk),
        "title": job.title,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "message": job.message,
        "result": job.result,
        "result_url": job.result_url,
        "error": job.error,
        "asked_at": job.asked_at.isoformat(),
        "ended_at": job.ended_at.isoformat() if job.ended_at else None,
    }


for _method, _path, _view, _summary in (
    ("GET", "/jobs", list_jobs, "Your jobs"),
    ("GET", "/jobs/{key}", read_job, "How far a job is"),
    ("POST", "/jobs/{key}/cancel", cancel_job, "Cancel a job"),
    ("POST", "/jobs/{key}/resume", resume_job, "Take up a job that failed or was cancelled"),
):
    offer(router, _method, _path, _view, _summary)
