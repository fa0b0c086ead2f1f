"""Verbs on exchanges and mentoring: apply, propose a pair, say yes or no, keep the log, tell the outcome.

Applying lets those who are the programme's secretariat read the name, as nominating does a team; saying yes lets the
other side's organisation read it, and no sooner. History tells neither names nor what was written.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.access.choices import Handling, Role
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.services import write
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.services import step_to
from throughline.kernel.history.unit import note, verb
from throughline.kernel.measures.outbox import mark
from throughline.kernel.notify.services import tell
from throughline.people.models import User
from throughline.reference.models import Organisation, Programme, Term
from throughline.training import teaching_rules as rules
from throughline.training.models import Application, Contact, Pairing, Person
from throughline.training.models.teaching import Side, Sort
from throughline.training.rules import language_problems
from throughline.training.services.catalogue import check, whole
from throughline.training.services.offers import unnamed
from throughline.training.services.records import begun, differing, locked, owner_for, told
from throughline.training.services.teams import let_secretariat_read
from throughline.training.services.trainers import let_read, let_read_no_more
from throughline.training.team import contacts_of, holds, is_contact, is_self
from throughline.training.web import pairings_address

P = Pairing.States
SIDES = tuple(Side.values)
PAIRED = "paired with someone of theirs"
LIVE = (P.PROPOSED, P.AGREED, P.UNDER_WAY)
KNOWN = (P.AGREED, P.UNDER_WAY, P.COMPLETED)
RUNNING = (P.AGREED, P.UNDER_WAY)


def speaks_for(viewer: Viewer, person: Person) -> bool:
    """Whether the viewer acts for a person: they themselves, or their contact point."""
    return is_self(viewer, person) or is_contact(viewer, person.owner_id, person.programme_id)


# Applications


def apply(actor: Viewer, *, person: Person, values: Mapping[str, Any], areas: Sequence[Term]) -> Application:
    """Apply to be paired, for oneself or for someone of one's organisation. Raises Refused or Invalid."""
    return _apply(unnamed(actor, person), person=person, by=actor, values=values, areas=areas)


@verb("application.make")
def _apply(
    actor: Viewer, *, person: Person, by: Viewer, values: Mapping[str, Any], areas: Sequence[Term]
) -> Application:
    fresh = Person.objects.select_for_update(of=("self",)).select_related("programme").get(pk=person.pk)
    if fresh.erased_at is not None or not speaks_for(by, fresh):
        raise Refused(_("Only the person themselves or their contact point applies."))
    given = {**values, "named": values.get("named", "").strip().lower()}
    given["languages"] = ", ".join(one.strip().lower() for one in values.get("languages", "").split(",") if one.strip())
    check(_application_problems(fresh, given, areas))
    made = Application.objects.create(person=fresh, **given)
    made.areas.set(areas)
    note(made, after={"kind": made.kind, "as": made.side, "areas": sorted(str(one) for one in areas)})
    let_secretariat_read(fresh)
    people = User.objects.filter(roles__programme=fresh.programme, roles__role=Role.SECRETARIAT, is_active=True)
    subject = gettext_lazy("Someone applied to be paired")
    tell(people.distinct(), subject=subject, text=fresh.reference, url=pairings_address(), but=by.person)
    return made


def _application_problems(person: Person, values: Mapping[str, Any], areas: Sequence[Term]) -> Iterator[Problem]:
    for name, known in (("kind", Sort.values), ("side", SIDES)):
        if values.get(name) not in known:
            yield Problem(name, _("Choose one of the words offered."), str(values.get(name, "")))
    if not areas:
        yield Problem("areas", _("Choose at least one area: pairs are made by what both are interested in."))
    if not values["languages"]:
        yield Problem("languages", _("Name the languages in which you can work, such as en, sq."))
    yield from language_problems(values)
    if values["named"] and values["named"] == person.email:
        yield Problem("named", _("Give the address of the other person, not your own."), values["named"])
    same = Application.objects.filter(person=person, kind=values.get("kind"), side=values.get("side"))
    if same.filter(state=Application.State.OPEN).exists():
        yield Problem("kind", _("There is such an application already. Withdraw it first."))


def withdraw(actor: Viewer, *, application: Application) -> Application:
    """Take an application back; the secretariat then reads the name no longer, unless for another reason."""
    return _withdraw(unnamed(actor, application.person), application=application, by=actor)


@verb("application.withdraw")
def _withdraw(actor: Viewer, *, application: Application, by: Viewer) -> Application:
    fresh = (
        Application.objects.select_for_update(of=("self",)).select_related("person__programme").get(pk=application.pk)
    )
    if not speaks_for(by, fresh.person):
        raise Refused(_("Only the person themselves or their contact point withdraws it."))
    if fresh.state != Application.State.OPEN:
        raise Refused(_("This application is not open any more."))
    fresh.state = Application.State.WITHDRAWN
    fresh.save(update_fields=["state"])
    note(fresh, after={"state": fresh.state})
    let_secretariat_read(fresh.person)
    return fresh


