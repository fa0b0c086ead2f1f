"""Verbs on people: add, correct, link an account, consent, ask for erasure, erase, and erasing by date.

What history keeps of a person is their reference and the names of the fields that changed, never a value: history cannot
be unwritten, and erasing has to be true. For the same reason reasons stand in the steps of a place and not in history,
and a participant who acts for themselves is told there as 'the participant'.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.models import Grant, Record
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.comments import services as comments
from throughline.kernel.flow.models import Step
from throughline.kernel.history.unit import note, note_many, verb
from throughline.kernel.measures.outbox import mark
from throughline.kernel.notify.models import Mail
from throughline.kernel.notify.services import Said, tell
from throughline.kernel.proposing import services as proposing
from throughline.people.models import User
from throughline.reference.models import Organisation, Programme
from throughline.training.choices import ASKED_SEX, ActivityState, PlaceState, Sector
from throughline.training.models import (
    Activity,
    Application,
    Consent,
    Contact,
    Pairing,
    Person,
    Place,
    PlaceStep,
    Ticket,
    Trainer,
)
from throughline.training.services import certificates, evaluating, offers, teams
from throughline.training.services.catalogue import check
from throughline.training.services.moves import LIVE, Move, carry_out, hold_all
from throughline.training.services.offers import unnamed
from throughline.training.services.records import begun, owner_for
from throughline.training.team import contacts_of, is_contact, is_self
from throughline.training.web import people_address

# What a person may correct about themselves; the jurisdiction is that of their organisation.
OWN_FIELDS = ("name", "email", "telephone", "function", "unit", "sex", "sector", "languages")
LIST, POOL = "list", teams.AGREED_TO
PURPOSES = (LIST, POOL)
KEPT_WITHOUT_PLACE_DAYS = 1825


@verb("person.add")
def add(actor: Viewer, *, programme: Programme, values: Mapping[str, Any], owner: Organisation | None = None) -> Person:
    """Keep someone who may be nominated. They belong to the actor's organisation and to its jurisdiction.

    Raises Refused, or Invalid where the address is kept already.
    """
    owner_id = owner_for(actor, programme, owner)
    given = _clean(values)
    where = Organisation.objects.get(pk=owner_id)
    check(_problems(given, owner=where))
    given["jurisdiction"] = where.jurisdiction
    person = begun(actor, Person, programme=programme, owner=owner_id, values=given, handling=Handling.STRICT)
    note(person, after={"given": sorted(name for name, value in given.items() if value)})
    _link(person)
    person.refresh_from_db()
    return person


@verb("person.change")
def change(actor: Viewer, *, person: Person, values: Mapping[str, Any]) -> Person:
    """Change what is kept of someone of the actor's organisation. History says which fields, not what they say."""
    fresh = _held(person)
    if not is_contact(actor, fresh.owner_id, fresh.programme_id):
        raise Refused(_("Only the organisation a person belongs to may change what is kept of them."))
    return _change(actor, fresh, values)


def correct(actor: Viewer, *, person: Person, values: Mapping[str, Any]) -> Person:
    """Correct one's own data. The contact point is told which fields changed."""
    return _correct(unnamed(actor, person), person=person, by=actor, values=values)


@verb("person.correct")
def _correct(actor: Viewer, *, person: Person, by: Viewer, values: Mapping[str, Any]) -> Person:
    fresh = _held(person)
    if not is_self(by, fresh):
        raise Refused(_("Only the person themselves corrects their own data here."))
    changed = _change(actor, fresh, {name: value for name, value in values.items() if name in OWN_FIELDS})
    _tell_contacts(fresh, by, gettext_lazy("A participant corrected their own data"))
    return changed


