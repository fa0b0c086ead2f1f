"""The verb by which a finished form from a phone is taken in.

What arrives is kept first, whole, and then taken over. Where it cannot be (the round is closed, the form was
replaced) the phone is told so in words, and what was sent is there for the people who answer to look at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.files.services import keep
from throughline.kernel.history.unit import note, verb
from throughline.kernel.rounds import services
from throughline.kernel.rounds.choices import Via
from throughline.kernel.rounds.device_models import Arrival, Attachment, DeviceKey
from throughline.kernel.rounds.forms import safely, wire
from throughline.kernel.rounds.forms.definition import Form
from throughline.kernel.rounds.forms.evaluating import blank
from throughline.kernel.rounds.forms.places import within
from throughline.kernel.rounds.models import Part, Return, Sheet
from throughline.kernel.rounds.openrosa.catalogue import version_of
from throughline.kernel.rounds.openrosa.merging import Merged, merge
from throughline.kernel.rounds.openrosa.purposes import PHONE
from throughline.kernel.rounds.rules import may_answer

RECEIVED, ACCEPTED, REFUSED, CONFLICT, UNREADABLE = 201, 202, 403, 409, 422
Taken = Arrival.State.TAKEN


@dataclass(frozen=True)
class Given:
    """What one request brought: which form it answers, the form as XML, files, and whether more will follow."""

    head: wire.Head
    xml: bytes
    files: Mapping[str, bytes]
    incomplete: bool = False


@dataclass(frozen=True)
class Outcome:
    """What the phone is told."""

    status: int
    words: str


class _NotTaken(Exception):
    """Why a form cannot be taken over; it is kept all the same."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


@verb("phone.take")
def take(actor: Viewer, *, holder: Return | Part, given: Given, key: DeviceKey | None = None) -> Outcome:
    """Take in what a phone sends for a return or part.

    The same form twice counts once. Files may come in several requests. Order: check the right; lock the
    sheet, so that what arrives for it is taken one after another; keep what arrived; take the answers over as
    from every other way in; hand a part in if nothing is wrong with it; history. Raises Refused to someone not
    asked; anything else in the way is told in the outcome, and what was sent is kept.
    """
    if not may_answer(actor, holder):
        raise Refused(_("Only people of %(owner)s answer this.") % {"owner": holder.owner})
    sheet = Sheet.objects.select_for_update().get(pk=holder.sheet_id)
    arrival, repeated = _arrival(actor, sheet, given, key)
    strange = _keep_files(actor, arrival, given)
    try:
        with transaction.atomic():
            outcome = _taken(actor, holder, sheet, arrival, given)
    except _NotTaken as fault:
        arrival.state, arrival.words = Arrival.State.REFUSED, fault.words
        arrival.save()
        if not repeated:
            note(holder, after={"phone form": arrival.instance_id, "kept": True}, reason=fault.words)
        outcome = Outcome(fault.status, fault.words)
    return Outcome(outcome.status, " ".join([outcome.words, *strange]))


def _arrival(actor: Viewer, sheet: Sheet, given: Given, key: DeviceKey | None) -> tuple[Arrival, bool]:
    """The form as it was kept, and whether it had arrived before."""
    fingerprint = sha256(given.xml).hexdigest()
    instance = given.head.instance_id or f"sha256:{fingerprint}"
    same = Arrival.objects.filter(sheet=sheet, instance_id=instance[:200])
    found = same.filter(fingerprint=fingerprint).first()
    if found is not None:
        return found, True
    made = Arrival(
        sheet=sheet,
        instance_id=instance[:200],
        fingerprint=fingerprint,
        form_version=given.head.version[:100],
        xml=given.xml,
        state=Arrival.State.REFUSED,
        by_id=actor.key,
        key=key,
    )
    made.save()
    return made, False


def _taken(actor: Viewer, holder: Return | Part, sheet: Sheet, arrival: Arrival, given: Given) -> Outcome:
    _only_once(arrival)
    read = _read(holder, given)
    held = set(arrival.attachments.values_list("name", flat=True))
    arrival.missing = [name for name in read.attachments if name not in held]
    if arrival.state == Taken:
        arrival.save()
        words = _("This form was received before; its files are here now.") if given.files else ""
        return Outcome(ACCEPTED, words or _("This form was received before. It counts once."))
    if given.incomplete and arrival.missing:
        arrival.state, arrival.words = Arrival.State.WAITING, ""
        arrival.save()
        return Outcome(ACCEPTED, _("Received so far. Waiting for the other files."))
    merged = _take_over(actor, holder, sheet, arrival, read)
    arrival.state, arrival.words, arrival.taken_at = Taken, "", timezone.now()
    arrival.placed, arrival.left = merged.answers, list(merged.left)
    arrival.save()
    handed_in = _handed_in(actor, holder, merged)
    note(holder, after={"phone form": arrival.instance_id, "answers": len(merged.answers), "left": len(merged.left)})
    return Outcome(RECEIVED, " ".join(_told(merged, handed_in=handed_in)))