def _of(person: Person) -> Q:
    return Q(host=person) | Q(guest=person)


# Pairs


@verb("pairing.create")
def propose(
    actor: Viewer, *, programme: Programme, values: Mapping[str, Any], owner: Organisation | None = None
) -> Pairing:
    """Put two people together; they, or their contact points, say yes or no.

    Order: check the role and that both may be read; check the rules; write the pair; close their applications;
    history by references; tell both sides. Raises Refused or Invalid.
    """
    if not holds(actor, programme.pk, Role.SECRETARIAT):
        raise Refused(_("Pairs are made by the secretariat of the programme."))
    owner_id = owner_for(actor, programme, owner)
    given = {name: value for name, value in values.items() if name != "owner"}
    _check(actor, programme, given)
    host, guest = given["host"], given["guest"]
    wishes = list(_applications(given["kind"], host, guest))
    made = begun(
        actor, Pairing, programme=programme, owner=owner_id, year=given["starts_on"].year,
        values={**given, "matched": _reciprocal(wishes, host, guest)},
        handling=given.get("handling") or Handling.STRICT,
    )  # fmt: skip
    Application.objects.filter(pk__in=[one.pk for one in wishes]).update(state=Application.State.PAIRED)
    note(made, after=_told(given))
    mark("pairing", [made.pk])
    for person in (host, guest):
        _tell_side(person, gettext_lazy("A pair is proposed: please answer"), actor)
    return made


def _check(actor: Viewer, programme: Programme, values: Mapping[str, Any], pairing: Pairing | None = None) -> None:
    host, guest = values["host"], values["guest"]
    seen = set(Person.objects.visible_to(actor).filter(pk__in=[host.pk, guest.pk]).values_list("pk", flat=True))
    hidden = [name for name in SIDES if values[name].pk not in seen or values[name].programme_id != programme.pk]
    check(Problem(name, _("This person has not applied, or may not be read by you.")) for name in hidden)
    check(rules.pairing_problems(values))
    same = Pairing.objects.filter(host=host, guest=guest, kind=values["kind"], state__in=LIVE)
    if same.exclude(pk=pairing.pk if pairing else None).exists():
        raise Invalid([Problem("guest", _("These two are paired already."), guest.reference)])


def _applications(kind: str, host: Person, guest: Person) -> Iterator[Application]:
    for person, side in ((host, Side.HOST), (guest, Side.GUEST)):
        yield from Application.objects.filter(person=person, kind=kind, side=side, state=Application.State.OPEN)


def _reciprocal(wishes: Sequence[Application], host: Person, guest: Person) -> bool:
    named = {one.person_id: one.named for one in wishes if one.named}
    return named.get(host.pk) == guest.email != "" and named.get(guest.pk) == host.email != ""


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in values.items() if name not in (*SIDES, "outcome")}
    people = {name: values[name].reference for name in SIDES if name in values}
    return told({**kept, **people, "outcome": _("told") if values.get("outcome") else ""})


def _tell_side(person: Person, subject: Any, actor: Viewer) -> None:
    """Tell one of the two and their contact point, by the person's reference: the pair's own they may not read."""
    people = {*contacts_of(person).values_list("pk", flat=True), *([person.account_id] if person.account_id else [])}
    tell(people, subject=subject, text=person.reference, url=pairings_address(), but=actor.person)


@verb("pairing.change")
def change(actor: Viewer, *, pairing: Pairing, values: Mapping[str, Any], version: int | None = None) -> Pairing:
    """Change dates, the activity or the outcome. Other people are another pair. Raises Refused, Invalid or Conflict."""
    fresh = locked(actor, pairing, version=version)
    for name in SIDES:
        if values.get(name, getattr(fresh, name)) != getattr(fresh, name):
            raise Invalid([Problem(name, _("Other people are another pair. Break this one off and propose that."))])
    changed = differing(fresh, {name: value for name, value in values.items() if name != "owner"})
    if not changed:
        return fresh
    after = {**whole(fresh), **changed}
    check(rules.pairing_problems({**after, "handling": None}))
    before = {name: getattr(fresh, name) for name in changed}
    write(actor, fresh, changed)
    note(fresh, before=_told(before), after=_told(changed))
    mark("pairing", [fresh.pk])
    return fresh


def answer(actor: Viewer, *, pairing: Pairing, side: str, yes: bool) -> Pairing:
    """Say yes or no for one side: the person, or their contact point. The second yes makes the pair; a no ends it."""
    if side not in SIDES:
        raise Invalid([Problem("side", _("Choose one of the words offered."), side)])
    return _answer(unnamed(actor, getattr(pairing, side)), pairing=pairing, by=actor, side=side, yes=yes)


