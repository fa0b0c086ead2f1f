"""Verbs inside one jurisdiction: share a return out, hand a part in, send it back, take the parts over."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.access.choices import Handling, Right
from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.models import Grant
from throughline.kernel.access.services import begin, settle
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.services import move
from throughline.kernel.history.unit import note, verb
from throughline.kernel.notify.services import tell
from throughline.kernel.rounds import queries
from throughline.kernel.rounds.choices import OPEN_PART, OPEN_RETURN, PartState, RoundState, Via
from throughline.kernel.rounds.consolidating import Given, Line, consolidate
from throughline.kernel.rounds.flow import PART
from throughline.kernel.rounds.forms.places import within
from throughline.kernel.rounds.models import Part, Remark, Return, Sheet, Version
from throughline.kernel.rounds.receivers import answerers, contact_points
from throughline.kernel.rounds.rules import is_contact_point, is_open, may_answer
from throughline.kernel.rounds.services.answering import Clash, Saved, write_answers
from throughline.kernel.rounds.services.running import new_sheet
from throughline.kernel.rounds.services.submitting import complete, keep_version


@verb("return.share-out")
def share_out(
    actor: Viewer,
    *,
    ret: Return,
    organisation: Any,
    sections: Sequence[str] = (),
    due_on: date | None = None,
    note_text: str = "",
) -> Part:
    """Ask another institution of the same jurisdiction for some sections (none named: all of them).

    Order: lock; check that the actor speaks for the organisation asked, that the institution is of the same
    jurisdiction and the sections exist; write the part with an empty sheet, open to the institution, and to the
    organisation asked once it is handed in; history on the return (who was asked what is the delegation);
    tell the institution. Raises Refused, Invalid or Conflict.
    """
    fresh = _contact_point(actor, ret)
    _check_share(fresh, organisation, sections, due_on)
    part = begin(
        actor,
        Part,
        programme=fresh.programme,
        owner=organisation,
        handling=Handling.STRICT,
        illustrative=fresh.illustrative,
        of=fresh,
        sheet=new_sheet(fresh.edition, sections),
        sections=list(sections),
        due_on=due_on,
        note=note_text,
    )
    part.save(force_insert=True)
    Grant.objects.create(
        content_type=ContentType.objects.get_for_model(part),
        object_id=part.pk,
        organisation=fresh.owner,
        right=Right.READ,
        reason=_("Answers for this return."),
        given_by_id=actor.key,
    )
    settle(part)
    note(
        fresh, after={"part": part.reference, "asked": str(organisation), "sections": list(sections)}, reason=note_text
    )
    _say(answerers(part), gettext_lazy("You are asked for a part of: %(round)s"), part, note_text)
    return part


@verb("part.hand-in")
def hand_in(actor: Viewer, *, part: Part, via: str = Via.BROWSER, comment: str = "") -> Version:
    """Hand a part in to the national contact point.

    Order: lock; check right and state; check the answers of its sections; keep a version; move, which opens it
    to the organisation asked; history; tell the contact points. Raises Refused or Invalid.
    """
    fresh = _locked(part)
    if not may_answer(actor, fresh):
        raise Refused(_("Only people of %(owner)s answer this.") % {"owner": fresh.owner})
    if not is_open(fresh):
        raise Refused(_("This part does not wait for answers."))
    evaluation = complete(fresh)
    answers = {p: v for p, v in evaluation.answers.items() if within(p, fresh.sections)}
    version = keep_version(actor, fresh, answers, via)
    Remark.objects.filter(version__sheet=fresh.sheet, settled_at=None).update(settled_at=timezone.now())
    source = fresh.state
    fresh.handed_in_at = timezone.now()
    fresh.save(update_fields=["handed_in_at"])
    move(fresh, PART, PartState.HANDED_IN, actor)
    note(
        fresh, before={"state": source}, after={"state": PartState.HANDED_IN, "version": version.number}, reason=comment
    )
    _say(contact_points(fresh.of), gettext_lazy("A part came in: %(round)s, %(owner)s"), fresh, comment)
    part.refresh_from_db()
    return version


@verb("part.send-back")
def send_back(actor: Viewer, *, part: Part, comment: str, remarks: Mapping[str, str] | None = None) -> Part:
    """Send a part back to its institution, with remarks on questions. Raises Refused or Invalid."""
    fresh = _locked(part)
    _contact_point(actor, fresh.of)
    if fresh.state != PartState.HANDED_IN:
        raise Refused(_("Only a part that was handed in can be sent back."))
    given = {place: text.strip() for place, text in (remarks or {}).items() if text.strip()}
    if not comment.strip() and not given:
        raise Invalid([Problem("comment", _("Say what has to change."))])
    version = queries.latest_version(fresh)
    Remark.objects.bulk_create([Remark(version=version, place=p, text=t, by_id=actor.key) for p, t in given.items()])
    move(fresh, PART, PartState.SENT_BACK, actor)
    note(
        fresh,
        before={"state": PartState.HANDED_IN},
        after={"state": PartState.SENT_BACK, "remarks": given},
        reason=comment,
    )
    _say(answerers(fresh), gettext_lazy("Sent back to you: %(round)s"), fresh, comment)
    part.refresh_from_db()
    return fresh


@verb("part.withdraw")
def withdraw_part(actor: Viewer, *, part: Part, reason: str) -> None:
    """Ask an institution no longer; what it wrote stays its own. Raises Refused or Invalid."""
    fresh = _locked(part)
    ret = _contact_point(actor, fresh.of)
    if fresh.state == PartState.WITHDRAWN:
        raise Refused(_("This part was withdrawn already."))
    if not reason.strip():
        raise Invalid([Problem("reason", _("Say why the institution is no longer asked."))])
    move(fresh, PART, PartState.WITHDRAWN, actor)
    note(ret, after={"no longer asked": str(fresh.owner), "part": fresh.reference}, reason=reason)
    part.refresh_from_db()


@verb("return.take-over")
def take_over(actor: Viewer, *, ret: Return, choices: Mapping[str, str] | None = None, reason: str = "") -> Saved:
    """Put the parts that were handed in together into the return's own answers.

    Figures are added, lists put one after another, equal answers taken once (`consolidating.consolidate`).
    Where institutions contradict each other, or the organisation asked wrote something else itself, the value
    is taken from `choices`; without one the place is left and comes back as a conflict. Settling between
    institutions needs a reason, deciding on an own answer may have one.
    Order: lock; check; write; history with the choices. Raises Refused or Invalid.
    """
    fresh = _contact_point(actor, ret)
    chosen = dict(choices or {})
    lines = lines_of(fresh)
    contradicted = {line.place for line in lines if line.contradiction}
    if contradicted & set(chosen) and not reason.strip():
        raise Invalid([Problem("reason", _("Say how you settled what contradicts itself."))])
    _answers, undecided = _merged(fresh, lines, {})
    answers, clashes = _merged(fresh, lines, chosen)
    saved = write_answers(actor, fresh, answers, Via.PARTS)
    if settled := sorted({clash.place for clash in undecided} & set(chosen)):
        note(fresh, after={"settled": settled}, reason=reason)
    return Saved(saved.revision, tuple(clashes), saved.changed, saved.evaluation)


def lines_of(ret: Return) -> tuple[Line, ...]:
    """What the parts that are in say, question by question, beside each other."""
    parts = ret.parts.filter(state=PartState.HANDED_IN).select_related("owner", "sheet").order_by("created_at")
    given = []
    for part in parts:
        version = queries.latest_version(part)
        if version is not None:
            given.append(Given(part.reference, str(part.owner), dict(version.answers)))
    return consolidate(ret.edition.form, given)


def _merged(ret: Return, lines: Sequence[Line], chosen: Mapping[str, str]) -> tuple[dict[str, str], list[Clash]]:
    """The return's answers with the lines put in, and the places somebody has to decide."""
    answers = dict(ret.sheet.answers)
    clashes = []
    for line in lines:
        own = answers.get(line.place, "")
        stamp = ret.sheet.stamps.get(line.place, ["", "", Via.PARTS])
        written_here = bool(own) and stamp[2] != Via.PARTS and own != line.proposed
        if line.place in chosen:
            value = chosen[line.place]
        elif line.contradiction or written_here:
            clashes.append(Clash(line.place, own, line.proposed, ", ".join(line.names)))
            continue
        else:
            value = line.proposed
        if value == "" and not line.marker:
            answers.pop(line.place, None)
        else:
            answers[line.place] = value
    return answers, clashes


