"""What the views of rounds share: finding what an address names, and saying at a form what a verb objected to."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds import queries
from throughline.kernel.rounds.models import Questionnaire, Return, Round
from throughline.kernel.rounds.rules import may_run
from throughline.kernel.ui.problems import show_problems

BAD_INPUT = 422


def viewer_of(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined, no-any-return]


def named(rows: QuerySet[Any], key: str) -> Any:
    """The record with this reference or number among those the viewer may read, else 'not found'."""
    found = None if "\x00" in key else rows.filter(reference=key).first()
    if found is None:
        try:
            found = rows.filter(pk=UUID(key)).first()
        except ValueError:
            found = None
    if found is None:
        raise Http404(_("There is nothing here that you can see."))
    return found


def questionnaire_or_404(viewer: Viewer, key: str) -> Questionnaire:
    return named(queries.questionnaires_for(viewer), key)  # type: ignore[no-any-return]


def round_or_404(viewer: Viewer, key: str) -> Round:
    return named(queries.rounds_for(viewer), key)  # type: ignore[no-any-return]


def round_run(viewer: Viewer, key: str) -> Round:
    """The round, for those who run it; others are told that they do not."""
    found = round_or_404(viewer, key)
    if not may_run(viewer, found):
        raise Refused(_("Only the secretariat that asks may do this."))
    return found


def return_asked(asked_in: Round, key: str) -> Return:
    """A return of a round, for those who run the round: it may still be private to those who write it."""
    return named(asked_in.returns.past_the_wall("round").select_related("owner__jurisdiction", "round"), key)  # type: ignore[no-any-return]


def done(form: forms.Form, verb: Callable[[], Any]) -> bool:
    """Do it; what the verb objects to is said at the form's fields."""
    try:
        verb()
    except Invalid as invalid:
        show_problems(form, invalid)
    except Conflict as conflict:
        form.add_error(None, str(conflict))
    else:
        return True
    return False