def _change(actor: Viewer, person: Person, values: Mapping[str, Any]) -> Person:
    given = {name: value for name, value in _clean(values).items() if getattr(person, name) != value}
    check(_problems(given, owner=person.owner, person=person))
    if not given:
        return person
    for name, value in given.items():
        setattr(person, name, value)
    person.version += 1
    if actor.person:
        person.changed_by_id = actor.person
    person.save()
    # What was counted stays as it was counted; what is still to come follows the person.
    if {"sex", "sector"} & set(given):
        _keep_with_places([person])
    note(person, after={"changed": sorted(given)})
    _link(person)
    return person


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    if given.get("email"):
        given["email"] = given["email"].lower()
    return {name: value for name, value in given.items() if name in OWN_FIELDS}


def _problems(given: Mapping[str, Any], *, owner: Organisation, person: Person | None = None) -> Iterator[Problem]:
    if not given.get("name", person.name if person else ""):
        yield Problem("name", _("Give the name as it will stand on the certificate."))
    for name, known in (("sex", ASKED_SEX), ("sector", Sector.values)):
        if name in given and given[name] not in known and given[name] != getattr(person, name, None):
            yield Problem(name, _("Choose one of the words offered."), str(given[name]))
    if given.get("email"):
        same = Person.objects.filter(owner=owner, email=given["email"]).exclude(pk=person.pk if person else None)
        if same.exists():
            yield Problem(
                "email", _("Somebody of your organisation is kept with this address already."), given["email"]
            )


def _held(person: Person) -> Person:
    fresh = Person.objects.select_for_update(of=("self",)).select_related("owner").get(pk=person.pk)
    if fresh.erased_at is not None:
        raise Refused(_("What was kept of this person has been erased."))
    return fresh


# Accounts


def _link(person: Person) -> None:
    """Whoever has an account with this address reads and answers for themselves. Part of a verb, not one."""
    if person.account_id is not None or not person.email:
        return
    account = User.objects.filter(email=person.email, is_active=True, training_person=None).first()
    if account is not None:
        _let_read_own(person, account)


def _let_read_own(person: Person, account: User) -> None:
    Person.objects.filter(pk=person.pk).update(account=account)
    person.account = account
    Grant.objects.get_or_create(
        content_type=ContentType.objects.get_for_model(Person),
        object_id=person.pk,
        person=account,
        reason="it is about them",
        defaults={"given_by_id": person.created_by_id},
    )
    teams.settle([person.pk])
    note(person, after={"account": "linked"})


@verb("person.claim")
def claim(actor: Viewer) -> Person | None:
    """Find what is kept under the address the actor signs in with, and link it to them; None if nothing is."""
    account = User.objects.get(pk=actor.key)
    mine: Person | None = Person.objects.filter(account=account).first()
    if mine is not None:
        return mine
    found = Person.objects.select_for_update(of=("self",)).filter(
        email=account.email.lower(), account=None, erased_at=None
    )
    person: Person | None = found.order_by("created_at").first()
    if person is not None:
        _let_read_own(person, account)
    return person


# Consent


def consent(actor: Viewer, *, person: Person, purpose: str, given: bool) -> Person:
    """Write down that a person agreed to a purpose, or took it back. They themselves, or their contact point for them."""
    return _consent(unnamed(actor, person), person=person, by=actor, purpose=purpose, given=given)


@verb("person.consent")
def _consent(actor: Viewer, *, person: Person, by: Viewer, purpose: str, given: bool) -> Person:
    fresh = _held(person)
    if not is_self(by, fresh) and not is_contact(by, fresh.owner_id, fresh.programme_id):
        raise Refused(_("Consent is the person's own, or told by their contact point."))
    if purpose not in PURPOSES:
        raise Invalid([Problem("purpose", _("This is no purpose anybody is asked about."), purpose)])
    now = timezone.now()
    standing = Consent.objects.filter(person=fresh, purpose=purpose, withdrawn_at=None)
    if standing.exists() == given:
        return fresh
    if given:
        Consent.objects.create(person=fresh, purpose=purpose)
    else:
        standing.update(withdrawn_at=now)
    if purpose == LIST:
        fresh.agreed_to_list, fresh.agreed_at = given, now if given else None
        fresh.save(update_fields=["agreed_to_list", "agreed_at"])
    else:
        teams.let_secretariat_read(fresh)
    note(fresh, before={purpose: not given}, after={purpose: given})
    return fresh


