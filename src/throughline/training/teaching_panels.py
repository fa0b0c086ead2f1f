"""What the record pages of activities, trainers, sessions and pairs show of multiplication, as plain data."""

from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from throughline.kernel.access.viewer import Viewer
from throughline.training import multiplying
from throughline.training.choices import TOOK_PART, Kind
from throughline.training.models import Activity, Cascade, Pairing, Trainer
from throughline.training.services.pairing import RUNNING, speaks_for
from throughline.training.services.people import POOL
from throughline.training.teaching_rules import week_warning
from throughline.training.team import is_contact, is_self

SHOWN = 50


def multiplication(viewer: Viewer, record: Activity) -> dict[str, Any]:
    """Of a training of trainers: how far those who attended came, and what was passed on, beside each other."""
    if record.kind != Kind.TRAIN_THE_TRAINER:
        return {}
    chain = multiplying.chains(viewer, [record])[record.pk]
    people = multiplying.named(viewer, record, chain) if viewer.signed_in else []
    for row in people:
        person = row["person"]
        own = is_contact(viewer, person.owner_id, record.programme_id)
        row["proposable"] = own and person.erased_at is None and multiplying.POOL not in row["codes"]
        row["own"] = own
    return {
        "activity": record,
        "chain": chain,
        "days": multiplying.DAYS,
        "people": people,
        "multiplied": with_participations(viewer, record),
    }


def with_participations(viewer: Viewer, record: Activity) -> list[Activity]:
    """The activities that multiply this one, each with how many took part."""
    found = Activity.objects.visible_to(viewer).filter(multiplies=record).order_by("starts_on")
    return list(found.annotate(comers=Count("places", filter=Q(places__state__in=TOOK_PART)))[:SHOWN])


def trainer_page(viewer: Viewer, record: Trainer) -> dict[str, Any]:
    """The sessions this trainer held, and whether the name is known to the secretariat."""
    held = Cascade.objects.visible_to(viewer).filter(trainer=record).select_related("activity")
    return {
        "trainer": record,
        "sessions": list(held.order_by("-held_on")[:SHOWN]),
        "agreed": record.person.consents.filter(purpose=POOL, withdrawn_at=None).exists(),
        "contact": is_contact(viewer, record.owner_id, record.programme_id),
        "purpose": POOL,
    }


def session_page(viewer: Viewer, record: Cascade) -> dict[str, Any]:
    """Who held it, for those who may read the name."""
    found = Trainer.objects.visible_to(viewer).filter(pk=record.trainer_id).select_related("person").first()
    return {"trainer": found}


def pairing_page(viewer: Viewer, record: Pairing) -> dict[str, Any]:
    """The answers of both sides, the log of contacts, and what this reader can do for which side."""
    sides = [("host", record.host, record.host_said_yes), ("guest", record.guest, record.guest_said_yes)]
    return {
        "pairing": record,
        "warning": week_warning(record),
        "sides": [
            {"side": side, "person": person, "yes": yes, "mine": speaks_for(viewer, person)}
            for side, person, yes in sides
        ],
        "contacts": list(record.contacts.all()),
        "writes": record.state in RUNNING and any(speaks_for(viewer, person) for _side, person, _yes in sides),
        "today": timezone.localdate().isoformat(),
    }


def own_pair(viewer: Viewer, record: Pairing) -> dict[str, Any]:
    """The same for one of the two on their own page. Before both agreed, the other is an organisation without a name."""
    mine = "host" if is_self(viewer, record.host) else "guest"
    other = record.guest if mine == "host" else record.host
    return {
        **pairing_page(viewer, record),
        "mine": mine,
        "answered": getattr(record, f"{mine}_said_yes"),
        "other": other,
        "known": record.state not in (Pairing.States.PROPOSED, Pairing.States.BROKEN_OFF),
    }
