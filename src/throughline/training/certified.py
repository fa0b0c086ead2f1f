"""Reading certificates: those of people the viewer may read, and one's own."""

from typing import Any

from django.db.models import Q, QuerySet

from throughline.kernel.access.viewer import Viewer
from throughline.training import verifying
from throughline.training.models import Activity, Certificate, Person


def readable(viewer: Viewer) -> QuerySet[Certificate]:
    """Whoever may read the person may read the certificate; so may the person."""
    if viewer.person is None:
        return Certificate.objects.none()
    people = Person.objects.visible_to(viewer).values("pk")
    rows = Certificate.objects.past_the_wall("own").filter(
        Q(place__person__in=people) | Q(place__person__account=viewer.person)
    )
    return rows.select_related("file", "place__person", "place__activity__programme__secretariat")


def of_activity(activity: Activity) -> QuerySet[Certificate]:
    """All of an activity, for its team: check before that the viewer is of it."""
    rows = Certificate.objects.past_the_wall("team").filter(place__activity=activity)
    return rows.select_related("place__person", "file").order_by("serial")


def of_person(person: Person) -> QuerySet[Certificate]:
    """All of one person, newest first, for themselves: check before that the viewer is the person."""
    rows = Certificate.objects.past_the_wall("own").filter(place__person=person)
    return rows.select_related("place__person", "place__activity", "file").order_by("-issued_on", "-serial")


def own_part(viewer: Viewer, person: Any) -> dict[str, Any]:
    """What the participant's own page shows of certificates; nothing where there are none."""
    found = list(of_person(person))
    shows = Certificate._meta.get_field("shows").choices
    return {"certificates": [(one, verifying.has_badge(one)) for one in found], "shows": shows} if found else {}
