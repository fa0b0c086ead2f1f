"""Verbs by which a return leaves the country: ready for approval, submitted, nil, taken back."""

import hashlib
import json
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.services import move
from throughline.kernel.history.unit import note, verb
from throughline.kernel.notify.services import tell
from throughline.kernel.rounds.choices import OPEN_RETURN, PartState, ReturnState, RoundState, Via
from throughline.kernel.rounds.flow import RETURN
from throughline.kernel.rounds.forms.evaluating import Evaluation, evaluate
from throughline.kernel.rounds.forms.places import within
from throughline.kernel.rounds.models import Part, Remark, Return, Sheet, Version
from throughline.kernel.rounds.receivers import contact_points, runners
from throughline.kernel.rounds.rules import is_open, may_answer, may_submit


@verb("return.ready")
def ready(actor: Viewer, *, ret: Return, comment: str = "") -> Return:
    """Say that the answers are complete and wait for approval in the country.

    Order: lock; check right and state; check the answers as for submitting; move; history; tell the contact
    points. Raises Refused or Invalid (a problem for each question).
    """
    fresh = _locked(ret)
    if not may_answer(actor, fresh):
        raise Refused(_("Only people of the organisation asked may do this."))
    if fresh.state not in {ReturnState.ASKED, ReturnState.RETURNED} or not is_open(fresh):
        raise Refused(_("This return does not wait for answers."))
    complete(fresh)
    source = fresh.state
    fresh.state = ReturnState.READY
    fresh.version += 1
    fresh.save(update_fields=["state", "changed_at", "version"])
    note(fresh, before={"state": source}, after={"state": ReturnState.READY}, reason=comment)
    tell(
        contact_points(fresh),
        subject=lambda: _("Ready for your approval: %(round)s") % {"round": fresh.round.title},
        text=comment,
        about=fresh,
        but=actor.person,
    )
    ret.refresh_from_db()
    return fresh


@verb("return.submit")
def submit(actor: Viewer, *, ret: Return, via: str = Via.BROWSER, comment: str = "") -> Version:
    """Approve a return and send it to those who asked.

    Order: lock; check the right (by the round's own rule) and the state; check every answer; keep a version;
    settle the remarks it answers; move the return, which opens it to analysts and secretariat; history; tell
    those who run the round. Raises Refused or Invalid (a problem for each question, nothing is sent).
    """
    fresh = _to_submit(actor, ret)
    evaluation = complete(fresh)
    return _submitted(actor, fresh, ret, evaluation.answers, via, comment)


@verb("return.submit-nil")
def submit_nil(actor: Viewer, *, ret: Return, reason: str, via: str = Via.BROWSER) -> Version:
    """Answer that there is nothing to report, and say so in words; what was typed is kept in the sheet.

    A nil return is an answer: it counts as reported. Order and errors as for `submit`.
    """
    fresh = _to_submit(actor, ret)
    if not reason.strip():
        raise Invalid([Problem("reason", _("Say in a sentence why there is nothing to report."))])
    return _submitted(actor, fresh, ret, {}, via, "", nil_reason=reason.strip())


@verb("return.take-back")
def take_back(actor: Viewer, *, ret: Return, reason: str) -> Return:
    """Take a submitted return back to change it, before anyone has decided. The version stays. Raises Refused."""
    fresh = _locked(ret)
    if not may_submit(actor, fresh):
        raise Refused(_("Only the national contact point takes a return back."))
    if fresh.state != ReturnState.SUBMITTED or fresh.round.state != RoundState.OPEN:
        raise Refused(_("Only a return that waits for a decision can be taken back."))
    if not reason.strip():
        raise Invalid([Problem("reason", _("Say why you take the return back."))])
    move(fresh, RETURN, ReturnState.RETURNED, actor)
    note(fresh, before={"state": ReturnState.SUBMITTED}, after={"state": ReturnState.RETURNED}, reason=reason)
    tell(
        runners(fresh.round),
        subject=lambda: _("Taken back: %(round)s, %(owner)s") % {"round": fresh.round.title, "owner": fresh.owner},
        text=reason,
        about=fresh,
    )
    ret.refresh_from_db()
    return fresh


