"""Nominating by a sheet. It is read and forgotten: a stored sheet of names would outlive their erasing.

That is why nominations do not come in through `kernel.intake`, which keeps what it brought in so that it can be undone.
Its readers are used: any CSV or Excel file they understand is understood here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import verb
from throughline.kernel.intake.formats import Table, read_table
from throughline.kernel.text import fold
from throughline.training.choices import ASKED_SEX, Sector
from throughline.training.models import Activity, Person, Place
from throughline.training.services import nominating, people
from throughline.training.services.moves import hold

# What sheets call the columns, folded.
CALLED: Mapping[str, tuple[str, ...]] = {
    "reference": ("reference", "ref"),
    "name": ("name", "full name", "name and surname", "participant"),
    "email": ("email", "e-mail", "e-mail address", "mail"),
    "telephone": ("telephone", "phone", "mobile"),
    "function": ("function", "position", "title", "rank"),
    "unit": ("unit", "department"),
    "sex": ("sex", "gender"),
    "sector": ("sector",),
    "languages": ("languages", "language"),
    "reserve": ("reserve", "substitute"),
    "motive": ("motive", "motivation", "why"),
}
SEXES = {"w": "women", "f": "women", "female": "women", "woman": "women", "m": "men", "male": "men", "man": "men"}
NOT_REPORTED = Sector.NOT_REPORTED.value
YES = {"yes", "y", "1", "true", "x"}
MOST_ROWS = 500


@verb("place.nominate-sheet")
def nominate_sheet(actor: Viewer, *, activity: Activity, content: bytes) -> list[Place]:
    """Nominate everyone on a sheet, in its order: whoever is not kept yet is added first. All of it or nothing.

    Someone is recognised by their reference, else by their address. Raises Invalid with the row of each problem.
    """
    rows = rows_of(read_table(content))
    held = hold(activity)
    named = [_person(actor, held, number, row) for number, row in rows]
    made: list[Place] = []
    for reserve in (False, True):
        chosen = [one for one, (_number, row) in zip(named, rows, strict=True) if row["reserve"] is reserve]
        if chosen:
            made += nominating.nominate(actor, activity=held, people=chosen, reserve=reserve)
    motives = {one.pk: row["motive"] for one, (_number, row) in zip(named, rows, strict=True)}
    for place in made:
        place.motive = motives[place.person_id]
    Place.objects.bulk_update(made, ["motive"])
    return made


def rows_of(table: Table) -> list[tuple[int, dict[str, Any]]]:
    """The rows of a sheet as plain values, with the number a spreadsheet shows beside each. Raises Invalid."""
    where = {name: index for index, title in enumerate(table.columns) if (name := _called(title))}
    if "name" not in where and "reference" not in where:
        raise Invalid([Problem("file", _("The sheet needs a column 'name' (and better 'email', 'sex', 'sector')."))])
    found: list[tuple[int, dict[str, Any]]] = []
    problems: list[Problem] = []
    for row in table.rows():
        cells = {name: (row.cells[index] or "").strip() for name, index in where.items() if index < len(row.cells)}
        if not any(cells.values()):
            continue
        if len(found) >= MOST_ROWS:
            raise Invalid([Problem("file", _("At most %(most)s people at once.") % {"most": MOST_ROWS})])
        found.append((row.number, _values(cells, row.number, problems)))
    if not found and not problems:
        problems.append(Problem("file", _("There is nobody on this sheet.")))
    if problems:
        raise Invalid(problems)
    return found


def _called(title: str) -> str:
    plain = fold(title).strip()
    return next((name for name, called in CALLED.items() if plain in called), "")


def _values(cells: Mapping[str, str], number: int, problems: list[Problem]) -> dict[str, Any]:
    values: dict[str, Any] = dict(cells)
    for name, known in (("sex", ASKED_SEX), ("sector", tuple(Sector))):
        said = fold(cells.get(name, "")).strip()
        words = {fold(str(one.label)): one.value for one in known} | {one.value: one.value for one in known}
        if name == "sex":
            words |= SEXES
        values[name] = words.get(said, "") if said else NOT_REPORTED
        if not values[name]:
            message = _("Row %(row)s: '%(said)s' is none of the words for %(what)s.")
            told = {"row": number, "said": cells[name], "what": name}
            problems.append(Problem("file", message % told, cells[name], number))
    values["reserve"] = fold(cells.get("reserve", "")).strip() in YES
    values["motive"] = cells.get("motive", "")
    return values


def _person(actor: Viewer, activity: Activity, number: int, row: Mapping[str, Any]) -> Person:
    own = Person.objects.visible_to(actor).filter(
        owner__in=actor.organisations, programme=activity.programme_id, erased_at=None
    )
    if reference := row.get("reference"):
        found: Person | None = own.filter(reference__iexact=reference).select_related("owner").first()
        if found is None:
            message = _("Row %(row)s: your organisation keeps no such person.") % {"row": number}
            raise Invalid([Problem("file", message, reference, number)])
        return found
    if email := row.get("email", "").lower():
        known: Person | None = own.filter(email=email).select_related("owner").first()
        if known is not None:
            return known
    try:
        made = people.add(actor, programme=activity.programme, values=_kept(row))
    except Invalid as invalid:
        raise Invalid(
            [
                Problem("file", _("Row %(row)s: %(what)s") % {"row": number, "what": one.message}, row=number)
                for one in invalid.problems
            ]
        ) from invalid
    return Person.objects.select_related("owner").get(pk=made.pk)


def _kept(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in people.OWN_FIELDS if name in row}


def columns() -> Sequence[str]:
    """What a sheet may hold."""
    return tuple(CALLED)
