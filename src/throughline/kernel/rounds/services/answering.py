"""Verbs on working answers: save what was typed, take in a whole file, add and remove rows, prefill.

History says which questions were answered and by which way, never what: working answers belong to those who
write them, and history is read by everyone who reads the return once it is handed in. What was handed in is
in the versions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.rounds import queries
from throughline.kernel.rounds.choices import ReturnState, RoundState, Via
from throughline.kernel.rounds.forms import repeats
from throughline.kernel.rounds.forms.changes import differences
from throughline.kernel.rounds.forms.evaluating import Evaluation, evaluate
from throughline.kernel.rounds.forms.places import within
from throughline.kernel.rounds.models import Part, Return, Sheet
from throughline.kernel.rounds.rules import is_open, may_answer

Answers = dict[str, str]


@dataclass(frozen=True)
class Clash:
    """A place two people wrote at the same time: theirs stands, yours is handed back to choose."""

    place: str
    theirs: str
    yours: str
    who: str


@dataclass(frozen=True)
class Saved:
    """What became of a save: the sheet's revision, what could not be taken, and how the form stands now."""

    revision: int
    conflicts: tuple[Clash, ...]
    changed: tuple[str, ...]
    evaluation: Evaluation


@verb("return.open")
def note_opened(actor: Viewer, *, holder: Return | Part) -> None:
    """Note that those asked have looked at the questions, once. Nothing else is told to who asks."""
    if holder.opened_at is not None or not may_answer(actor, holder):
        return
    holder.opened_at = timezone.now()
    holder.save(update_fields=["opened_at"])


@verb("return.save")
def save(
    actor: Viewer, *, holder: Return | Part, changes: Mapping[str, tuple[str, str]], via: str = Via.BROWSER
) -> Saved:
    """Save some answers of a sheet: place -> (what was there when it was shown, what it is now).

    Two people may work at once. A place somebody else changed in the meantime is left as they wrote it and
    comes back as a conflict; every other change is kept. Order: lock the sheet; check the right, the state and
    the places; write answers and stamps; history (the places only); evaluate. Raises Refused or Invalid.
    """
    fresh, sheet = _locked(actor, holder)
    _known(fresh, changes)
    answers: Answers = dict(sheet.answers)
    clashes = []
    for place, (was, now) in changes.items():
        stored = answers.get(place, "")
        if stored == now:
            continue
        if stored != was:
            clashes.append(Clash(place, stored, now, _who(sheet, place)))
        elif now == "":
            answers.pop(place, None)
        else:
            answers[place] = now
    return _written(actor, fresh, sheet, answers, via, clashes)


@verb("return.replace")
def replace(
    actor: Viewer, *, holder: Return | Part, answers: Answers, via: str, keep_missing: bool = True, revision: int = -1
) -> Saved:
    """Take in a whole set of answers, as from a file, a phone or the API.

    With `keep_missing`, what the set leaves out stays as it was: a blank cell erases nothing. With a
    `revision`, a sheet that has moved on since is a Conflict. The same set a second time changes nothing.
    Order and errors as for `save`.
    """
    fresh, sheet = _locked(actor, holder)
    if revision >= 0 and revision != sheet.revision:
        raise Conflict(_("Someone changed these answers since you fetched them. Fetch them again."))
    _known(fresh, answers)
    whole = {**sheet.answers, **answers} if keep_missing else dict(answers)
    if isinstance(fresh, Part) and fresh.sections and not keep_missing:
        others = {p: v for p, v in sheet.answers.items() if not within(p, fresh.sections)}
        whole = {**others, **whole}
    return _written(actor, fresh, sheet, whole, via, [])


@verb("return.add-row")
def add_row(actor: Viewer, *, holder: Return | Part, place: str) -> Saved:
    """Add an empty row to a repeated group ('rows'). Raises Refused or Invalid."""
    fresh, sheet = _locked(actor, holder)
    _known(fresh, [place])
    answers = repeats.add_row(fresh.edition.form, dict(sheet.answers), place)
    return _written(actor, fresh, sheet, answers, Via.BROWSER, [])


@verb("return.remove-row")
def remove_row(actor: Viewer, *, holder: Return | Part, place: str) -> Saved:
    """Remove one row ('rows[2]'); the rows after it move up. Raises Refused or Invalid."""
    fresh, sheet = _locked(actor, holder)
    _known(fresh, [place])
    answers = repeats.remove_row(fresh.edition.form, dict(sheet.answers), place)
    return _written(actor, fresh, sheet, answers, Via.BROWSER, [])


