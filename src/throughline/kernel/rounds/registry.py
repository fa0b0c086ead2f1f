"""What the subjects ask: each declares an `Asking` with what becomes of accepted answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.viewer import Viewer

if TYPE_CHECKING:
    from throughline.kernel.rounds.models import Return, Version

TakeIn = Callable[[Viewer, "Return", "Version"], None]


def _nothing(actor: Viewer, ret: "Return", version: "Version") -> None:
    """The answers stay where they are."""


@dataclass(frozen=True)
class Source:
    """Something a subject can make a questionnaire from, such as a results framework."""

    key: str
    label: str


@dataclass(frozen=True)
class Asking:
    """A kind of question a subject puts to authorities.

    on_accept   turns the accepted version into records of the subject, inside the accepting transaction
    on_reopen   takes them out of the count again, inside the reopening transaction
    sources     what a questionnaire can be made from, as far as the viewer may see it
    make_form   writes an XLSForm (xlsx) from one of them
    """

    code: str
    title: str | Promise
    on_accept: TakeIn = _nothing
    on_reopen: TakeIn = _nothing
    sources: Callable[[Viewer], list[Source]] | None = None
    make_form: Callable[[Viewer, str], bytes] | None = None


_askings: dict[str, Asking] = {}


def register(*askings: Asking) -> None:
    _askings.update({asking.code: asking for asking in askings})


def get(code: str) -> Asking:
    """The asking with this code; answers to one that no installed subject knows stay answers."""
    return _askings.get(code, GENERAL)


def everything() -> list[Asking]:
    return list(_askings.values())


GENERAL = Asking("general", _("Answers stay answers"))
register(GENERAL)

__all__ = ["Asking", "Source", "everything", "get", "register"]
