"""The answers to one call as a sheet, for the team. Whole sheets of one person exist only where no anonymity was promised.

Of an anonymous call each question has its answers with their numbers, as on the page: never a row that was one person.
"""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.rounds.exporting import FORMATS, Sheet, as_csv, as_xlsx
from throughline.kernel.rounds.forms.words import value_label
from throughline.training import evaluated
from throughline.training.models import Evaluation, Opinion
from throughline.training.team import is_team

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@verb("evaluation.export")
def export(actor: Viewer, *, evaluation: Evaluation, fmt: str) -> tuple[bytes, str]:
    """The file and its type. That it was taken is written into the history of the activity. Raises Refused or Invalid."""
    if not is_team(actor, evaluation.activity):
        raise Refused(_("Evaluations are run by the team of the activity: its manager and its owner's staff."))
    if fmt not in FORMATS:
        raise Invalid([Problem("format", _("Choose one of: %(all)s") % {"all": ", ".join(FORMATS)}, fmt)])
    sheet = sheet_of(actor, evaluation)
    note(evaluation.activity, after={"answers": str(evaluation), "format": fmt})
    return (as_csv(sheet) if fmt == "csv" else as_xlsx([sheet])), TYPES[fmt]


def sheet_of(viewer: Viewer, evaluation: Evaluation) -> Sheet:
    """The table. Raises Invalid where nothing may be shown yet, with the reason."""
    found = next(one for one in evaluated.results(viewer, evaluation.activity) if one.call.pk == evaluation.pk)
    if not found.shown:
        raise Invalid([Problem("", found.why)])
    return _by_question(found) if evaluation.anonymous else _by_person(viewer, evaluation)


def _by_question(found: evaluated.Result) -> Sheet:
    rows: list[list[Any]] = []
    for one in found.questions:
        rows += [[one.path, one.label, label, count, one.answers] for label, count in one.counts]
        rows += [[one.path, one.label, text, 1, one.answers] for text in one.texts]
        if not one.counts and not one.texts:
            told = _("fewer than %(least)s answers") % {"least": found.call.least} if one.withheld else ""
            rows.append([one.path, one.label, str(one.mean) if one.mean is not None else told, None, one.answers])
    head = [_("Question"), _("Wording"), _("Answer"), _("Number"), _("Answers to the question")]
    return Sheet(str(found.call), head, rows)


def _by_person(viewer: Viewer, evaluation: Evaluation) -> Sheet:
    form, language = evaluation.edition.form, get_language() or ""
    asked = [one for one in form.questions() if one.asked]
    names = evaluated.names_of(viewer, evaluation.activity)
    given = Opinion.objects.filter(ticket__evaluation=evaluation).select_related("ticket")
    rows: list[list[Any]] = [
        [
            names.get(one.ticket.place_id, ""),
            one.points,
            one.most,
            *(value_label(form, item, one.answers.get(item.path, ""), language) for item in asked),
        ]
        for one in given
    ]
    head = [_("Person"), _("Points"), _("Points at most"), *(one.label(language) or one.name for one in asked)]
    return Sheet(str(evaluation), head, sorted(rows, key=lambda row: str(row[0]).casefold()))
