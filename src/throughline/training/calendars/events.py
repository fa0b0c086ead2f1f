"""From activities to the events of a calendar file."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from throughline.training.calendars.files import Event
from throughline.training.models import Activity

Address = Callable[[Activity], str]


def events_of(activities: Iterable[Activity], address: Address, *, hours: bool = False) -> Iterator[Event]:
    """An event for each activity; with `hours`, one for each of its sessions where it has any."""
    for activity in activities:
        sessions = list(activity.sessions.all()) if hours else []
        shared: dict[str, Any] = {
            "sequence": activity.version - 1,
            "changed": activity.changed_at,
            "status": activity.state,
            "first": activity.starts_on,
            "last": activity.ends_on,
            "text": _text(activity),
            "url": address(activity),
            "categories": tuple(str(one) for one in (activity.project, activity.priority) if one),
        }
        if not sessions:
            yield Event(uid=f"{activity.pk}@throughline", title=_title(activity), place=_place(activity), **shared)
        for session in sessions:
            title = f"{_title(activity)}: {session.title}" if session.title else _title(activity)
            yield Event(
                uid=f"{session.pk}@throughline",
                title=title,
                place=", ".join(part for part in (session.place, _place(activity)) if part),
                starts=session.starts_at,
                ends=session.ends_at,
                **shared,
            )


def _title(activity: Activity) -> str:
    if activity.state == "cancelled":
        return _("Cancelled: %(title)s") % {"title": activity.title}
    return str(activity.title)


def _place(activity: Activity) -> str:
    return ", ".join(str(part) for part in (activity.venue, activity.venue_jurisdiction) if part)


def _text(activity: Activity) -> str:
    """What it is, in a few lines. The reference finds it again."""
    lines = [
        f"{activity.reference} · {activity.get_kind_display()} · {activity.get_mode_display()}",
        _("Languages: %(languages)s") % {"languages": activity.languages} if activity.languages else "",
        _("Why it was cancelled: %(reason)s") % {"reason": activity.cancelled_because}
        if activity.cancelled_because
        else "",
    ]
    return "\n".join(line for line in lines if line)
