"""What must end when an account is closed. Whoever hands out a way in (sessions, tokens) registers its end."""

from collections.abc import Callable
from typing import TypeVar

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.utils.module_loading import import_string

from throughline.people.models import User

Ending = Callable[[User], object]
Ends = TypeVar("Ends", bound=Ending)
endings: list[Ending] = []


def when_leaving(ending: Ends) -> Ends:
    """Register a function that ends one kind of access of a person who leaves."""
    endings.append(ending)
    return ending


def end_access(user: User) -> None:
    """End all of it."""
    for ending in endings:
        ending(user)


@when_leaving
def end_sessions(user: User, *, but: str | None = None, only: int | None = None) -> int:
    """End the sessions of a person: all, all `but` the one with this key, or `only` the one with this number."""
    sessions = UserSession.objects.filter(user=user)
    if only is not None:
        sessions = sessions.filter(pk=only)
    if but is not None:
        sessions = sessions.exclude(session_key=but)
    ended = 0
    for session in sessions:
        session_store().delete(session.session_key)
        session.delete()
        ended += 1
    return ended


def session_store() -> SessionStore:
    store: SessionStore = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    return store
