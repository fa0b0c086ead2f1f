"""From the workbook a form author made to an XForm, or to a list of all that is wrong with it."""

import logging
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.rounds.forms import saying
from throughline.kernel.rounds.forms.definition import load
from throughline.kernel.rounds.forms.problems import FormError, FormProblem
from throughline.kernel.rounds.forms.sheets import Book, read_book

logging.getLogger("pyxform.xls2xform").propagate = False
logger = logging.getLogger(__name__)
NAMESPACE = 'throughline="urn:throughline:xforms"'


@dataclass(frozen=True)
class Reading:
    """What came of reading a form. With problems there is no XForm."""

    xform: str = ""
    title: str = ""
    form_id: str = ""
    version: str = ""
    problems: tuple[FormProblem, ...] = ()
    warnings: tuple[FormProblem, ...] = ()


def read_xlsform(content: bytes, name: str) -> Reading:
    """Read an XLSForm (.xlsx, .xlsm without its macros, .xls). `name` gives the form its id where it has none."""
    try:
        book = read_book(content)
    except FormError as fault:
        return Reading(problems=fault.problems)
    from throughline.kernel.rounds.forms import checks  # reason: pyxform takes half a second to load

    found = checks.check(book)
    if found.problems:
        return Reading(problems=found.problems, warnings=found.warnings)
    return _converted(book, name, found.warnings)


def _converted(book: Book, name: str, noticed: tuple[FormProblem, ...]) -> Reading:
    from pyxform.errors import PyXFormError  # reason: as above
    from pyxform.xls2xform import convert

    from throughline.kernel.rounds.forms import checks, unsupported

    sheets = book.as_pyxform()
    sheets["survey"] = [unsupported.drop_row(row) for row in sheets.get("survey", [])]
    sheets["settings"] = [unsupported.drop_settings(row) for row in sheets.get("settings", [])]
    _with_namespace(sheets)
    stem = checks.as_id(name)
    warnings: list[str] = []
    try:
        made = convert({**sheets, "fallback_form_name": stem}, warnings=warnings, validate=False)
        form = load(made.xform)
    except PyXFormError as fault:
        return Reading(problems=(saying.in_words(str(fault)),), warnings=noticed)
    except FormError as fault:
        return Reading(problems=checks.located(book, fault.problems), warnings=noticed)
    except Exception as fault:
        # the converter has many authors and more ways to stumble; a form author gets a sentence all the same
        logger.exception("pyxform failed")
        message = _("The form could not be converted (%(fault)s). Compare it with a form that works.")
        return Reading(problems=(FormProblem(message % {"fault": f"{type(fault).__name__}: {fault}"}),))
    told = saying.warnings(warnings)
    return Reading(
        xform=made.xform,
        title=form.title,
        form_id=form.form_id,
        version=form.version,
        warnings=tuple(dict.fromkeys((*noticed, *told))),
    )


def _with_namespace(sheets: dict[str, Any]) -> None:
    """Declare the prefix of our own columns (bind::throughline:...), so that form authors need not."""
    rows = sheets.get("settings") or [{}]
    first = next((row for row in rows if row), rows[0])
    declared = first.get("namespaces", "")
    if "throughline=" not in declared:
        first["namespaces"] = f"{declared} {NAMESPACE}".strip()
    sheets["settings"] = rows
    header = sheets.get("settings_header") or [{}]
    sheets["settings_header"] = [{**header[0], "namespaces": None}]
