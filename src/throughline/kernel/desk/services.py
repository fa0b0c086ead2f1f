"""Keeping, changing and sharing views; remembering what was opened.

What is a person's alone has no history. Sharing has: from then on others work with it.
"""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.desk.choices import Shared
from throughline.kernel.desk.models import Opened, SavedView, UsualView
from throughline.kernel.desk.rules import may_change, may_share_with_programme, problems
from throughline.kernel.history.unit import note, verb
from throughline.kernel.resources import registry
from throughline.kernel.resources.declare import Resource

MOST_VIEWS = 200
MOST_REMEMBERED = 50


@verb("view.save")
def save(
    actor: Viewer,
    *,
    resource: Resource,
    name: str,
    question: str,
    shared: str = Shared.MINE,
    organisation: UUID | None = None,
    programme: UUID | None = None,
) -> SavedView:
    """Keep a question to a list under a name. Raises Invalid, or Refused for who may not share so widely."""
    if not actor.signed_in:
        raise Refused(_("Sign in first."))
    if SavedView.objects.filter(person_id=actor.person).count() >= MOST_VIEWS:
        raise Invalid([Problem("name", _("You have 200 views. Delete one you no longer use first."))])
    view = SavedView(person_id=actor.key, noun=resource.noun, name=_tidy(name), question=question)
    _share(actor, view, shared, organisation, programme)
    _write(actor, view)
    if view.shared != Shared.MINE:
        note(view, after=_told(view))
    return view


@verb("view.change")
def change(
    actor: Viewer,
    *,
    view: SavedView,
    name: str | None = None,
    question: str | None = None,
    shared: str | None = None,
    organisation: UUID | None = None,
    programme: UUID | None = None,
) -> SavedView:
    """Rename a view, ask something else with it, or share it otherwise. Raises Invalid or Refused."""
    fresh = _locked(actor, view)
    before = _told(fresh)
    if name is not None:
        fresh.name = _tidy(name)
    if question is not None:
        fresh.question = question
    if shared is not None:
        _share(actor, fresh, shared, organisation, programme)
    _write(actor, fresh)
    after = _told(fresh)
    if before != after and {before["shared"], after["shared"]} != {Shared.MINE.value}:
        changed = [name for name in after if after[name] != before[name]]
        note(fresh, before={name: before[name] for name in changed}, after={name: after[name] for name in changed})
    return fresh


@verb("view.delete")
def delete(actor: Viewer, *, view: SavedView) -> None:
    """Delete a view; lists that opened with it open whole again."""
    fresh = _locked(actor, view)
    if fresh.shared != Shared.MINE:
        note(fresh, before=_told(fresh))
    fresh.delete()


@verb("view.duplicate")
def duplicate(actor: Viewer, *, view: SavedView) -> SavedView:
    """A copy of my own of a view I may open, shared with nobody."""
    seen = SavedView.objects.visible_to(actor).filter(pk=view.pk).first()
    if seen is None:
        raise Refused(_("You cannot open this view."))
    taken = set(SavedView.objects.filter(person_id=actor.person, noun=seen.noun).values_list("name", flat=True))
    name = _("%(name)s (copy)") % {"name": seen.name[:60]}
    number = 2
    while name in taken:
        name = _("%(name)s (copy %(number)s)") % {"name": seen.name[:60], "number": number}
        number += 1
    return save(actor, resource=registry.get(seen.noun), name=name, question=seen.question)


def make_usual(viewer: Viewer, *, noun: str, view: SavedView | None) -> None:
    """The view this person's list of the noun opens with; None: the whole list. No history: it is theirs alone.

    A view that is no longer shared with them is passed over, and the list opens whole.
    """
    if view is None:
        UsualView.objects.filter(person_id=viewer.key, noun=noun).delete()
        return
    if not SavedView.objects.visible_to(viewer).filter(pk=view.pk).exists():
        raise Refused(_("You cannot open this view."))
    UsualView.objects.update_or_create(person_id=viewer.key, noun=view.noun, defaults={"view": view})


def opened(viewer: Viewer, resource: Resource, record: Any) -> None:
    """Remember that this person opened something: one statement, no history, for nobody else."""
    if not viewer.signed_in:
        return
    Opened.objects.bulk_create(
        [Opened(person_id=viewer.key, noun=resource.noun, object_id=record.pk, at=timezone.now())],
        update_conflicts=True,
        unique_fields=["person", "noun", "object_id"],
        update_fields=["at"],
    )


def forget_opened(viewer: Viewer, *, but: int = 0) -> None:
    """Forget what this person opened, but for the newest so many."""
    mine = Opened.objects.filter(person_id=viewer.key)
    mine.exclude(pk__in=mine.order_by("-at", "-pk").values("pk")[:but]).delete() if but else mine.delete()


def _tidy(name: str) -> str:
    return " ".join(name.replace("\x00", "").split())


def _locked(actor: Viewer, view: SavedView) -> SavedView:
    fresh = SavedView.objects.select_for_update(of=("self",)).filter(pk=view.pk).first()
    if fresh is None or not may_change(actor, fresh):
        raise Refused(_("Only who made a view may change it; one shared with a programme also its secretariat."))
    return fresh


def _share(actor: Viewer, view: SavedView, shared: str, organisation: UUID | None, programme: UUID | None) -> None:
    """With whom it will be shared: an organisation of the actor's own, or a programme they speak to."""
    if shared not in Shared.values:
        raise Invalid([Problem("shared", _("Choose with whom to share the view."), shared)])
    if shared == Shared.ORGANISATION and organisation not in actor.organisations:
        raise Refused(_("A view is shared with your own organisation."))
    if shared == Shared.PROGRAMME and (programme is None or not may_share_with_programme(actor, programme)):
        raise Refused(_("Only analysts, the secretariat and administrators share a view with a whole programme."))
    view.shared = shared
    view.organisation_id = organisation if shared == Shared.ORGANISATION else None
    view.programme_id = programme if shared == Shared.PROGRAMME else None


def _write(actor: Viewer, view: SavedView) -> None:
    found = list(problems(registry.get(view.noun), actor, view.name, view.question))
    if found:
        raise Invalid(found)
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as taken:
        message = _("You have a view of this list with that name already.")
        raise Invalid([Problem("name", message, view.name)]) from taken


def _told(view: SavedView) -> dict[str, Any]:
    """A view as history tells it."""
    return {
        "name": view.name,
        "noun": view.noun,
        "question": view.question,
        "shared": str(view.shared),
        "with": str(view.organisation or view.programme or ""),
    }