def complete(holder: Return | Part) -> Evaluation:
    """The answers of a sheet checked to the end. Raises Invalid with a problem for each question in the way."""
    evaluation = evaluate(holder.edition.form, dict(holder.sheet.answers), final=True, seed=str(holder.sheet_id))
    sections = holder.sections if isinstance(holder, Part) else []
    labels = {place.place: place.label for place in evaluation.places}
    problems = [
        Problem(one.place, one.message, labels.get(one.place, ""))
        for one in evaluation.problems
        if within(one.place, sections)
    ]
    if problems:
        raise Invalid(problems)
    return evaluation


def keep_version(
    actor: Viewer, holder: Return | Part, answers: dict[str, str], via: str, *, nil_reason: str = ""
) -> Version:
    """Freeze answers as the next version of a sheet. Part of a verb, not one."""
    last = holder.sheet.versions.order_by("-number").values_list("number", flat=True).first() or 0
    return Version.objects.create(
        sheet=holder.sheet,
        number=last + 1,
        edition=holder.edition,
        answers=answers,
        nil=bool(nil_reason),
        nil_reason=nil_reason,
        by_id=actor.key,
        via=via,
        fingerprint=fingerprint(answers, nil_reason),
    )


def fingerprint(answers: dict[str, str], nil_reason: str = "") -> str:
    """The same answers have the same fingerprint, in whatever order they came."""
    text = json.dumps([answers, nil_reason], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _locked(ret: Return) -> Return:
    Sheet.objects.select_for_update().get(pk=ret.sheet_id)
    related = ("round__edition", "round__programme", "owner", "sheet")
    return Return.objects.select_for_update(of=("self",)).select_related(*related).get(pk=ret.pk)  # type: ignore[no-any-return]


def _to_submit(actor: Viewer, ret: Return) -> Return:
    fresh = _locked(ret)
    if not may_submit(actor, fresh):
        raise Refused(_("Your national contact point approves this return and sends it."))
    if fresh.round.state != RoundState.OPEN:
        raise Refused(_("This round is not open."))
    if fresh.state not in OPEN_RETURN:
        raise Refused(_("This return was sent already."))
    return fresh


def _submitted(
    actor: Viewer, fresh: Return, ret: Return, answers: dict[str, Any], via: str, comment: str, *, nil_reason: str = ""
) -> Version:
    open_parts = [str(part.owner) for part in fresh.parts.filter(state__in=(PartState.ASKED, PartState.SENT_BACK))]
    version = keep_version(actor, fresh, answers, via, nil_reason=nil_reason)
    Remark.objects.filter(version__sheet=fresh.sheet, settled_at=None).update(settled_at=timezone.now())
    source = fresh.state
    fresh.nil, fresh.nil_reason = bool(nil_reason), nil_reason
    fresh.submitted_at, fresh.submitted_by_id = timezone.now(), actor.key
    fresh.handling = Handling.AMBER
    fresh.save(update_fields=["nil", "nil_reason", "submitted_at", "submitted_by", "handling"])
    move(fresh, RETURN, ReturnState.SUBMITTED, actor)
    told = {"state": ReturnState.SUBMITTED, "version": version.number, "fingerprint": version.fingerprint}
    note(
        fresh,
        before={"state": source},
        after=told | ({"parts not in": open_parts} if open_parts else {}),
        reason=comment,
    )
    tell(
        runners(fresh.round),
        subject=lambda: _("Submitted: %(round)s, %(owner)s") % {"round": fresh.round.title, "owner": fresh.owner},
        about=fresh,
        but=actor.person,
    )
    ret.refresh_from_db()
    return version
