"""Verbs of certificates: issue what a person reviewed, revoke, make the file anew, and what their holder decides.

Who is proposed follows from attendance and the activity's rule alone; a person can leave someone out, never put someone
in. The file is kept about the person, so whoever may read the person may have it, and nobody else.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.references import take
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.files import storage
from throughline.kernel.files.models import StoredFile
from throughline.kernel.files.purposes import RESULT
from throughline.kernel.history.unit import note, note_many, verb
from throughline.kernel.jobs.models import Job
from throughline.kernel.jobs.services import enqueue
from throughline.kernel.notify.services import Said, tell
from throughline.training import certified, papers
from throughline.training.attendance import Tally
from throughline.training.badge_codes import new_code
from throughline.training.choices import ActivityState, CertificateShows
from throughline.training.models import Activity, Certificate, Person, Place
from throughline.training.papers import Press
from throughline.training.registers import check_team, comers, tallies
from throughline.training.services.moves import hold
from throughline.training.services.offers import unnamed
from throughline.training.team import is_self
from throughline.training.web import own_address

PREFIX = "CERT"
TASK = "certificates.issue"
# So many are numbered, printed and kept in one transaction: what a killed worker loses at most.
AT_ONCE = 25
MOST = 10_000
PDF = "application/pdf"


@dataclass(frozen=True)
class Proposal:
    """Someone who has earned a certificate and has none."""

    place: Place
    tally: Tally


def proposed(activity: Activity, among: Collection[UUID] | None = None) -> list[Proposal]:
    """Who has earned a certificate by the activity's rule and has none yet. Nobody before it is done."""
    if activity.state != ActivityState.DONE:
        return []
    rows = comers(activity).filter(certificate=None, person__erased_at=None)
    places = list(rows if among is None else rows.filter(pk__in=among))
    counted = tallies(activity, places)
    return [Proposal(one, counted[one.pk]) for one in places if counted[one.pk].earns(activity.attendance_needed)]


@verb("certificate.review")
def review(actor: Viewer, *, activity: Activity, places: Sequence[UUID]) -> Job:
    """Approve that these people are certified, after looking through them; the work is then done by a job.

    Order: hold the activity; check the team; check that each of them is proposed; history; ask for the job.
    Raises Refused, or Invalid for whoever has not earned one.
    """
    held = hold(activity)
    check_team(actor, held)
    if held.state != ActivityState.DONE:
        raise Refused(_("Close the activity as done first: certificates follow from what was attended."))
    wanted = list(dict.fromkeys(places))
    if not wanted or len(wanted) > MOST:
        raise Invalid([Problem("places", _("Choose whom to certify."))])
    earned = {one.place.pk for one in proposed(held, wanted)}
    if strange := [one for one in wanted if one not in earned]:
        words = _("Somebody chosen has not attended as the activity asks, or has a certificate already. Look again.")
        raise Invalid([Problem("places", words, str(one)) for one in strange])
    note(held, after={"certificates approved": len(wanted)})
    title = ngettext("Issue %(number)s certificate", "Issue %(number)s certificates", len(wanted))
    arguments = {"activity": str(held.pk), "places": [str(one) for one in wanted]}
    return enqueue(actor, task=TASK, arguments=arguments, title=title % {"number": len(wanted)})


@verb("certificate.issue")
def issue(actor: Viewer, *, activity: Activity, places: Sequence[UUID], press: Press) -> list[Certificate]:
    """Issue certificates to those of the places who have earned one and have none: numbered, printed, kept. A job's part.

    is called last in the same transaction. Doing it twice does it once. Raises Refused.
    """
    held = hold(activity)
    check_team(actor, held)
    earned = proposed(held, places)
    numbers = take(f"{PREFIX}-{timezone.localdate().year}", len(earned)) if earned else []
    made = [_written(actor, held, one, number) for one, number in zip(earned, numbers, strict=True)]
    for certificate in made:
        _print(actor, certificate, press)
    note_many((one.place, None, {"certificate": one.serial}) for one in made)
    for one in made:
        _tell_holder(one, gettext_lazy("You have a certificate"), str(one.place.activity))
    return made


def rule_of(activity: Activity, tally: Tally) -> str:
    """The rule in words, as it is kept with each certificate."""
    words = ngettext(
        "Attended at least %(percent)s %% of %(number)s session.",
        "Attended at least %(percent)s %% of %(number)s sessions.",
        tally.held,
    )
    return words % {"percent": activity.attendance_needed, "number": tally.held}


@verb("certificate.revoke")
def revoke(actor: Viewer, *, certificate: Certificate, reason: str) -> Certificate:
    """Declare a certificate void; whoever verifies it is told so. Raises Refused, or Invalid without a reason."""
    fresh = _locked(actor, certificate)
    if not reason.strip():
        raise Invalid(
            [Problem("reason", _("Say why it is revoked. The team and its holder read it, the public does not."))]
        )
    if not fresh.is_valid:
        return fresh
    fresh.revoked_at, fresh.revoked_because = timezone.now(), reason.strip()
    fresh.save(update_fields=["revoked_at", "revoked_because"])
    note(fresh.place, after={"certificate revoked": fresh.serial})
    _tell_holder(fresh, gettext_lazy("A certificate of yours was revoked"), fresh.revoked_because)
    return fresh


@verb("certificate.restore")
def restore(actor: Viewer, *, certificate: Certificate) -> Certificate:
    """Take back that a certificate was revoked; the same paper is good again. Raises Refused."""
    fresh = _locked(actor, certificate)
    if fresh.is_valid:
        return fresh
    fresh.revoked_at, fresh.revoked_because = None, ""
    fresh.save(update_fields=["revoked_at", "revoked_because"])
    note(fresh.place, after={"certificate good again": fresh.serial})
    return fresh