@verb("pairing.answer")
def _answer(actor: Viewer, *, pairing: Pairing, by: Viewer, side: str, yes: bool) -> Pairing:
    fresh = _held(pairing)
    if not speaks_for(by, getattr(fresh, side)):
        raise Refused(_("Only the person themselves or their contact point answers for them."))
    if fresh.state != P.PROPOSED:
        raise Refused(_("This has been answered already."))
    note(fresh, after={side: "yes" if yes else "no"})
    if not yes:
        step_to(actor, fresh, P.BROKEN_OFF)
        broken_off(actor, fresh, "")
        tell([fresh.created_by_id], subject=gettext_lazy("A proposed pair said no"), text=fresh.reference, about=fresh)
        return fresh
    setattr(fresh, f"{side}_said_yes", timezone.now())
    fresh.save(update_fields=[f"{side}_said_yes"])
    if fresh.host_said_yes and fresh.guest_said_yes:
        step_to(actor, fresh, P.AGREED)
        agreed(actor, fresh)
    return fresh


def _held(pairing: Pairing) -> Pairing:
    found: Pairing = (
        Pairing.objects.select_for_update(of=("self",))
        .select_related("host__owner", "guest__owner", "host__programme", "guest__programme")
        .get(pk=pairing.pk)
    )
    return found


# Steps of the flow


def agreed(actor: Viewer, pairing: Pairing) -> None:
    """Each side's organisation now reads whom its own person is paired with, and the pair. Part of a verb, not one."""
    host, guest = pairing.host, pairing.guest
    let_read(host, guest.owner, PAIRED)
    let_read(guest, host.owner, PAIRED)
    for one in (host.owner, guest.owner):
        if one.pk != pairing.owner_id:
            let_read(pairing, one, PAIRED)
    for person in (host, guest):
        _tell_side(person, gettext_lazy("A pair is agreed"), actor)


def complete_problems(pairing: Pairing, comment: str) -> Iterator[Problem]:
    if not pairing.outcome.strip():
        yield Problem("outcome", _("Say what came of it before it is completed: 'Change', outcome."))
    if pairing.ends_on > timezone.localdate():
        yield Problem("transition", _("It ends on %(day)s. Complete it then.") % {"day": pairing.ends_on})


def broken_off(actor: Viewer, pairing: Pairing, comment: str) -> None:
    """What the other side read, it reads no longer, unless the two are, or were, paired otherwise."""
    fresh = _held(pairing)
    for person, other in ((fresh.host, fresh.guest), (fresh.guest, fresh.host)):
        both = Pairing.objects.filter(_of(person), state__in=KNOWN)
        if not both.filter(Q(host__owner=other.owner_id) | Q(guest__owner=other.owner_id)).exists():
            let_read_no_more(person, other.owner, PAIRED)
    for one in (fresh.host.owner, fresh.guest.owner):
        let_read_no_more(fresh, one, PAIRED)


# What the two themselves write


def log_contact(actor: Viewer, *, pairing: Pairing, on: date, minutes: int | None = None, text: str = "") -> Contact:
    """Write down that they met: either of the two, or a contact point of theirs. Raises Refused or Invalid."""
    person = _own_side(actor, pairing)
    return _log_contact(unnamed(actor, person), pairing=pairing, values={"on": on, "minutes": minutes, "note": text})


@verb("pairing.log-contact")
def _log_contact(actor: Viewer, *, pairing: Pairing, values: Mapping[str, Any]) -> Contact:
    fresh = _held(pairing)
    if fresh.state not in RUNNING:
        raise Refused(_("Contacts are written down once both have agreed, and until it is completed."))
    if values["on"] > timezone.localdate():
        raise Invalid([Problem("on", _("This day has not come yet."), str(values["on"]))])
    if values["minutes"] is not None and not 0 < values["minutes"] <= 24 * 60 * 5:
        raise Invalid([Problem("minutes", _("Give the minutes, more than nought, or leave them empty."))])
    made = Contact.objects.create(pairing=fresh, **values)
    note(fresh, after={"contact": str(made.on)})
    return made


def tell_outcome(actor: Viewer, *, pairing: Pairing, text: str) -> Pairing:
    """Say what came of it: either of the two, or a contact point of theirs. History says that it was told, not what."""
    return _tell_outcome(unnamed(actor, _own_side(actor, pairing)), pairing=pairing, text=text.strip())


@verb("pairing.tell-outcome")
def _tell_outcome(actor: Viewer, *, pairing: Pairing, text: str) -> Pairing:
    fresh = _held(pairing)
    if fresh.state not in RUNNING:
        raise Refused(_("The outcome is told once both have agreed, and until it is completed."))
    fresh.outcome = text
    fresh.version += 1
    fresh.save(update_fields=["outcome", "version", "changed_at"])
    note(fresh, after={"outcome": "told"})
    return fresh


def _own_side(actor: Viewer, pairing: Pairing) -> Person:
    """The one of the two the actor speaks for, themselves first."""
    sides = sorted((pairing.host, pairing.guest), key=lambda one: not is_self(actor, one))
    for person in sides:
        if speaks_for(actor, person):
            return person
    raise Refused(_("Only the two themselves and their contact points write here."))
