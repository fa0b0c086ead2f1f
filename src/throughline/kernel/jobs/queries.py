"""Whose jobs: everyone sees the ones they asked for, and no others."""

from uuid import UUID

from django.db.models import QuerySet

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.jobs.models import Job


def jobs_of(viewer: Viewer) -> QuerySet[Job]:
    if not viewer.signed_in:
        return Job.objects.none()
    return Job.objects.filter(asked_by_id=viewer.person)


def job_for(viewer: Viewer, key: UUID) -> Job | None:
    return jobs_of(viewer).filter(pk=key).first()
