"""Which record, list or question an address of a page means, for one viewer."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import QueryDict
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.following.choices import What
from throughline.kernel.measures.answering import Answering, Desk
from throughline.kernel.measures.questions import Question
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import address_of, found
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.listing import PAGING, Asked
from throughline.kernel.resources.values import shown

# What an address holds beside its question: a place in the list, an order, columns, the view it came from.
BESIDE = frozenset({*PAGING, "limit", "sort", "columns", "view", "select", "csrfmiddlewaretoken"})
LONGEST = 4_000
# A database index on what is followed holds no more.
LONGEST_QUERY = 1_500


@dataclass(frozen=True)
class Target:
    """What an address means."""

    what: What
    name: str
    url: str
    record: Any = None
    noun: str = ""
    query: str = ""


def target_of(viewer: Viewer, address: str) -> Target:
    """The record, list or question of an address within this installation. Invalid where there is none to follow, in the
    same words for what is not there and what may not be read.
    """
    parts = urlsplit(address.strip()[:LONGEST])
    steps = [one for one in parts.path.split("/") if one]
    resource = registry.for_plural(steps[0]) if steps else None
    if parts.path == reverse("question"):
        return question_target(viewer, parts.query)
    if resource is not None and len(steps) == 1:
        return list_target(viewer, resource, _kept(parts.query))
    record = found(resource, viewer, steps[1], whole=False) if resource is not None and len(steps) == 2 else None
    if resource is None or record is None:
        raise Invalid([Problem("address", _("There is nothing here that you can follow."), shown(address))])
    return record_target(resource, record)


def record_target(resource: Resource, record: Any) -> Target:
    name = f"{capfirst(str(resource.title))} {getattr(record, 'reference', '') or record}"
    return Target(
        What.RECORD, name, reverse(f"{resource.noun}-detail", args=[address_of(resource, record)]), record=record
    )


def list_target(viewer: Viewer, resource: Resource, query: str) -> Target:
    """A kind of record, with the filters of the address ('new verified incidents of my jurisdiction')."""
    asked = Asked.read(resource, QueryDict(query), viewer)
    if asked.problems:
        raise Invalid(asked.problems)
    _check_length(query)
    said = [f"{capfirst(one.label)}: {one.words}".lstrip(": ") for one in asked.conditions]
    said += [f"'{asked.text}'"] if asked.text else []
    name = " · ".join([capfirst(str(resource.title_plural)), *said])
    address = reverse(f"{resource.noun}-list")
    return Target(What.LIST, name, f"{address}?{query}" if query else address, noun=resource.noun, query=query)


def question_target(viewer: Viewer, query: str) -> Target:
    """A figure, whatever it is sliced by; always of today, never as of an earlier moment."""
    asked = Question.from_query(query).but(as_of=()).checked()
    _check_length(asked.to_query())
    title = Answering(Desk(viewer, (), {}), asked).title
    return Target(What.QUESTION, title, f"{reverse('question')}?{asked.to_query()}", query=asked.to_query())


def target(viewer: Viewer, following: Any) -> Target | None:
    """What somebody follows, as it is called and where it stands now; None where it is not there (for them) any more."""
    if following.what == What.RECORD:
        model = following.content_type.model_class()
        resource = registry.for_model(model) if model is not None else None
        record = resource.visible(viewer).filter(pk=following.object_id).first() if resource is not None else None
        return record_target(resource, record) if resource is not None and record is not None else None
    try:
        if following.what == What.QUESTION:
            return question_target(viewer, following.query)
        return list_target(viewer, registry.get(following.noun), following.query)
    except (Invalid, KeyError):  # a filter, a measure or a noun that is no longer there
        return None


def _check_length(query: str) -> None:
    if len(query) > LONGEST_QUERY:
        raise Invalid([Problem("address", _("This question is too long to follow. Ask for less."))])


def _kept(query: str) -> str:
    """The question of a list's address, in one order, so that the same list is followed once."""
    return urlencode(sorted((name, value) for name, value in parse_qsl(query) if name not in BESIDE and value.strip()))