@verb("return.prefill")
def take_prefill(actor: Viewer, *, ret: Return, places: Iterable[str] | None = None) -> Saved:
    """Take over what was answered last time, where nobody has answered yet (or in the places given).

    Raises Refused.
    """
    fresh, sheet = _locked(actor, ret)
    earlier = queries.before(ret)
    wanted = set(earlier) if places is None else set(places) & set(earlier)
    taken = {place: earlier[place] for place in wanted if places is not None or place not in sheet.stamps}
    return _written(actor, fresh, sheet, {**sheet.answers, **taken}, Via.BEFORE, [])


def write_answers(actor: Viewer, holder: Return | Part, answers: Answers, via: str) -> Saved:
    """The same for another verb that has made the answers itself, such as taking over parts. Not a verb."""
    fresh, sheet = _locked(actor, holder)
    return _written(actor, fresh, sheet, answers, via, [])


def _locked(actor: Viewer, holder: Return | Part) -> tuple[Return | Part, Sheet]:
    """The holder and its sheet as they are now, held until the verb ends, if the actor may write."""
    if not may_answer(actor, holder):
        raise Refused(_("Only people of %(owner)s answer this.") % {"owner": holder.owner})
    sheet = Sheet.objects.select_for_update().get(pk=holder.sheet_id)
    fresh: Return | Part = (
        type(holder)
        .objects.select_related(*("round__edition",) if isinstance(holder, Return) else ("of__round__edition",))
        .get(pk=holder.pk)
    )
    if fresh.round.state == RoundState.PREPARED:
        raise Refused(_("This round is not open yet."))
    if fresh.round.state == RoundState.CLOSED:
        raise Refused(_("This round is closed. Ask the secretariat to open it again if something has to change."))
    if not is_open(fresh):
        raise Refused(_("This was handed in. It can be changed when it is returned or taken back."))
    return fresh, sheet


def _known(holder: Return | Part, places: Iterable[str]) -> None:
    form = holder.edition.form
    sections = holder.sections if isinstance(holder, Part) else []
    problems = []
    for place in places:
        if not form.has(place) and not any(place == item for item in form.items):
            problems.append(Problem(place, _("This edition of the questionnaire has no such question.")))
        elif not within(place, sections):
            problems.append(Problem(place, _("This question is not in the sections you were asked to answer.")))
    if problems:
        raise Invalid(problems)


def _written(
    actor: Viewer, holder: Return | Part, sheet: Sheet, answers: Answers, via: str, clashes: list[Clash]
) -> Saved:
    changed = tuple(change.place for change in differences(sheet.answers, answers))
    # A row without an answer yet is a change, too: its marker comes or goes.
    if changed or set(answers) != set(sheet.answers):
        moment = timezone.now().isoformat()
        stamps = {place: stamp for place, stamp in sheet.stamps.items() if place in answers}
        stamps |= {place: [str(actor.person), moment, str(via)] for place in changed if place in answers}
        sheet.answers, sheet.stamps = answers, stamps
        sheet.revision += 1
        sheet.save()
        _started(actor, holder)
        note(holder, after={"answers": len(answers), "questions": list(changed)[:50], "via": str(via)})
    return Saved(sheet.revision, tuple(clashes), changed, evaluate(holder.edition.form, answers, seed=str(sheet.pk)))


def _started(actor: Viewer, holder: Return | Part) -> None:
    """The first answer is a time the one who asks sees; a return that waited for approval waits no more."""
    fields = ["changed_by", "changed_at"]
    holder.changed_by_id = actor.key
    if holder.started_at is None:
        holder.started_at = timezone.now()
        holder.opened_at = holder.opened_at or holder.started_at
        fields += ["started_at", "opened_at"]
    if isinstance(holder, Return) and holder.state == ReturnState.READY:
        holder.state = ReturnState.ASKED if holder.private else ReturnState.RETURNED
        fields.append("state")
    holder.save(update_fields=fields)


def _who(sheet: Sheet, place: str) -> str:
    stamp: list[Any] = sheet.stamps.get(place) or []
    person = get_user_model()._default_manager.filter(pk=stamp[0]).first() if stamp else None
    return str(person) if person else _("someone else")
