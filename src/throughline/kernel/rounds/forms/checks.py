"""What is wrong with the sheets of a form, all of it at once, by row and column."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from django.utils.translation import gettext as _
from pyxform import aliases
from pyxform.parsing.expression import is_xml_tag
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from throughline.kernel.rounds.forms import expressions, unsupported
from throughline.kernel.rounds.forms.lines import Line, column_key, lines
from throughline.kernel.rounds.forms.problems import FormProblem
from throughline.kernel.rounds.forms.sheets import Book

USUAL_TYPES = (
    "text", "integer", "decimal", "date", "time", "dateTime", "note", "calculate", "geopoint", "geotrace", "geoshape",
    "image", "audio", "video", "file", "barcode", "range", "acknowledge", "hidden", "select_one", "select_multiple",
    "rank", "begin group", "end group", "begin repeat", "end repeat", "start", "end", "today", "username",
)  # fmt: skip
SAID = ("label", "hint", "image", "audio", "video", "big-image", "guidance_hint")


@dataclass(frozen=True)
class Found:
    """What the sheets have to be told about."""

    problems: tuple[FormProblem, ...] = ()
    warnings: tuple[FormProblem, ...] = ()


@dataclass
class Frame:
    """A group or repeat that is open while the rows are gone through."""

    line: Line | None
    kind: str
    path: str
    names: dict[str, int] = field(default_factory=dict)


@dataclass
class Outline:
    """The survey's rows with their paths, and what is wrong with its structure."""

    paths: dict[str, Line] = field(default_factory=dict)
    rows: dict[int, str] = field(default_factory=dict)
    problems: list[FormProblem] = field(default_factory=list)


def check(book: Book) -> Found:
    """All problems and warnings that the sheets themselves show."""
    survey = book.sheet("survey")
    problems = [problem for sheet in book.sheets.values() for problem in sheet.problems]
    missing = list(_missing(book))
    if missing:
        return Found((*problems, *missing))
    outline = outline_of(book)
    problems += outline.problems
    choices = [line for line in lines(book.sheet("choices")) if line["list_name"] or line["name"]]
    listed = Counter(line["list_name"] for line in choices)
    for line in lines(survey):
        problems += _question(line, listed)
    problems += _choices(book, choices)
    problems += unsupported.in_sheets(book)
    problems += expressions.check(outline.paths, lines(survey))
    ordered = sorted(dict.fromkeys(problems), key=lambda one: (one.sheet != "survey", one.sheet, one.row or 0))
    return Found(tuple(ordered), tuple(unsupported.warnings(book)))


def _missing(book: Book) -> Iterator[FormProblem]:
    """Without these nothing else can be looked at."""
    if "survey" not in book.sheets:
        there = ", ".join(book.names)
        yield FormProblem(_('The workbook has no sheet called "survey". It has: %(names)s.') % {"names": there})
        return
    keys = {column_key(column) for column in book.sheet("survey").columns}
    for key in ("type", "name"):
        if key not in keys:
            yield FormProblem(_('The sheet has no column "%(name)s".') % {"name": key}, "survey", 1)
    if keys >= {"type", "name"} and not book.sheet("survey").rows:
        yield FormProblem(_("The sheet has no questions."), "survey")
    if book.sheet("choices").rows:
        keys = {column_key(column) for column in book.sheet("choices").columns}
        for key in ("list_name", "name"):
            if key not in keys:
                yield FormProblem(_('The sheet has no column "%(name)s".') % {"name": key}, "choices", 1)


# structure


def outline_of(book: Book) -> Outline:
    """The paths of all rows; groups that do not close and names that are used twice are problems."""
    outline = Outline()
    stack = [Frame(None, "", "")]
    repeats: dict[str, int] = {}
    for line in lines(book.sheet("survey")):
        if line.ends:
            _close(line, stack, outline)
            continue
        if not line.type or line.type == "audit":
            continue
        path = _named(line, stack[-1], outline)
        if line.begins == "repeat" and line["name"]:
            if line["name"] in repeats:
                message = _('Two repeats are called "%(name)s", also row %(row)s. Rename one of them.')
                outline.problems.append(_at(line, "name", message, name=line["name"], row=repeats[line["name"]]))
            repeats[line["name"]] = line.row
        if line.begins:
            stack.append(Frame(line, line.begins, path))
    for frame in stack[1:]:
        if frame.line is not None:
            message = _('This %(kind)s is never closed: add a row "end %(kind)s".')
            outline.problems.append(_at(frame.line, "type", message, kind=frame.kind))
    return outline


def _close(line: Line, stack: list[Frame], outline: Outline) -> None:
    frame = stack[-1]
    if frame.line is None:
        message = _("There is no %(kind)s open that this row could close.")
        outline.problems.append(_at(line, "type", message, kind=line.ends))
        return
    stack.pop()
    if frame.kind != line.ends:
        message = _("This row closes a %(kind)s, but row %(row)s began a %(other)s.")
        outline.problems.append(_at(line, "type", message, kind=line.ends, row=frame.line.row, other=frame.kind))


