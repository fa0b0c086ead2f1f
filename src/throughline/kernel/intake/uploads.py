"""An upload on its way through the steps of the wizard. Each step is stored, so that it can be left and taken up again."""

from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.files.services import discard as discard_file
from throughline.kernel.files.services import keep
from throughline.kernel.history.unit import verb
from throughline.kernel.intake import services
from throughline.kernel.intake.formats import Options, Table, Unreadable
from throughline.kernel.intake.limits import check_size, limits
from throughline.kernel.intake.mapping import Mapping
from throughline.kernel.intake.models import Batch, Profile, Upload
from throughline.kernel.intake.owning import check_may_add
from throughline.kernel.intake.preview import Preview, Progress
from throughline.kernel.resources import registry
from throughline.kernel.resources.declare import Resource


@verb("upload.keep")
def start(
    actor: Viewer, *, resource: Resource, programme: Any, name: str, content: bytes, profile: Profile | None = None
) -> Upload:
    """Keep an uploaded file for its way in.

    Order: check the role; check that the file can be read at all; keep it; take the profile's mapping or
    suggest one. Raises Refused, or Invalid with the reason why the file cannot be read.
    """
    check_may_add(resource, actor, programme)
    check_size(content, name)
    options = Options.of(profile.options) if profile else Options()
    table = _readable(content, options, resource, name)
    file = keep(actor, name=name, content=content, purpose="import")
    mapping = (
        Mapping.of(profile.mapping).fitted(table.columns)
        if profile
        else services.suggest(actor, resource=resource, table=table)
    )
    return Upload.objects.create(
        noun=resource.noun,
        programme=programme,
        file=file,
        name=file.name,
        options=options.plain(),
        mapping=mapping.plain(),
        profile=profile,
        created_by_id=actor.key,
    )


def _readable(content: bytes, options: Options, resource: Resource, name: str) -> Table:
    try:
        return services.read(content, options, resource=resource)
    except Unreadable as fault:
        raise Invalid([Problem("file", str(fault), name)]) from fault


def resource_of(upload: Upload) -> Resource:
    return registry.get(upload.noun)


def table_of(upload: Upload, options: Options | None = None) -> Table:
    """The upload's file as it is read now; raises Invalid where the chosen options do not fit it."""
    chosen = options or Options.of(upload.options)
    return _readable(upload.file.read(), chosen, resource_of(upload), upload.name)


def mapping_of(upload: Upload) -> Mapping:
    return Mapping.of(upload.mapping)


def is_long(upload: Upload) -> bool:
    """Whether the work is too long for the person to wait for the page."""
    return bool(upload.file.size > limits().in_request_bytes)


def choose_reading(actor: Viewer, *, upload: Upload, options: Options) -> Table:
    """Read the file in another way. The suggestions follow if the columns are others now."""
    _open(upload)
    before = table_of(upload).columns
    table = table_of(upload, options)
    upload.options = options.plain()
    if table.columns != before or not upload.mapping:
        upload.mapping = services.suggest(actor, resource=resource_of(upload), table=table).plain()
    upload.preview = None
    upload.save(update_fields=["options", "mapping", "preview"])
    return table


def choose_mapping(upload: Upload, mapping: Mapping) -> None:
    """Keep what the columns and values mean; a preview of before is stale."""
    _open(upload)
    upload.mapping, upload.preview = mapping.plain(), None
    upload.save(update_fields=["mapping", "preview"])


def run_preview(actor: Viewer, *, upload: Upload, progress: Progress | None = None) -> Preview:
    """Judge the file and keep the outcome with the upload."""
    resource = resource_of(upload)
    found = services.preview(
        actor,
        resource=resource,
        table=table_of(upload),
        mapping=mapping_of(upload),
        programme=upload.programme,
        progress=progress,
    )
    upload.preview = found.plain()
    upload.save(update_fields=["preview"])
    return found


def run_apply(actor: Viewer, *, upload: Upload, progress: Progress | None = None) -> Batch:
    """Bring the upload in as it was previewed."""
    _open(upload)
    if upload.preview is None:
        raise Refused(_("Look at the preview first."))
    batch = services.apply(
        actor,
        resource=resource_of(upload),
        table=table_of(upload),
        mapping=mapping_of(upload),
        programme=upload.programme,
        arrival=upload.arrival,
        reason=upload.reason,
        leave_out=upload.leave_out,
        expected=upload.preview["counts"],
        name=upload.name,
        sha256=upload.file.sha256,
        file=upload.file,
        progress=progress,
    )
    upload.batch = batch
    upload.save(update_fields=["batch"])
    return batch


def _open(upload: Upload) -> None:
    if upload.batch_id is not None:
        raise Refused(_("This file was brought in already."))


@verb("upload.discard")
def discard(actor: Viewer, *, upload: Upload) -> None:
    """Throw an upload away that was not brought in, with its file."""
    if upload.created_by_id != actor.person:
        raise Refused(_("Only the person who uploaded a file may throw it away."))
    _open(upload)
    file = upload.file
    upload.delete()
    discard_file(actor, file=file)