# Erasing


def ask_erasure(actor: Viewer, *, person: Person) -> Person:
    """Ask for one's own data to be erased. The contact point is told, and erases."""
    return _ask_erasure(unnamed(actor, person), person=person, by=actor)


@verb("person.ask-erasure")
def _ask_erasure(actor: Viewer, *, person: Person, by: Viewer) -> Person:
    fresh = _held(person)
    if not is_self(by, fresh):
        raise Refused(_("Only the person themselves asks for that."))
    if fresh.erasure_asked_at is None:
        fresh.erasure_asked_at = timezone.now()
        fresh.save(update_fields=["erasure_asked_at"])
        note(fresh, after={"erasure": "asked"})
        _tell_contacts(fresh, by, gettext_lazy("A participant asks for their data to be erased"))
    return fresh


def _tell_contacts(person: Person, by: Viewer, subject: Said) -> None:
    """Which person it is, by their reference only."""
    tell(contacts_of(person), subject=subject, text=person.reference, url=people_address(person), but=by.person)


@verb("person.erase")
def erase(actor: Viewer, *, person: Person) -> Person:
    """Erase who a person was. Every figure that counts them stays as it is.

    Order: hold their activities; withdraw what is still ahead of them (and offer those places to the next); keep with
    each place whose it was; wipe; take the grants away; history says that it was done. Raises Refused for all but the
    person's organisation.
    """
    fresh = _held(person)
    if not is_contact(actor, fresh.owner_id, fresh.programme_id):
        raise Refused(_("Only the organisation a person belongs to erases what is kept of them."))
    _erase(actor, [fresh])
    fresh.refresh_from_db()
    return fresh


@verb("person.erase-by-date")
def erase_due(actor: Viewer) -> int:
    """Erase everyone whose last activity's time of keeping has passed; and of each activity what only it asked for.

    Done by a duty. Says how many people were erased.
    """
    today = timezone.localdate()
    # PostgreSQL adds whole days to a date.
    ends = models.ExpressionWrapper(F("ends_on") + F("retention_days"), output_field=models.DateField())
    over = Activity.objects.annotate(kept_until=ends).filter(kept_until__lt=today)
    _wipe_places(Place.objects.filter(activity__in=over))
    last = Activity.objects.filter(places__person=OuterRef("pk")).annotate(kept_until=ends).order_by("-kept_until")
    people = Person.objects.filter(erased_at=None).annotate(last=Subquery(last.values("kept_until")[:1]))
    idle = timezone.now() - timedelta(days=KEPT_WITHOUT_PLACE_DAYS)
    due = list(people.filter(Q(last__lt=today) | Q(last=None, created_at__lt=idle))[:5_000])
    _erase(actor, due)
    return len(due)


# What is wiped wherever it hangs on a person: model, the way to the person, the fields. A test walks the models for more.
WIPED: tuple[tuple[type[models.Model], str, tuple[str, ...]], ...] = (
    (Place, "person", ("motive", "travel", "special_needs")),
    (PlaceStep, "place__person", ("reason",)),
    (Ticket, "place__person", ("email",)),
    (Trainer, "person", ("note", "languages")),
    (Application, "person", ("languages", "named", "wish")),
    (Pairing, "host", ("outcome",)),
    (Pairing, "guest", ("outcome",)),
    (Contact, "pairing__host", ("note",)),
    (Contact, "pairing__guest", ("note",)),
)
WIPED_OF_PERSON = ("name", "email", "telephone", "function", "unit", "languages")