def _named(line: Line, frame: Frame, outline: Outline) -> str:
    """The path of a row, once its name is looked at."""
    name = line["name"]
    path = f"{frame.path}/{name}" if frame.path else name
    if not name:
        return path
    if not is_xml_tag(name) or ":" in name:
        message = _('"%(name)s" cannot be a name: it begins with a letter, and has letters, digits, _, - and . only.')
        outline.problems.append(_at(line, "name", message, name=name))
    elif name in frame.names:
        message = _('The name "%(name)s" is used twice in the same group, also in row %(row)s. Rename one of them.')
        outline.problems.append(_at(line, "name", message, name=name, row=frame.names[name]))
    elif name == "meta" and not frame.path:
        outline.problems.append(_at(line, "name", _('The name "meta" is taken by the form itself.')))
    frame.names.setdefault(name, line.row)
    outline.paths.setdefault(path, line)
    outline.rows[line.row] = path
    return path


# single rows


def _question(line: Line, listed: Counter[str]) -> Iterator[FormProblem]:
    if not line.type:
        if line["name"] or line["label"]:
            yield _at(line, "type", _("The question has no type."))
        return
    if not line.known:
        yield _at(line, "type", _unknown_type(line.type))
        return
    if line.ends:
        return
    if refused := unsupported.of_type(line):
        yield _at(line, "type", refused)
        return
    generated = line.type in {"note", "audit"} or line.begins
    if not line["name"] and not generated:
        yield _at(line, "name", _("The question has no name."))
    yield from _list_of(line, listed)
    yield from _words_of(line)


def _unknown_type(given: str) -> str:
    first, _space, rest = given.partition(" ")
    known = [*USUAL_TYPES, *QUESTION_TYPE_DICT]
    near = get_close_matches(given.lower(), known, n=1, cutoff=0.75) or get_close_matches(first.lower(), known, n=1)
    if near:
        meant = f"{near[0]} {rest}" if rest and near[0].startswith("select") else near[0]
        return _('There is no question type "%(type)s". Did you mean "%(near)s"?') % {"type": given, "near": meant}
    return _('There is no question type "%(type)s".') % {"type": given}


def _list_of(line: Line, listed: Counter[str]) -> Iterator[FormProblem]:
    """The list a select takes its choices from."""
    found = line.choosing
    if found is None:
        return
    name = found["list"]
    if not name:
        message = _('Say which list of the sheet "choices" to choose from: "%(type)s list_name".')
        yield _at(line, "type", message, type=line.type)
    elif not name.startswith("${") and name not in listed:
        near = get_close_matches(name, listed, n=1)
        hint = " " + _('Did you mean "%(near)s"?') % {"near": near[0]} if near else ""
        message = _('There is no list "%(name)s" in the sheet "choices".') % {"name": name} + hint
        yield _at(line, "type", message)


def _words_of(line: Line) -> Iterator[FormProblem]:
    """What a question says, and what a calculation calculates."""
    if line.type in {"calculate", "q calculate", "add calculate prompt"}:
        if not line["calculation"] and not line["default"]:
            yield _at(line, "calculation", _("A calculation needs an expression in this column."))
        return
    entry = QUESTION_TYPE_DICT.get(line.type, {})
    shown = bool(line.choosing) or entry.get("control", {}).get("tag") not in {None, "action"}
    if shown and not any(line[key] for key in SAID) and not line["calculation"]:
        yield _at(line, "label", _("The question has no label, so nobody would know what is asked."))


# choices


def _choices(book: Book, choices: list[Line]) -> Iterator[FormProblem]:
    settings = next(iter(lines(book.sheet("settings"))), None)
    doubles = aliases.yes_no.get(settings["allow_choice_duplicates"]) is True if settings else False
    many = {found["list"] for line in lines(book.sheet("survey")) if (found := line.choosing) and _takes_many(found)}
    seen: dict[tuple[str, str], int] = {}
    for line in choices:
        list_name, name = line["list_name"], line["name"]
        if not list_name:
            yield _at(line, "list_name", _("The choice belongs to no list."), sheet="choices")
        elif not name:
            yield _at(line, "name", _("The choice has no name."), sheet="choices")
        elif (list_name, name) in seen and not doubles:
            message = _('The list "%(list)s" has the choice "%(name)s" twice, also in row %(row)s.')
            values = {"list": list_name, "name": name, "row": seen[list_name, name]}
            yield _at(line, "name", message, sheet="choices", **values)
        elif list_name in many and re.search(r"\s", name):
            message = _('The choice "%(name)s" has a space in its name; where several can be chosen, none may.')
            yield _at(line, "name", message, sheet="choices", name=name)
        seen.setdefault((list_name, name), line.row)


def _takes_many(found: re.Match[str]) -> bool:
    return aliases.select[found["command"]] != "select one"


# elsewhere


def _at(line: Line, key: str, message: str, *, sheet: str = "survey", **values: object) -> FormProblem:
    return FormProblem(message % values if values else message, sheet, line.row, line.column(key))


def located(book: Book, problems: tuple[FormProblem, ...]) -> tuple[FormProblem, ...]:
    """Problems of the compiled form at the rows and columns they come from."""
    paths = outline_of(book).paths
    placed: Callable[[FormProblem], FormProblem] = lambda one: (  # noqa: E731  (used once, below)
        replace(one, row=paths[one.question].row, column=paths[one.question].column(one.column), question="")
        if one.question in paths
        else one
    )
    return tuple(dict.fromkeys(placed(one) for one in problems))


def as_id(name: str) -> str:
    """The id of a form that names none: its file's name."""
    stem = re.sub(r"\.\w+$", "", name.rpartition("/")[2])
    return re.sub(r"[^\w.-]+", "_", stem).strip("_.-") or "form"
