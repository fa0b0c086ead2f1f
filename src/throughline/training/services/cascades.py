"""Verbs on the sessions trainers hold at home: report, correct, take back. A second person confirms (`teaching_flow`)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.access.choices import Right
from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.rules import may
from throughline.kernel.access.services import write
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.services import step_to
from throughline.kernel.history.unit import note, verb
from throughline.kernel.measures.outbox import mark
from throughline.kernel.notify.services import tell
from throughline.training import teaching_rules as rules
from throughline.training.models import Cascade, Trainer
from throughline.training.services import trainers
from throughline.training.services.catalogue import check, whole
from throughline.training.services.offers import unnamed
from throughline.training.services.records import begun, differing, told
from throughline.training.team import contacts_of, is_contact, is_self

OPEN = (Cascade.States.REPORTED, Cascade.States.RETURNED)


def report(actor: Viewer, *, values: Mapping[str, Any]) -> Cascade:
    """Report a session a trainer held: they themselves, or their contact point. Raises Refused or Invalid."""
    trainer: Trainer = values["trainer"]
    return _report(unnamed(actor, trainer.person), by=actor, values=values)


@verb("cascade.create")
def _report(actor: Viewer, *, by: Viewer, values: Mapping[str, Any]) -> Cascade:
    given = {"jurisdiction": None, **{name: value for name, value in values.items() if name != "owner"}}
    trainer: Trainer = given["trainer"]
    if not is_self(by, trainer.person) and not is_contact(by, trainer.owner_id, trainer.programme_id):
        raise Refused(_("A session is reported by the trainer who held it, or by their contact point."))
    given["jurisdiction"] = given["jurisdiction"] or trainer.person.jurisdiction or trainer.owner.jurisdiction
    _check(given)
    made = begun(
        by, Cascade, programme=trainer.programme, owner=trainer.owner_id, values=given, year=given["held_on"].year
    )
    note(made, after=told(given))
    mark("cascade", [made.pk])
    tell(
        contacts_of(trainer.person),
        subject=gettext_lazy("A trainer reported a session"), text=made.reference, about=made, but=by.person,
    )  # fmt: skip
    return made


def _check(values: Mapping[str, Any], cascade: Cascade | None = None) -> None:
    check(rules.cascade_problems(values))
    if values["jurisdiction"] is None:
        raise Invalid([Problem("jurisdiction", _("Say in which jurisdiction it was held."))])
    same = Cascade.objects.filter(trainer=values["trainer"], held_on=values["held_on"], title=values["title"])
    if same.exclude(state=Cascade.States.WITHDRAWN).exclude(pk=cascade.pk if cascade else None).exists():
        raise Invalid([Problem("title", _("This session of that day is reported already."), values["title"])])


def change(actor: Viewer, *, cascade: Cascade, values: Mapping[str, Any], version: int | None = None) -> Cascade:
    """Correct what is not confirmed yet; what had been returned is thereby reported again.

    Raises Refused, Invalid or Conflict.
    """
    return _change(unnamed(actor, cascade.trainer.person), cascade=cascade, by=actor, values=values, version=version)


@verb("cascade.change")
def _change(actor: Viewer, *, cascade: Cascade, by: Viewer, values: Mapping[str, Any], version: int | None) -> Cascade:
    fresh = _held(by, cascade)
    if version is not None and version != fresh.version:
        raise Conflict(_("Someone changed this record while you were working on it. Your text is kept below."))
    if fresh.state not in OPEN:
        raise Refused(_("What is confirmed or withdrawn is not changed. The secretariat can return it first."))
    if values.get("trainer", fresh.trainer) != fresh.trainer:
        raise Invalid([Problem("trainer", _("A session stays with its trainer. Withdraw it and report another."))])
    changed = differing(fresh, {name: value for name, value in values.items() if name != "owner"})
    if changed.get("jurisdiction", fresh) is None:
        del changed["jurisdiction"]
    if not changed and fresh.state == Cascade.States.REPORTED:
        return fresh
    _check({**whole(fresh), **changed}, fresh)
    before = {name: getattr(fresh, name) for name in changed}
    write(by, fresh, changed)
    note(fresh, before=told(before), after=told(changed))
    mark("cascade", [fresh.pk])
    if fresh.state == Cascade.States.RETURNED:
        step_to(actor, fresh, Cascade.States.REPORTED)
    return fresh


def take_back(actor: Viewer, *, cascade: Cascade) -> Cascade:
    """The trainer takes back what they reported, while nobody has confirmed it."""
    return _take_back(unnamed(actor, cascade.trainer.person), cascade=cascade, by=actor)


@verb("cascade.take-back")
def _take_back(actor: Viewer, *, cascade: Cascade, by: Viewer) -> Cascade:
    fresh = _held(by, cascade)
    if fresh.state not in OPEN:
        raise Refused(_("It is confirmed or withdrawn already."))
    step_to(actor, fresh, Cascade.States.WITHDRAWN)
    return fresh


def _held(by: Viewer, cascade: Cascade) -> Cascade:
    fresh: Cascade = (
        Cascade.objects.select_for_update(of=("self",)).select_related("trainer__person").get(pk=cascade.pk)
    )
    if not is_self(by, fresh.trainer.person) and not may(by, Right.CHANGE, fresh):
        raise Refused(_("A session is changed by the trainer who held it, or by their contact point."))
    return fresh


def confirmed(actor: Viewer, cascade: Cascade, comment: str) -> None:
    """Nobody confirms what they taught themselves; whoever taught is teaching."""
    if is_self(actor, cascade.trainer.person):
        raise Refused(_("A second person has to do this: it is your own session."))
    trainers.taught(actor, cascade.trainer, cascade.held_on)
