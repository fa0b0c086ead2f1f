"""Verbs of who asked: accept a return, give it back with remarks, open an accepted one again."""

from collections.abc import Mapping

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.services import move
from throughline.kernel.history.unit import note, verb
from throughline.kernel.notify.services import tell
from throughline.kernel.rounds import queries, registry
from throughline.kernel.rounds.choices import ReturnState, RoundState
from throughline.kernel.rounds.flow import RETURN
from throughline.kernel.rounds.forms.places import path_of
from throughline.kernel.rounds.models import Remark, Return, Version
from throughline.kernel.rounds.receivers import answerers
from throughline.kernel.rounds.rules import may_decide, may_run


@verb("return.accept")
def accept(actor: Viewer, *, ret: Return, comment: str = "") -> Return:
    """Accept a return: its answers lock, become records of the subject that asked, and count.

    Order: lock; check role, second person and state; open it to whom the round says; move; let the subject
    take the answers in; history; tell those who answered. Raises Refused, or what the subject objects to.
    """
    fresh = _to_decide(actor, ret)
    version = _version(fresh)
    fresh.decided_at = timezone.now()
    fresh.handling = fresh.round.opens_to
    fresh.save(update_fields=["decided_at", "handling"])
    move(fresh, RETURN, ReturnState.ACCEPTED, actor)
    registry.get(fresh.round.edition.questionnaire.asking).on_accept(actor, fresh, version)
    note(
        fresh,
        before={"state": ReturnState.SUBMITTED},
        after={"state": ReturnState.ACCEPTED, "version": version.number, "handling": fresh.handling},
        reason=comment,
    )
    _say(fresh, gettext_lazy("Accepted: %(round)s"), comment)
    ret.refresh_from_db()
    return fresh


@verb("return.give-back")
def give_back(actor: Viewer, *, ret: Return, comment: str = "", remarks: Mapping[str, str] | None = None) -> Return:
    """Give a return back, with a comment on the whole or on single questions.

    Order: lock; check role and state; check that something is said and that the questions exist; write the
    remarks; move; history; tell those who answer. Raises Refused or Invalid.
    """
    fresh = _to_decide(actor, ret)
    version = _version(fresh)
    given = {place: text.strip() for place, text in (remarks or {}).items() if text.strip()}
    if not given and not comment.strip():
        raise Invalid([Problem("comment", _("Say what has to change, on the whole or on single questions."))])
    items = fresh.edition.form.items
    strange = [place for place in given if path_of(place) not in items]
    if strange:
        raise Invalid([Problem(place, _("There is no such question in this questionnaire.")) for place in strange])
    Remark.objects.bulk_create(
        [Remark(version=version, place=place, text=text, by_id=actor.key) for place, text in given.items()]
    )
    fresh.decided_at = timezone.now()
    fresh.save(update_fields=["decided_at"])
    move(fresh, RETURN, ReturnState.RETURNED, actor)
    note(
        fresh,
        before={"state": ReturnState.SUBMITTED},
        after={"state": ReturnState.RETURNED, "version": version.number, "remarks": given},
        reason=comment,
    )
    _say(fresh, gettext_lazy("Returned with comments: %(round)s"), comment)
    ret.refresh_from_db()
    return fresh


@verb("return.reopen")
def reopen(actor: Viewer, *, ret: Return, reason: str) -> Return:
    """Open an accepted return again: a decision that is recorded, and its answers no longer count.

    Order: lock; check role, state and reason; narrow its readers to what they were before it was accepted; let the
    subject take its records out of the count; move; history; tell those who answer. Raises Refused or Invalid.
    """
    fresh = Return.objects.select_for_update(of=("self",)).select_related("round__edition").get(pk=ret.pk)
    if not may_run(actor, fresh.round):
        raise Refused(_("Only the secretariat that asked may open a return again."))
    if fresh.state != ReturnState.ACCEPTED:
        raise Refused(_("Only an accepted return can be opened again."))
    if fresh.round.state != RoundState.OPEN:
        raise Refused(_("The round is closed. Open the round again first."))
    if not reason.strip():
        raise Invalid([Problem("reason", _("Say why the return is opened again."))])
    fresh.reopened += 1
    fresh.decided_at = None
    fresh.handling = Handling.AMBER
    fresh.save(update_fields=["reopened", "decided_at", "handling"])
    move(fresh, RETURN, ReturnState.RETURNED, actor)
    registry.get(fresh.round.edition.questionnaire.asking).on_reopen(actor, fresh, _version(fresh))
    note(fresh, before={"state": ReturnState.ACCEPTED}, after={"state": ReturnState.RETURNED}, reason=reason)
    _say(fresh, gettext_lazy("Opened again: %(round)s"), reason)
    ret.refresh_from_db()
    return fresh


def _to_decide(actor: Viewer, ret: Return) -> Return:
    fresh: Return = (
        Return.objects.select_for_update(of=("self",))
        .select_related("round__edition__questionnaire", "owner", "sheet")
        .get(pk=ret.pk)
    )
    if not may_run(actor, fresh.round):
        raise Refused(_("Only the secretariat that asked decides on a return."))
    if fresh.state != ReturnState.SUBMITTED:
        raise Refused(_("This return does not wait for a decision."))
    if not may_decide(actor, fresh):
        raise Refused(_("A second person has to decide: you submitted this return yourself."))
    return fresh


def _version(ret: Return) -> Version:
    version = queries.latest_version(ret)
    if version is None:
        raise Refused(_("Nothing was handed in yet."))
    return version


def _say(ret: Return, subject: Promise, text: str) -> None:
    tell(answerers(ret), subject=lambda: str(subject) % {"round": ret.round.title}, text=text, about=ret)
