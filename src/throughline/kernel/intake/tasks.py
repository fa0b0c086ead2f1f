"""The long ones: previewing and bringing in large files while the person does something else."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.intake import services, uploads
from throughline.kernel.intake.models import Upload
from throughline.kernel.intake.preview import Progress
from throughline.kernel.intake.queries import batch_for, upload_for
from throughline.kernel.jobs.registry import task
from throughline.kernel.jobs.run import Outcome, Run

PREVIEW, APPLY, UNDO = "intake.preview", "intake.apply", "intake.undo"


@task(PREVIEW, title=gettext_lazy("Preview of a file"))
def preview(run: Run, *, upload: str) -> Outcome:
    found = _upload(run, upload)
    seen = uploads.run_preview(run.viewer, upload=found, progress=_progress(run, found, _("Judging rows")))
    return Outcome(
        url=reverse("import-preview", args=[found.pk]), values=seen.counts, message=_("The preview is ready.")
    )


@task(APPLY, title=gettext_lazy("Bringing in a file"), attempts=1)
def apply(run: Run, *, upload: str) -> Outcome:
    """All or nothing holds here too: cancelled or failed, nothing was written."""
    found = _upload(run, upload)
    batch = found.batch
    if batch is None:
        batch = uploads.run_apply(run.viewer, upload=found, progress=_progress(run, found, _("Bringing in rows")))
    return Outcome(
        url=reverse("import-batch", args=[batch.pk]), values=batch.counts, message=_("The file was brought in.")
    )


def _upload(run: Run, key: str) -> Upload:
    found = upload_for(run.viewer, UUID(key))
    if found is None:
        raise LookupError(_("The upload is gone."))
    return found


def _progress(run: Run, upload: Upload, words: str) -> Progress:
    """Rows done of rows in the file, in words; also where a wish to cancel is heard."""
    total = sum(1 for _row in uploads.table_of(upload).rows())
    run.progress(0, total, words)
    return lambda done: run.progress(done, total, words)


@task(UNDO, title=gettext_lazy("Taking a batch back"), attempts=1)
def undo(run: Run, *, batch: str, reason: str = "") -> Outcome:
    found = batch_for(run.viewer, UUID(batch))
    if found is None:
        raise LookupError(_("The batch is gone."))
    if found.state != found.State.UNDONE:
        services.undo(run.viewer, batch=found, reason=reason)
    return Outcome(url=reverse("import-batch", args=[found.pk]), message=_("The batch was undone."))
