"""Addresses that messages lead to."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse

from throughline.training.badge_codes import secret_of
from throughline.training.models import Activity, Person


def places_address(activity: Activity) -> str:
    """The page of an activity's places."""
    return reverse("activity-places", args=[activity.reference])


def own_address() -> str:
    """The participant's own page."""
    return reverse("training-mine")


def people_address(person: Person) -> str:
    """The page of someone, for their contact point."""
    return reverse("training-person-detail", args=[person.pk])


def pairings_address() -> str:
    """The page of exchanges and mentoring."""
    return reverse("pairing-board")


def activity_address(activity: Activity) -> str:
    """The page of an activity; for a participant who may not read it (`queries.own_activities`), their own page."""
    return reverse("activity-detail", args=[activity.reference]) if getattr(activity, "opens", True) else own_address()


def evaluation_address(activity: Activity) -> str:
    """The page of an activity's evaluation."""
    return reverse("activity-evaluation", args=[activity.reference])


def answer_path(ticket: UUID) -> str:
    """The secret address at which one person answers."""
    return reverse("evaluate", args=[secret_of(ticket)])


def answer_address(ticket: UUID) -> str:
    """The same, whole: it goes out by mail."""
    return settings.THROUGHLINE_ADDRESS.rstrip("/") + answer_path(ticket)