def _only_once(arrival: Arrival) -> None:
    """That no other content was received under the same instance id."""
    others = Arrival.objects.filter(sheet=arrival.sheet, instance_id=arrival.instance_id).exclude(pk=arrival.pk)
    if others.exclude(state=Arrival.State.REFUSED).exists():
        words = _("Another form with the same identity and other answers was received before. Yours is kept beside it.")
        raise _NotTaken(CONFLICT, words)


def _read(holder: Return | Part, given: Given) -> wire.Wire:
    if given.head.version != version_of(holder.edition):
        words = _("This form was replaced by another version. Fetch the new one; what you sent is kept here.")
        raise _NotTaken(CONFLICT, words)
    try:
        return wire.from_xml(holder.edition.form, given.xml)
    except Invalid as invalid:
        raise _NotTaken(UNREADABLE, invalid.words) from invalid


def _keep_files(actor: Viewer, arrival: Arrival, given: Given) -> list[str]:
    """Keep the files the form names; what else came along is not taken, and the phone is told."""
    if not given.files:
        return []
    named = {(element.text or "").strip() for element in safely.parse(given.xml).iter()}
    held = set(arrival.attachments.values_list("name", flat=True))
    words = []
    for name, content in given.files.items():
        if name not in named:
            words.append(_("The form does not name the file %(name)s; it was not taken.") % {"name": name})
        elif name not in held:
            attachment = Attachment.objects.create(arrival=arrival, name=name[:200])
            try:
                with transaction.atomic():
                    attachment.file = keep(actor, name=name, content=content, about=attachment, purpose=PHONE.code)
                attachment.save(update_fields=["file"])
            except Invalid as invalid:
                attachment.delete()
                words.append(f"{name}: {' '.join(str(one.message) for one in invalid.problems)}")
    return words


def _take_over(actor: Viewer, holder: Return | Part, sheet: Sheet, arrival: Arrival, read: wire.Wire) -> Merged:
    """Write the answers into the sheet by the verb that every way in uses."""
    sections = holder.sections if isinstance(holder, Part) else []
    sent = {place: value for place, value in read.answers.items() if within(place, sections)}
    form = holder.edition.form
    foreign = _Foreign(actor, sheet, arrival)
    merged = merge(form, sheet.answers, sent, defaults=_defaults(form, timezone.localdate()), foreign=foreign)
    try:
        services.replace(actor, holder=holder, answers=merged.answers, via=Via.PHONE)
    except Refused as refused:
        raise _NotTaken(REFUSED, _("%(reason)s What you sent is kept.") % {"reason": refused}) from refused
    except Invalid as invalid:
        raise _NotTaken(UNREADABLE, invalid.words) from invalid
    return merged


@lru_cache(maxsize=64)
def _defaults(form: Form, today: date) -> dict[str, str]:
    """What a form says before anybody has answered; a form never changes, but its 'today' does."""
    return blank(form, today=today)


class _Foreign:
    """Whether what stands at a place was written by somebody else, or came from another phone of the same person."""

    def __init__(self, actor: Viewer, sheet: Sheet, arrival: Arrival) -> None:
        self.person, self.sheet = str(actor.key), sheet
        self.elsewhere: dict[str, set[str]] = {}
        taken = Arrival.objects.filter(sheet=sheet, state=Taken).exclude(pk=arrival.pk).exclude(key_id=arrival.key_id)
        for placed in taken.values_list("placed", flat=True):
            for place, value in placed.items():
                self.elsewhere.setdefault(place, set()).add(value)

    def __call__(self, place: str) -> bool:
        person, _at, via = self.sheet.stamps.get(place) or ("", "", "")
        if via == Via.BEFORE:
            return False
        by_other_phone = via == Via.PHONE and self.sheet.answers.get(place) in self.elsewhere.get(place, set())
        return person != self.person or by_other_phone


def _handed_in(actor: Viewer, holder: Return | Part, merged: Merged) -> bool:
    """Hand a part in whose form is complete. A return waits for the national contact point."""
    if not isinstance(holder, Part) or merged.left:
        return False
    try:
        with transaction.atomic():
            services.hand_in(actor, part=holder, via=Via.PHONE)
    except (Invalid, Refused):
        return False
    return True


def _told(merged: Merged, *, handed_in: bool) -> list[str]:
    count = sum(1 for value in merged.answers.values() if value)
    words = [ngettext("Received: %(count)s answer.", "Received: %(count)s answers.", count) % {"count": count}]
    if handed_in:
        words.append(_("This part is handed in."))
    if merged.left:
        left = len(merged.left)
        said = ngettext(
            "%(count)s answer was left as a colleague wrote it; yours is kept beside it.",
            "%(count)s answers were left as a colleague wrote them; yours are kept beside them.",
            left,
        )
        words.append(said % {"count": left})
    if merged.added:
        rows = len(merged.added)
        said = ngettext("%(count)s row was added.", "%(count)s rows were added behind those of others.", rows)
        words.append(said % {"count": rows})
    return words
