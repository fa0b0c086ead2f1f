"""One verb, one transaction, one place where history is written.

A function decorated with `@verb` runs in one transaction. What it notes is kept until the outermost
verb is about to commit and is then appended to the chain in one go, so that the lock on the end of
the chain is held for moments and always taken last. A refusal is written after the rollback.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from django.db import models, transaction

from throughline.kernel.access.errors import Refused
from throughline.kernel.access.standing import past_the_wall, standing_as
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history import store
from throughline.kernel.ids import new_id

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Unit:
    """What one outermost verb is about to write."""

    actor: Viewer
    verb: str
    request: UUID
    lines: list[store.Line] = field(default_factory=list)


current_unit: ContextVar[Unit | None] = ContextVar("current_unit", default=None)
current_verb: ContextVar[str] = ContextVar("current_verb", default="")
current_request: ContextVar[UUID | None] = ContextVar("current_request", default=None)


@contextmanager
def request_context(request: UUID | None = None) -> Iterator[UUID]:
    """Everything written inside carries the same request id."""
    token = current_request.set(request or new_id())
    try:
        yield current_request.get()  # type: ignore[misc]
    finally:
        current_request.reset(token)


@contextmanager
def unit_of_work(actor: Viewer, name: str) -> Iterator[Unit]:
    """One transaction; an inner one joins the outer."""
    outer = current_unit.get()
    verb_token = current_verb.set(name)
    try:
        if outer is not None:
            yield outer
            return
        unit = Unit(actor=actor, verb=name, request=current_request.get() or new_id())
        token = current_unit.set(unit)
        try:
            with transaction.atomic():
                yield unit
                store.append(unit.lines)
        finally:
            current_unit.reset(token)
    finally:
        current_verb.reset(verb_token)


def verb(
    name: str, *, whole: bool = True
) -> Callable[[Callable[Concatenate[Viewer, P], R]], Callable[Concatenate[Viewer, P], R]]:
    """Make a function of a service the verb `name` ('incident.verify'): actor first, rest by keyword.

    A verb reads the whole and asks `may`. One that hands out what it reads, such as an export, is no `whole` one: the
    database gives it what its actor may read, and it writes nothing but history.
    """

    def decorate(function: Callable[Concatenate[Viewer, P], R]) -> Callable[Concatenate[Viewer, P], R]:
        @wraps(function)
        def run(actor: Viewer, /, *args: P.args, **kwargs: P.kwargs) -> R:
            outermost = current_unit.get() is None
            try:
                with past_the_wall("verb") if whole else standing_as(actor), unit_of_work(actor, name):
                    return function(actor, *args, **kwargs)
            except Refused as refusal:
                if outermost:
                    refused(actor, name, about=first_record(kwargs), reason=str(refusal))
                raise

        run.verb_name = name  # type: ignore[attr-defined]
        return run

    return decorate


def first_record(kwargs: dict[str, Any]) -> models.Model | None:
    return next((value for value in kwargs.values() if isinstance(value, models.Model)), None)


def note(
    about: models.Model | None,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    verb: str = "",
) -> None:
    """Put one line of history about a record into the running verb."""
    note_many([(about, before, after)], reason=reason, verb=verb)


def note_many(
    entries: Iterable[store.Told],
    *,
    reason: str = "",
    verb: str = "",
) -> None:
    """The same for many records: (record, before, after)."""
    unit = current_unit.get()
    if unit is None:
        message = "History is noted inside a verb only."
        raise RuntimeError(message)
    name = verb or current_verb.get()
    unit.lines.extend(store.lines_of(unit.actor, name, entries, reason, unit.request))


def refused(actor: Viewer, name: str, *, about: models.Model | None, reason: str) -> None:
    """Write that someone tried and was refused, in a transaction of its own."""
    request = current_request.get() or new_id()
    with transaction.atomic():
        store.append(store.lines_of(actor, f"{name}.refused", [(about, None, None)], reason, request))
