"""Verbs on releases: release a signed report, hand out its files. There is no verb that changes one."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Right, Role
from throughline.kernel.access.errors import Conflict, Refused
from throughline.kernel.access.rules import can_read, may
from throughline.kernel.access.services import begin
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.comments.rules import unsettled
from throughline.kernel.flow.registry import flow_for
from throughline.kernel.flow.services import move
from throughline.kernel.history.unit import note, verb
from throughline.kernel.layouts.queries import active_content
from throughline.kernel.measures import again, facts
from throughline.kernel.reporting import templates
from throughline.kernel.reporting.models import Report
from throughline.kernel.reporting.queries import signature
from throughline.kernel.reporting.render import FORMATS, LOOKS, render
from throughline.kernel.reporting.services import file_name, fingerprint
from throughline.publications.models import Release, ReleaseCheck, ReleaseFile
from throughline.publications.queries import edition_to_release
from throughline.publications.revision import CannotBeAsked, Found, compare, versions_for

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
    if again.lost(locked.facts_version):
        raise Conflict(_("The data this report was built from is no longer kept. Build it again."))
    edition = edition_to_release(locked)
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
        **{name: getattr(locked, name) for name in ("template", "title", "period", "scope", "focus", "language")},
        data_time=locked.data_time,
        facts_version=locked.facts_version,
    )
    made.snapshot = _frozen(locked, made)
    made.fingerprint = fingerprint(made.snapshot)
    files = _files(made, told)
    made.save(force_insert=True)
    ReleaseFile.objects.bulk_create(files)
    facts.keep(facts.named(made.facts_version), reason=f"release {made.reference}")
    facts.let_go(f"report {locked.reference}")
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


@verb("release.check")
def check(actor: Viewer, *, release: Release) -> ReleaseCheck:
    """Ask every figure of a release again, as it was and as the records are today, and keep what was found.

    Anyone who may read the release may have it checked; what they are told of it `queries.revisions` decides.
    History is written when the outcome is another than before.
    """
    if not can_read(actor, release):
        raise Refused(_("You cannot see this release."))
    return _checked(release)


@verb("release.check-due")
def check_due(actor: Viewer, *, most: int = 1) -> int:
    """Check releases whose facts have moved since they were last checked; how many were. A duty of the worker."""
    versions = facts.freshen()
    newest: dict[tuple[Any, ...], Release] = {}
    for one in Release.objects.order_by("edition").select_related("check_made"):
        newest[one.programme_id, one.template, one.period, one.scope, one.focus, one.language] = one
    done = 0
    for one in sorted(newest.values(), key=lambda each: each.released_at, reverse=True):
        made = getattr(one, "check_made", None)
        basis = (one.snapshot.get("basis") or {}) if made is None or made.result.get("measures") is None else None
        measures = made.result["measures"] if basis is None else list(basis.get("measures", ()))  # type: ignore[union-attr]
        if made is not None and made.facts_version == versions_for(measures, versions):
            continue
        _checked(one)
        done += 1
        if done >= most:
            break
    return done


@verb("report.let-go")
def let_go_of_discarded(actor: Viewer) -> int:
    """The facts of reports that were discarded need not be kept any longer; how many reports. A duty of the worker."""
    gone = Report.objects.filter(state=Report.State.DISCARDED).values_list("reference", flat=True)
    reasons = facts.reasons() & {f"report {reference}" for reference in gone}
    for reason in reasons:
        facts.let_go(reason)
    return len(reasons)


def _checked(release: Release) -> ReleaseCheck:
    document = release.document
    measures = list(document.basis.measures) if document.basis else []
    try:
        found = compare(document)
    except CannotBeAsked as reason:
        found = Found(versions=versions_for(measures, facts.freshen()))
        result = {**found.to_json(), "problem": str(reason), "measures": measures}
    else:
        result = {**found.to_json(), "measures": measures}
    standing = ReleaseCheck.objects.filter(release=release).values("asked", "revised", "faults").first()
    before: dict[str, Any] | None = dict(standing) if standing else None
    after: dict[str, Any] = {"asked": found.asked, "revised": len(found.revised), "faults": len(found.faults)}
    made, _new = ReleaseCheck.objects.update_or_create(
        release=release,
        defaults={**after, "at": timezone.now(), "facts_version": found.versions, "result": result},
    )
    if before != after:
        note(release, before=before, after=after, verb="release.check")
    return made


def may_release(actor: Viewer, report: Report) -> bool:
    """The secretariat of the programme, with the right to release this report."""
    return actor.has_role(report.programme_id, Role.SECRETARIAT) and may(actor, Right.RELEASE, report)


def _check(actor: Viewer, report: Report) -> None:
    if not may_release(actor, report):
        raise Refused(_("Only the secretariat that owns the report may release it."))
    if report.state != Report.State.SIGNED:
        raise Refused(_("A second person has to sign this report off before it is released."))
    if problems := list(unsettled(report)):
        raise Refused(" ".join(str(one.message) for one in problems))


def _frozen(report: Report, made: Release) -> dict[str, Any]:
    """What was signed, and what the release adds to it; figures and blocks are untouched."""
    basis = report.snapshot.get("basis")
    return {
        **report.snapshot,
        "basis": {**basis, "layouts": _layouts(made)} if basis else None,
        "reference": made.reference,
        "edition": made.edition,
        "state": "released",
        "signed_by": str(made.signed_by),
        "signed_on": made.signed_at.isoformat(),
        "released_on": made.released_at.isoformat(),
    }


def _layouts(made: Release) -> dict[str, str]:
    """The fingerprints of the programme's and the installation's own templates that the files are printed with."""
    own = {fmt: templates.own_template(made.template, fmt) for fmt in (*LOOKS, "typ")}
    files = {fmt: path.read_bytes() for fmt, path in own.items() if path}
    for fmt in LOOKS:
        active = active_content(made.programme_id, made.template, fmt)
        files |= {fmt: active} if active else {}
    return {fmt: hashlib.sha256(content).hexdigest() for fmt, content in files.items()}


def _files(made: Release, told: Said) -> list[ReleaseFile]:
    files = []
    for done, fmt in enumerate(FORMATS):
        told(done, len(FORMATS), _("Making the %(format)s file") % {"format": fmt.upper()})
        content = render(made.snapshot, fmt, active_content(made.programme_id, made.template, fmt))
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
