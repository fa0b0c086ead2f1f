"""Verbs on the pool of trainers: propose, change; and who beside their organisation reads a trainer's name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.models import Grant, Record
from throughline.kernel.access.services import settle, write
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.services import step_to
from throughline.kernel.history.unit import note, verb
from throughline.kernel.measures.outbox import mark
from throughline.reference.models import Organisation, Programme
from throughline.training import teaching_rules as rules
from throughline.training.models import Person, Trainer, TrainerArea
from throughline.training.services import teams
from throughline.training.services.catalogue import check, whole
from throughline.training.services.records import begun, differing, locked, told
from throughline.training.team import is_contact

Rows = Sequence[Mapping[str, Any]]


@verb("trainer.create")
def create(actor: Viewer, *, programme: Programme, values: Mapping[str, Any], areas: Rows = ()) -> Trainer:
    """Propose someone for the pool. Their organisation does, for those of its people who were trained to train.

    Order: check who speaks for the person; check the rules; write the trainer with areas; let the secretariat read it
    if the person agreed to that before; history, without the name. Raises Refused or Invalid.
    """
    person: Person = values["person"]
    if not is_contact(actor, person.owner_id, programme.pk) or person.programme_id != programme.pk:
        raise Refused(_("Only the organisation a person belongs to proposes them as a trainer."))
    if person.erased_at is not None:
        raise Refused(_("What was kept of this person has been erased."))
    check(rules.trainer_problems(values))
    check(rules.area_problems(areas))
    if Trainer.objects.filter(person=person).exists():
        raise Invalid([Problem("person", _("This person is in the pool already."), person.reference)])
    given = {"languages": person.languages, **_plain(values)}
    trainer = begun(
        actor, Trainer, programme=programme, owner=person.owner_id, values=given,
        handling=values.get("handling") or Handling.STRICT,
    )  # fmt: skip
    TrainerArea.objects.bulk_create(TrainerArea(trainer=trainer, **row) for row in areas)
    note(trainer, after=_told(given, areas))
    mark("trainer", [trainer.pk])
    teams.let_secretariat_read(person)
    trainer.refresh_from_db()
    return trainer


@verb("trainer.change")
def change(
    actor: Viewer, *, trainer: Trainer, values: Mapping[str, Any], areas: Rows | None = None, version: int | None = None
) -> Trainer:
    """Change what a trainer teaches. Who it is stays. Raises Refused, Invalid or Conflict."""
    fresh = locked(actor, trainer, version=version)
    if values.get("person", fresh.person) != fresh.person:
        raise Invalid([Problem("person", _("A trainer stays the person they are. Propose the other one."))])
    changed = differing(fresh, _plain(values))
    check(rules.trainer_problems({**whole(fresh), **changed}))
    before = [{"area": one.area} for one in fresh.areas.select_related("area").order_by("area")]
    rows = before if areas is None else list(areas)
    check(rules.area_problems(rows))
    other = {row["area"].pk for row in rows} != {row["area"].pk for row in before}
    if not changed and not other:
        return fresh
    old = {name: getattr(fresh, name) for name in changed}
    write(actor, fresh, changed)
    if other:
        fresh.areas.all().delete()
        TrainerArea.objects.bulk_create(TrainerArea(trainer=fresh, **row) for row in rows)
    note(fresh, before=_told(old, before if other else ()), after=_told(changed, rows if other else ()))
    mark("trainer", [fresh.pk])
    return fresh


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in values.items() if name != "owner"}
    if given.get("languages"):
        given["languages"] = ", ".join(one.strip().lower() for one in given["languages"].split(","))
    return given


def _told(values: Mapping[str, Any], areas: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """As history keeps it: the person by reference, of the note only that there is one."""
    kept = {name: value for name, value in values.items() if name not in ("person", "note")}
    person, rows = values.get("person"), [dict(row) for row in areas]
    return told({**kept, "person": person and person.reference, "areas": rows, "noted": bool(values.get("note")) or ""})


# Steps of the flow


def became_ready(actor: Viewer, trainer: Trainer, comment: str) -> None:
    """Keep the day, for the way from training to teaching."""
    Trainer.objects.filter(pk=trainer.pk, ready_on=None).update(ready_on=timezone.localdate())


def taught(actor: Viewer, trainer: Trainer, held_on: Any) -> None:
    """A session of theirs was confirmed: whoever taught is teaching. Part of a verb, not one."""
    fresh = Trainer.objects.select_for_update(of=("self",)).get(pk=trainer.pk)
    if fresh.state not in (Trainer.States.IN_TRAINING, Trainer.States.READY):
        return
    if fresh.ready_on is None or fresh.ready_on > held_on:
        Trainer.objects.filter(pk=fresh.pk).update(ready_on=held_on)
    step_to(actor, fresh, Trainer.States.TEACHING, as_verb="trainer.teach")


# Who reads the name


def let_read(record: Record, organisation: Organisation, reason: str) -> None:
    """Give an organisation the right to read a record that names people. Part of a verb, not one."""
    Grant.objects.get_or_create(
        content_type=ContentType.objects.get_for_model(record), object_id=record.pk, organisation=organisation,
        reason=reason, defaults={"given_by_id": record.created_by_id},
    )  # fmt: skip
    settle(record)
    note(record, after={"names read by": str(organisation)})


def let_read_no_more(record: Record, organisation: Organisation, reason: str) -> None:
    """Take it back. Other grants stay. Part of a verb, not one."""
    kind = ContentType.objects.get_for_model(record)
    gone, _kinds = Grant.objects.filter(
        content_type=kind, object_id=record.pk, organisation=organisation, reason=reason
    ).delete()
    if gone:
        settle(record)
        note(record, before={"names read by": str(organisation)})