def _forget_talk(noun: type[Record], keys: Collection[UUID]) -> None:
    """What was said about them and proposed for them names them too."""
    comments.forget(noun, keys)
    proposing.forget(noun, keys)


def _erase(actor: Viewer, people: Collection[Person]) -> None:
    if not people:
        return
    keys = [one.pk for one in people]
    _leave(actor, keys)
    _keep_with_places(people)
    for model, way, fields in WIPED:
        rows = model._default_manager.filter(**{f"{way}__in": keys})
        rows.update(**dict.fromkeys(fields, ""))
    for noun in (Trainer, Pairing):
        named = Q()
        for way in noun.NAMES:
            named |= Q(**{f"{way}__in": keys})
        told = list(noun.objects.filter(named).values_list("pk", flat=True))
        Step.objects.filter(noun=noun._meta.model_name, object_id__in=told).update(comment="")
        _forget_talk(noun, told)
    _forget_talk(Person, keys)
    PlaceStep.objects.filter(
        place__person__in=keys, by__in=[one.account_id for one in people if one.account_id]
    ).update(by=None)
    Trainer.objects.filter(person__in=keys).update(state=Trainer.States.LEFT)
    Application.objects.filter(named__in=[one.email for one in people if one.email]).update(named="")
    Application.objects.filter(person__in=keys).update(state=Application.State.WITHDRAWN)
    Consent.objects.filter(person__in=keys, withdrawn_at=None).update(withdrawn_at=timezone.now())
    certificates.forget(keys)
    evaluating.forget(keys)
    Mail.objects.filter(address__in=[one.email for one in people if one.email]).exclude(person__isnull=False).delete()
    Grant.objects.filter(content_type=ContentType.objects.get_for_model(Person), object_id__in=keys).delete()
    blank = dict.fromkeys(WIPED_OF_PERSON, "")
    Person.objects.filter(pk__in=keys).update(
        **blank, account=None, agreed_to_list=False, agreed_at=None, erased_at=timezone.now(), version=F("version") + 1
    )
    teams.settle(keys)
    note_many(((one, None, {"erased": True}) for one in people), verb="person.erase")


def _leave(actor: Viewer, keys: Collection[Any]) -> None:
    """Withdraw erased people from what is still ahead. Who came already came: closing will count what was written."""
    began = Q(state=PlaceState.CONFIRMED, activity__starts_on__lte=timezone.localdate())
    over = Q(activity__state__in=(ActivityState.DONE, ActivityState.CANCELLED))
    ahead = Place.objects.filter(person__in=keys, state__in=LIVE).exclude(over | began)
    activities = hold_all(set(ahead.order_by().values_list("activity", flat=True)))
    places = list(ahead.filter(activity__in=activities).select_related("activity", "person"))
    moves = [Move(one, PlaceState.WITHDRAWN) for one in places]
    if moves:
        carry_out(actor, moves, activities={one.pk: one for one in activities})
        offers.serve_lists(actor, activities)


def _keep_with_places(people: Collection[Person]) -> None:
    """Whose a place was stays with it: jurisdiction, sex and sector were copied when it was written, and followed since."""
    for one in people:
        rows = Place.objects.filter(person=one).exclude(activity__state=ActivityState.DONE)
        rows.update(sex=one.sex, sector=one.sector)
        mark("activity", rows.order_by().values_list("activity", flat=True))


def _wipe_places(places: models.QuerySet[Place]) -> None:
    """Of an activity whose time of keeping is over: what was asked for it alone."""
    spoken = places.filter(~Q(motive="") | ~Q(travel="") | ~Q(special_needs=""))
    keys = list(spoken.values_list("pk", flat=True))
    Place.objects.filter(pk__in=keys).update(motive="", travel="", special_needs="")
    PlaceStep.objects.filter(place__in=places).exclude(reason="").update(reason="")
    if keys:
        note(None, after={"places wiped": len(keys)})
