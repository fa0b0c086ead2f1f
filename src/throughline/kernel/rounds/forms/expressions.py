"""The expressions in the survey's cells: can they be read, do the names in them exist, do they go in circles?"""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from django.utils.translation import gettext as _
from pyxform import aliases
from pyxform.utils import default_is_dynamic

from throughline.kernel.rounds.forms import grammar
from throughline.kernel.rounds.forms.compiling import outside
from throughline.kernel.rounds.forms.lines import Line
from throughline.kernel.rounds.forms.ordering import circle_in_words, find_circle
from throughline.kernel.rounds.forms.problems import FormProblem

COLUMNS = ("relevant", "required", "read_only", "constraint", "calculation", "repeat_count", "choice_filter", "default")
DEPENDING = ("relevant", "calculation", "repeat_count")
_REFERENCE = re.compile(r"\$\{\s*(last-saved#)?([^{}]*?)\s*\}")


def check(paths: Mapping[str, Line], rows: Iterable[Line]) -> Iterator[FormProblem]:
    """Problems of all cells. `paths` are the questions and groups by path."""
    names: dict[str, list[str]] = {}
    for path in paths:
        names.setdefault(path.rpartition("/")[2], []).append(path)
    for line in rows:
        for key, column, cell in line.all:
            if "${" in cell:
                yield from _references(line, column, cell, names)
            if key in COLUMNS:
                yield from _syntax(line, key, column, cell)
    yield from _circles(paths, names)


def _references(line: Line, column: str, cell: str, names: Mapping[str, list[str]]) -> Iterator[FormProblem]:
    for found in _REFERENCE.finditer(cell):
        name = found[2]
        if found[1]:
            message = _("${last-saved#…} reads the last form filled in on the same phone. It is not offered here.")
            yield FormProblem(message, "survey", line.row, column)
        elif name not in names:
            near = get_close_matches(name, names, n=1)
            hint = " " + _('Did you mean "%(near)s"?') % {"near": near[0]} if near else ""
            message = _('"%(name)s" is named here, and no question or group has that name.') % {"name": name} + hint
            yield FormProblem(message, "survey", line.row, column)
        elif len(names[name]) > 1:
            message = _('More than one question is called "%(name)s", so it is not clear which one is meant here.')
            yield FormProblem(message % {"name": name}, "survey", line.row, column)
    rest = _REFERENCE.sub("", cell)
    if "${" in rest:
        yield FormProblem(_('"${" is not followed by a name and "}".'), "survey", line.row, column)


def _syntax(line: Line, key: str, column: str, cell: str) -> Iterator[FormProblem]:
    text = straight(cell)
    if key in {"required", "read_only", "relevant"} and text in aliases.BINDING_CONVERSIONS:
        return
    if key == "default" and not default_is_dynamic(text, line.type):
        return
    bare = _REFERENCE.sub(lambda found: f" /{_word(found[2])} ", text)
    if "${" in bare:
        return
    try:
        refused = grammar.first_refused(grammar.parse(bare))
    except grammar.Unparsable as fault:
        yield FormProblem(str(fault).replace(bare.strip(), text.strip()), "survey", line.row, column)
        return
    if refused:
        yield FormProblem(str(outside(refused)), "survey", line.row, column)


def straight(text: str) -> str:
    """With the quotation marks that a word processor bent made straight again, as pyxform does."""
    return text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'})


def _word(name: str) -> str:
    return re.sub(r"[^\w.-]", "_", name) or "_"


def _circles(paths: Mapping[str, Line], names: Mapping[str, list[str]]) -> Iterator[FormProblem]:
    """One circle at most: the others often are the same one."""
    needs: dict[str, list[str]] = {}
    for path, line in paths.items():
        above = path.rpartition("/")[0]
        needs[path] = [above] if above in paths else []
        for key in DEPENDING:
            for name in _read(line, key, path):
                needs[path] += [one for one in names.get(name, ()) if not path.startswith(f"{one}/")]
    circle = find_circle(needs)
    if circle:
        line = paths[circle[0]]
        key = next((key for key in DEPENDING if line[key]), "name")
        yield FormProblem(circle_in_words(circle), "survey", line.row, line.column(key))


def _read(line: Line, key: str, path: str) -> list[str]:
    """The names an expression reads. Earlier rows of a repeat may be read by the same calculation."""
    cell = line[key]
    found = [name for _last, name in _REFERENCE.findall(cell)]
    if "indexed-repeat" in cell or "[" in cell:
        found = [name for name in found if name != path.rpartition("/")[2]]
    return found
