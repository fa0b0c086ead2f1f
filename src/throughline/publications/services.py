"""Verbs on releases: release a signed report, hand out its files. There is no verb that changes one."""

import hashlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Right, Role
from throughline.kernel.access.errors import Conflict, Refused
from throughline.kernel.access.rules import can_read, may
from throughline.kernel.access.services import begin
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.registry import flow_for
from throughline.kernel.flow.services import move
from throughline.kernel.history.unit import note, verb
from throughline.kernel.measures import facts, tables
from throughline.kernel.reporting.models import Report
from throughline.kernel.reporting.queries import next_edition, signature
from throughline.kernel.reporting.render import FORMATS, render
from throughline.kernel.reporting.services import file_name, fingerprint
from throughline.publications.models import Release, ReleaseFile

Said = Callable[[int, int, str], None]


def _silent(done: int, total: int, message: str) -> None:
    """Nobody is watching."""


@verb("release.release")
def release(actor: Viewer, *, report: Report, told: Said = _silent) -> Release:
    """Freeze a signed report as an edition, with its files in every format.

    Order: lock the report; check role, state, signature and that the content is what was signed; stamp
    edition, signature and date on the snapshot; make every file; write release and files; keep the facts they
    rest on; move the report on; write history. Raises Refused or Conflict. All or nothing: a format that fails stops the release.
    """
    locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    _check(actor, locked)
    signed = signature(locked)
    if signed is None or fingerprint(locked.snapshot) != locked.fingerprint:
        raise Conflict(_("This report is not what was signed off. Build it again."))
    edition = next_edition(locked)
    made = begin(
        actor,
        Release,
        programme=locked.programme,
        owner=locked.owner_id,
        report=locked,
        handling=locked.marking,
        state=Report.State.RELEASED,
        illustrative=locked.illustrative,
        edition=edition,
        released_at=timezone.now(),
        signed_by=signed.by,
        signed_at=signed.at,
        comment=signed.comment,
        **{name: getattr(locked, name) for name in ("template", "title", "period", "scope", "language")},
        data_time=locked.data_time,
        facts_version=locked.facts_version,
    )
    made.snapshot = _frozen(locked, made)
    made.fingerprint = fingerprint(made.snapshot)
    files = _files(made, told)
    made.save(force_insert=True)
    ReleaseFile.objects.bulk_create(files)
    facts.keep(_versions(made), reason=f"release {made.reference}")
    flow = flow_for(Report)
    move(locked, flow, Report.State.RELEASED, actor)  # type: ignore[arg-type]
    fingerprints = {file.format: file.sha256 for file in files}
    note(made, after={"edition": edition, "fingerprint": made.fingerprint, "files": fingerprints})
    note(
        locked,
        before={"state": "signed"},
        after={"state": "released", "release": made.reference},
        verb="report.release",
    )
    report.refresh_from_db()
    return made


@verb("release.download")
def hand_out(actor: Viewer, *, release: Release, fmt: str) -> ReleaseFile:
    """A file of a release, checked against its fingerprint, and a line in history that it was taken."""
    if not can_read(actor, release):
        raise Refused(_("You cannot see this release."))
    file = release.files.get(format=fmt)
    if hashlib.sha256(bytes(file.content)).hexdigest() != file.sha256:
        raise Conflict(_("This file is not what was released. Tell the administrator."))
    note(release, after={"format": fmt, "sha256": file.sha256})
    return file


def may_release(actor: Viewer, report: Report) -> bool:
    """The secretariat of the programme, with the right to release this report."""
    return actor.has_role(report.programme_id, Role.SECRETARIAT) and may(actor, Right.RELEASE, report)


def _check(actor: Viewer, report: Report) -> None:
    if not may_release(actor, report):
        raise Refused(_("Only the secretariat that owns the report may release it."))
    if report.state != Report.State.SIGNED:
        raise Refused(_("A second person has to sign this report off before it is released."))


def _frozen(report: Report, made: Release) -> dict[str, Any]:
    """What was signed, and what the release adds to it; figures and blocks are untouched."""
    return {
        **report.snapshot,
        "reference": made.reference,
        "edition": made.edition,
        "state": "released",
        "signed_by": str(made.signed_by),
        "signed_on": made.signed_at.isoformat(),
        "released_on": made.released_at.isoformat(),
    }


def _versions(made: Release) -> list[tables.Version]:
    """The versions of the facts the release rests on, so that its figures can be asked again as they were."""
    parts = [part.split(":") for part in made.facts_version.split(", ") if part]
    return [tables.Version(name, UUID(int=0), int(number)) for name, number in parts]


def _files(made: Release, told: Said) -> list[ReleaseFile]:
    files = []
    for done, fmt in enumerate(FORMATS):
        told(done, len(FORMATS), _("Making the %(format)s file") % {"format": fmt.upper()})
        content = render(made.snapshot, fmt)
        files.append(
            ReleaseFile(
                release=made,
                format=fmt,
                name=file_name(made.snapshot, fmt),
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                content=content,
            )
        )
    return files
