"""Verbs: propose to open a release to everyone, open it as a second person, close it. Each with its reason, in history."""

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Handling, Right, Role
from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.rules import may
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.reporting.services import fingerprint
from throughline.publications.models import Release
from throughline.publications.public.content import Beside, beside, public_content, threshold
from throughline.publications.public.models import PublicEdition
from throughline.publications.public.queries import open_editions

LOCK = 0x7075626C  # any fixed number


def may_open(actor: Viewer, release: Release) -> bool:
    """The secretariat of the programme, with the right to release."""
    return actor.has_role(release.programme_id, Role.SECRETARIAT) and may(actor, Right.RELEASE, release)


@verb("release.propose-public")
def propose(actor: Viewer, *, release: Release, reason: str) -> PublicEdition:
    """Work out what of a release may be shown to everyone, for a second person to look at and open.

    Order: check role and handling code; check the reason; lock the release; see that nothing is proposed or open;
    withhold what would identify; write; write history. Raises Refused, Invalid or Conflict.
    """
    _check(actor, release)
    why = _reason(reason)
    locked = Release.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=release.pk)
    if PublicEdition.objects.filter(release=locked, closed_at__isnull=True).exists():
        raise Conflict(_("This release is proposed or open already."))
    _one_at_a_time()
    content, whole = public_content(locked, _beside(locked))
    made = PublicEdition.objects.create(
        release=locked,
        reference=locked.reference,
        threshold=threshold(),
        whole=whole,
        content=content,
        fingerprint=fingerprint(content),
        proposed_by_id=actor.key,
        proposed_at=timezone.now(),
        proposed_why=why,
    )
    note(release, after={"public": "proposed", **_counts(made)}, reason=why)
    return made


@verb("release.open-public")
def open_to_public(actor: Viewer, *, edition: PublicEdition, reason: str) -> PublicEdition:
    """Open what was proposed to everyone, as a second person.

    Order: lock; check role, handling code and that somebody else proposed it; work the content out again, since
    other releases may have been opened meanwhile; write; write history. Raises Refused, Invalid or Conflict.
    """
    locked = _locked(edition)
    release = locked.release
    _check(actor, release)
    if locked.opened_at or locked.closed_at:
        raise Conflict(_("This is not waiting to be opened any more."))
    if locked.proposed_by_id == actor.key:
        raise Refused(_("Somebody else has to open it: a second person answers for what everyone can read."))
    why = _reason(reason)
    _one_at_a_time()
    content, _whole = public_content(release, _beside(release))
    if fingerprint(content) != locked.fingerprint:
        raise Conflict(
            _("Other releases were opened or closed meanwhile, so other numbers must be withheld. Propose it again.")
        )
    locked.opened_by_id, locked.opened_at, locked.opened_why = actor.key, timezone.now(), why
    locked.save(update_fields=["opened_by", "opened_at", "opened_why"])
    note(release, before={"public": "proposed"}, after={"public": "open", **_counts(locked)}, reason=why)
    return locked


@verb("release.close-public")
def close_to_public(actor: Viewer, *, edition: PublicEdition, reason: str) -> PublicEdition:
    """Take it back: a proposal, or what everyone can read. One person is enough, so that a mistake ends at once."""
    locked = _locked(edition)
    if not may_open(actor, locked.release):
        raise Refused(_("Only the secretariat of the programme may close it."))
    why = _reason(reason)
    if locked.closed_at:
        raise Conflict(_("It is closed already."))
    before = locked.state
    locked.closed_by_id, locked.closed_at, locked.closed_why = actor.key, timezone.now(), why
    locked.save(update_fields=["closed_by", "closed_at", "closed_why"])
    note(locked.release, before={"public": before}, after={"public": "closed"}, reason=why)
    return locked


def _locked(edition: PublicEdition) -> PublicEdition:
    return PublicEdition.objects.select_for_update(of=("self",)).select_related("release__programme").get(pk=edition.pk)


def _check(actor: Viewer, release: Release) -> None:
    if not may_open(actor, release):
        raise Refused(_("Only the secretariat of the programme may open a release to the public."))
    if release.handling != Handling.CLEAR:
        raise Refused(
            _("Only what carries TLP:CLEAR may be opened to the public. Build and release it with that code.")
        )


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid([Problem("reason", _("Say why: the reason stays in the history of the release."))])
    return reason.strip()


def _beside(release: Release) -> list[Beside]:
    """All that is open, of whatever programme: its numbers and these can be subtracted from each other."""
    found: QuerySet[PublicEdition] = open_editions().exclude(release=release).select_related("release")
    return [beside(one.release, one.content) for one in found]


def _one_at_a_time() -> None:
    """Whoever works out what to withhold holds this lock until commit: two at once would not know of each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _counts(edition: PublicEdition) -> dict[str, int]:
    figures = edition.content["figures"]
    withheld = sum(one["status"] == "withheld" for one in figures)
    return {"figures": len(figures), "withheld": withheld, "smallest shown": edition.threshold}