def _check_share(ret: Return, organisation: Any, sections: Sequence[str], due_on: date | None) -> None:
    problems = []
    if organisation.jurisdiction_id is None or organisation.jurisdiction_id != ret.owner.jurisdiction_id:
        problems.append(
            Problem("organisation", _("Choose an institution of your own jurisdiction."), str(organisation))
        )
    elif organisation.pk == ret.owner_id:
        problems.append(Problem("organisation", _("Your own organisation answers in the return itself.")))
    known = {item.name for item in ret.edition.form.children}
    problems += [Problem("sections", _("There is no such section."), name) for name in sections if name not in known]
    if due_on and due_on > ret.due:
        problems.append(Problem("due_on", _("This is after the date the whole return is due."), str(due_on)))
    if problems:
        raise Invalid(problems)
    if ret.parts.filter(owner=organisation).exclude(state=PartState.WITHDRAWN).exists():
        raise Conflict(_("%(organisation)s has a part of this return already.") % {"organisation": organisation})


def _contact_point(actor: Viewer, ret: Return) -> Return:
    related = ("round__edition", "programme", "owner__jurisdiction", "sheet")
    fresh: Return = Return.objects.select_for_update(of=("self",)).select_related(*related).get(pk=ret.pk)
    if not is_contact_point(actor, fresh):
        raise Refused(_("Only the national contact point does this."))
    if fresh.round.state != RoundState.OPEN or fresh.state not in OPEN_RETURN:
        raise Refused(_("This return does not wait for answers."))
    return fresh


def _locked(part: Part) -> Part:
    Sheet.objects.select_for_update().get(pk=part.sheet_id)
    related = ("of__round__edition", "of__owner", "programme", "owner", "sheet")
    return Part.objects.select_for_update(of=("self",)).select_related(*related).get(pk=part.pk)  # type: ignore[no-any-return]


def _say(people: Any, subject: Promise, part: Part, text: str) -> None:
    tell(
        people,
        subject=lambda: str(subject) % {"round": part.round.title, "owner": part.owner},
        text=text,
        about=part,
    )


__all__ = ["OPEN_PART", "hand_in", "lines_of", "send_back", "share_out", "take_over", "withdraw_part"]
