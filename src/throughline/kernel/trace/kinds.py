"""The kinds of links there are, each with its words in both directions, and what the models already know.

A link always runs the way things happen: from left (the evidence, the cause, the source) to right (what
was made of it). Apps register kinds of their own in `ready()`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Kind:
    """One kind of link: `forwards` is read from the left record, `backwards` from the right one."""

    code: str
    forwards: Text
    backwards: Text


kinds: dict[str, Kind] = {}


def register(*more: Kind) -> None:
    for kind in more:
        kinds[kind.code] = kind


register(
    Kind("evidence", _("is evidence for"), _("rests on")),
    Kind("answers", _("is answered by"), _("answers")),
    Kind("leads-to", _("led to"), _("came from")),
    Kind("reported-in", _("is reported in"), _("reports")),
)

# A relation the models hold anyway: (kind, the record at its other end). It is followed, not written twice.
Known = Callable[[models.Model], Iterable[tuple[str, models.Model]]]


@dataclass(frozen=True)
class Followed:
    left: Known | None = None
    right: Known | None = None


followed: dict[type[models.Model], list[Followed]] = {}


def follow(model: type[models.Model], *, left: Known | None = None, right: Known | None = None) -> None:
    """Let the line of this model's records include what their own fields point to."""
    followed.setdefault(model, []).append(Followed(left, right))
