"""Attendance from the rows of a sheet: one row a person and session, or one row a person with a column a session.

What a row means is found without writing anything: a table and a register give entries, or every problem with its row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.intake.formats import read_table
from throughline.kernel.intake.formats.base import Row, Table
from throughline.kernel.resources.values import tidy
from throughline.kernel.text import fold
from throughline.training.attendance import HALF, NONE, WHOLE, Mark
from throughline.training.badge_codes import tidied
from throughline.training.models import Activity, Session
from throughline.training.registers import Line, Register, register
from throughline.training.services.attendance import SHEET, Entry, take

CALLED: dict[str, tuple[str, ...]] = {
    "person": ("person", "reference", "participant", "code", "ucesnik", "pjesemarresi"),
    "email": ("e-mail", "email", "e-mail address", "mail"),
    "name": ("name", "ime", "ime i prezime", "emri"),
    "session": ("session", "sesija", "sesioni", "sitting"),
    "attendance": ("attendance", "percent", "present", "prisustvo", "pjesemarrja", "%"),
}
WORDS: dict[str, Mark | None] = {
    **dict.fromkeys(("100", "100 %", "100%", "1", "x", "yes", "present", "da", "po", "p"), Mark(WHOLE)),
    **dict.fromkeys(("50", "50 %", "50%", "half", "late", "pola", "gjysma"), Mark(HALF)),
    **dict.fromkeys(("0", "0 %", "0%", "no", "absent", "ne", "jo", "a"), Mark(NONE)),
    **dict.fromkeys(("excused", "e", "opravdano", "arsyeshme"), Mark(NONE, excused=True)),
}
MOST_ROWS, LARGEST = 20_000, 2_000_000


class Unclear(ValueError):
    """One cell cannot be understood; the message says what can."""


@dataclass(frozen=True)
class Columns:
    """Which column says what: who, and either a session and a value, or a value for each session."""

    who: Mapping[str, int]
    session: int | None
    value: int | None
    each: Mapping[int, UUID]


def take_in(actor: Viewer, *, activity: Activity, content: bytes, session: Session | None = None) -> int:
    """Take in the rows of a sheet, all or none; says how many marks changed. Raises Refused or Invalid."""
    if len(content) > LARGEST:
        raise Invalid([Problem("file", _("The file is larger than a sheet of attendance can be."))])
    found = register(actor, activity)
    table = read_table(content, known=known_headings(found))
    return take(actor, activity=activity, entries=entries_of(table, found, session), via=SHEET)


def entries_of(table: Table, roll: Register, session: Session | None = None) -> list[Entry]:
    """The entries of a sheet. `session` is meant where the sheet names none. Raises Invalid with the row of each problem."""
    columns = columns_of(table.columns, roll.sessions, session)
    made: list[Entry] = []
    problems: list[Problem] = []
    for row in table.rows():
        if row.number > MOST_ROWS:
            raise Invalid([Problem("file", _("This sheet has more rows than a register can have."))])
        if not any((cell or "").strip() for cell in row.cells):
            continue
        try:
            made += _entries(row, columns, roll, session)
        except Unclear as fault:
            problems.append(Problem("file", str(fault), row=row.number))
    if problems:
        raise Invalid(problems)
    if not made:
        raise Invalid([Problem("file", _("There is no attendance in this file."))])
    return made


def known_headings(roll: Register) -> frozenset[str]:
    """By these a header is told from a first row: some of ours are dates."""
    sessions = [name for one in roll.sessions for name in names_of(one)]
    return frozenset([*sessions, *(word for words in CALLED.values() for word in words)])


def columns_of(headings: Sequence[str], sessions: Sequence[Session], session: Session | None) -> Columns:
    """What the headings mean. Raises Invalid where nobody could tell who was where."""
    known = {fold(word): name for name, words in CALLED.items() for word in words}
    named = {fold(heading): one.pk for one in sessions for heading in names_of(one)}
    found: dict[str, int] = {}
    each: dict[int, UUID] = {}
    for at, heading in enumerate(headings):
        word = fold(tidy(heading)).replace("_", " ").strip()
        if word in named:
            each[at] = named[word]
        elif word in known:
            found.setdefault(known[word], at)
    who: dict[str, int] = {name: found[name] for name in ("person", "email", "name") if name in found}
    if not who:
        raise Invalid([Problem("file", _("Name a column 'person' (reference or code), 'e-mail' or 'name'."))])
    if not each and ("attendance" not in found or ("session" not in found and session is None)):
        words = _("Name the columns 'session' and 'attendance', or have a column for each session, headed %(example)s.")
        example = names_of(sessions[0])[0] if sessions else "2026-03-07 09:00"
        raise Invalid([Problem("file", words % {"example": example})])
    return Columns(who, found.get("session"), found.get("attendance"), each)


def names_of(session: Session) -> list[str]:
    """How a sheet may call a session: by its beginning, or by its title."""
    begins = timezone.localtime(session.starts_at)
    return [f"{begins:%Y-%m-%d %H:%M}", *([session.title] if session.title else [])]


def _entries(row: Row, columns: Columns, roll: Register, session: Session | None) -> Iterator[Entry]:
    if row.fault:
        raise Unclear(row.fault)
    line = _line(row, columns, roll)
    if columns.each:
        for at, key in columns.each.items():
            if text := _cell(row, at):
                yield Entry(line.place.pk, key, _value(text), row=row.number)
        return
    text = _cell(row, columns.value) if columns.value is not None else ""
    if not text:
        raise Unclear(_("Say how much: 0, 50, 100 or excused."))
    yield Entry(line.place.pk, _session(row, columns, roll, session), _value(text), row=row.number)


def _line(row: Row, columns: Columns, roll: Register) -> Line:
    """Whose row it is: by the surest of what is given."""
    for name, at in columns.who.items():
        if not (told := _cell(row, at)):
            continue
        found = [line for line in roll.lines if _is(line, name, told)]
        if len(found) == 1:
            return found[0]
        if len(found) > 1:
            raise Unclear(_("Several people are called %(told)s. Give the reference.") % {"told": told})
        raise Unclear(_("Nobody with a confirmed place here is %(told)s.") % {"told": told})
    raise Unclear(_("Say whose attendance it is."))


def _is(line: Line, name: str, told: str) -> bool:
    person = line.place.person
    if name == "person":
        return told.upper() == line.reference or tidied(told) == line.code
    if line.name != str(person):  # a name or address the reader may not see is not looked through either
        return False
    return told.lower() == person.email if name == "email" else fold(told) == fold(line.name)


def _session(row: Row, columns: Columns, roll: Register, session: Session | None) -> UUID:
    told = _cell(row, columns.session) if columns.session is not None else ""
    if not told and session is not None:
        return session.pk
    found = [one.pk for one in roll.sessions if fold(told) in {fold(name) for name in names_of(one)}]
    if len(found) != 1:
        raise Unclear(_("There is no session %(told)s. Call it by its title or its beginning.") % {"told": told or "–"})
    return found[0]


def _value(text: str) -> Mark | None:
    if (word := fold(text).strip()) not in WORDS:
        raise Unclear(_("%(told)s is no attendance. Write 0, 50, 100 or excused.") % {"told": text[:40]})
    return WORDS[word]


def _cell(row: Row, at: int) -> str:
    return tidy(row.cells[at]).strip() if at < len(row.cells) and row.cells[at] else ""