@verb("certificate.print-again")
def print_again(actor: Viewer, *, certificate: Certificate) -> Certificate:
    """Make the file anew, with the name as it is kept now: a name was misspelt. Number and code stay. Raises Refused."""
    fresh = _locked(actor, certificate)
    if fresh.place.person.erased_at is not None:
        raise Refused(_("What was kept of this person was erased."))
    old = fresh.file
    with papers.press(papers.CERTIFICATE) as press:
        _print(actor, fresh, press)
    _drop(old)
    note(fresh.place, after={"certificate printed again": fresh.serial})
    return fresh


@verb("certificate.hand-out")
def hand_out_all(actor: Viewer, *, activity: Activity) -> list[Certificate]:
    """The certificates of an activity that are valid and have a file, for printing them at once. Team only; written down."""
    check_team(actor, activity)
    rows = Certificate.objects.filter(place__activity=activity, revoked_at=None, file__isnull=False)
    found = list(rows.select_related("file").order_by("serial"))
    note(activity, after={"certificates handed out": len(found)})
    return found


# The holder's own


def choose(actor: Viewer, *, certificate: Certificate, shows: str) -> Certificate:
    """Decide what the public page says of oneself: nothing, initials or the name."""
    return _choose(unnamed(actor, certificate.place.person), certificate=certificate, by=actor, shows=shows)


@verb("certificate.choose")
def _choose(actor: Viewer, *, certificate: Certificate, by: Viewer, shows: str) -> Certificate:
    fresh = _held_by(by, certificate)
    if shows not in CertificateShows.values:
        raise Invalid([Problem("shows", _("Choose one of the words offered."), shows)])
    if shows != fresh.shows:
        note(fresh.place, before={"shows": fresh.shows}, after={"shows": shows})
        fresh.shows = shows
        fresh.save(update_fields=["shows"])
    return fresh


def ask_for_badge(actor: Viewer, *, certificate: Certificate) -> Certificate:
    """Make the open badge public: from then on its address answers, with the holder's address as a salted hash."""
    return _ask_for_badge(unnamed(actor, certificate.place.person), certificate=certificate, by=actor)


@verb("certificate.badge")
def _ask_for_badge(actor: Viewer, *, certificate: Certificate, by: Viewer) -> Certificate:
    fresh = _held_by(by, certificate)
    if not fresh.place.person.email:
        raise Invalid([Problem("email", _("An open badge needs an e-mail address; none is kept of you."))])
    if not fresh.badge_salt:
        fresh.badge_salt = secrets.token_hex(16)
        fresh.save(update_fields=["badge_salt"])
        note(fresh.place, after={"open badge": fresh.serial})
    return fresh


def forget(people: Collection[UUID]) -> None:
    """What erasing a person does to their certificates: the files go, nothing public says who it was. Part of a verb."""
    rows = Certificate.objects.filter(place__person__in=people)
    for one in rows.select_related("file"):
        _drop(one.file)
    rows.update(shows=CertificateShows.NOTHING, badge_salt="", file=None)


def download(actor: Viewer, *, certificate: Certificate) -> bytes:
    """The file of a certificate, for whoever may read the person and for the person. That it was taken is written down."""
    return _download(unnamed(actor, certificate.place.person), certificate=certificate, by=actor)


@verb("certificate.download")
def _download(actor: Viewer, *, certificate: Certificate, by: Viewer) -> bytes:
    if certificate.file is None or not certified.readable(by).filter(pk=certificate.pk).exists():
        raise Refused(_("This certificate belongs to someone you may not read."))
    note(certificate.place, after={"certificate": certificate.serial})
    return certificate.file.read()


# Parts


def _locked(actor: Viewer, certificate: Certificate) -> Certificate:
    hold(certificate.place.activity)
    fresh = Certificate.objects.select_related("file", "place__person", "place__activity").get(pk=certificate.pk)
    check_team(actor, fresh.place.activity)
    return fresh


def _held_by(viewer: Viewer, certificate: Certificate) -> Certificate:
    rows = Certificate.objects.select_for_update(of=("self",)).select_related("place__person", "place__activity")
    fresh = rows.get(pk=certificate.pk)
    if not is_self(viewer, fresh.place.person):
        raise Refused(_("Only the person a certificate was issued to decides what it shows."))
    return fresh


def _written(actor: Viewer, activity: Activity, proposal: Proposal, number: str) -> Certificate:
    proposal.place.activity = activity
    return Certificate.objects.create(
        place=proposal.place,
        serial=number,
        code=new_code(),
        rule=rule_of(activity, proposal.tally),
        issued_on=timezone.localdate(),
        issued_by_id=actor.key,
    )


def _print(actor: Viewer, certificate: Certificate, press: Press) -> None:
    """The file, about the person. It is no change of theirs, and whoever certifies need not be able to make one."""
    content = press.print(papers.certificate_document(certificate))
    certificate.file = StoredFile.objects.create(
        name=f"{certificate.serial}.pdf",
        purpose=RESULT.code,
        media_type=PDF,
        size=len(content),
        sha256=storage.put(content),
        content_type=ContentType.objects.get_for_model(Person),
        object_id=certificate.place.person_id,
        kept_by_id=actor.key,
    )
    certificate.save(update_fields=["file"])


def _drop(file: StoredFile | None) -> None:
    """The row now, the content after commit."""
    if file is None:
        return
    sha256 = file.sha256
    file.delete()
    transaction.on_commit(lambda: None if StoredFile.objects.filter(sha256=sha256).exists() else storage.drop(sha256))


def _tell_holder(certificate: Certificate, subject: Said, text: str) -> None:
    account = certificate.place.person.account
    if account is not None:
        tell([account], subject=subject, text=text, url=own_address())
