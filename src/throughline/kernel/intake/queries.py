"""Reading uploads, batches and profiles: one's own uploads; the batches of one's own programmes; profiles one may use."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from throughline.kernel.access.choices import Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.intake.models import Batch, Profile, Upload
from throughline.kernel.resources import registry
from throughline.kernel.resources.declare import ENTERING, Resource
from throughline.kernel.resources.permissions import adding_programmes


def upload_for(viewer: Viewer, key: UUID) -> Upload | None:
    """An upload is seen by the person who made it and by nobody else."""
    if not viewer.signed_in:
        return None
    uploads = Upload.objects.filter(created_by_id=viewer.person)
    return uploads.select_related("file", "programme", "batch", "profile").filter(pk=key).first()


def uploads_of(viewer: Viewer) -> QuerySet[Upload]:
    """What this person has begun and not yet brought in."""
    return Upload.objects.filter(created_by_id=viewer.person, batch=None) if viewer.signed_in else Upload.objects.none()


def batches_for(viewer: Viewer) -> QuerySet[Batch]:
    """One's own batches, and all of the programmes one is of the secretariat in."""
    if not viewer.signed_in:
        return Batch.objects.none()
    own = Q(created_by_id=viewer.person)
    led = Q(programme_id__in=viewer.programmes_as(Role.SECRETARIAT))
    return Batch.objects.filter(own | led).select_related("programme", "created_by", "undone_by")


def batch_for(viewer: Viewer, key: UUID) -> Batch | None:
    return batches_for(viewer).filter(pk=key).first()


def profiles_for(viewer: Viewer, resource: Resource, programme: Any = None) -> QuerySet[Profile]:
    """The profiles of the programmes this person may add to."""
    programmes = [programme.pk] if programme is not None else adding_programmes(resource, viewer)
    return Profile.objects.filter(noun=resource.noun, programme_id__in=programmes)


def nouns_for(viewer: Viewer) -> list[Resource]:
    """The nouns this person may bring files of in; records first, since that is what most files hold."""
    enters = bool(viewer.programmes_as(*ENTERING))
    found = [one for one in registry.all() if one.may_add(viewer) and (enters or not one.is_record)]
    return sorted(found, key=lambda one: not one.is_record)


def may_bring_in(viewer: Viewer) -> bool:
    return bool(viewer.signed_in and nouns_for(viewer))
