"""What pyxform says, said to a form author."""

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from throughline.kernel.rounds.forms.problems import FormProblem

_ROW = re.compile(r"\[row : (\d+)\]\s*")
_SHEET = re.compile(r"[Oo]n the '(\w+)' sheet,?\s*")
_COLUMN = re.compile(r"the '([^']+)' value(?: '[^']*')? is (?:invalid|problematic)\.?\s*")
_MORE = re.compile(r"\s*Learn more: \S+")
_MISSING = re.compile(
    r"Language '(?P<language>[^']+)' is missing the (?P<sheet>survey|choices) (?:columns )?(?P<names>.+?)(?: column)?\.(?=\n|$)"
)
# advice about other programs' storage and codes: true, and nothing a reader here can act on
_NOT_TOLD = ("max-pixels", "machine-readable codes", "without name, text, or label is being skipped")


def in_words(said: str) -> FormProblem:
    """A message of pyxform with its row, sheet and column taken out of the text."""
    row, sheet, column = _ROW.search(said), _SHEET.search(said), _COLUMN.search(said)
    text = _MORE.sub("", _ROW.sub("", said))
    text = _COLUMN.sub("", _SHEET.sub("", text)).strip() or said
    text = text[0].upper() + text[1:]
    return FormProblem(
        text.splitlines()[0] if "\n{" in text else " ".join(text.split()),
        sheet[1] if sheet else ("survey" if row else ""),
        int(row[1]) if row else None,
        column[1] if column else "",
    )


def warnings(said: Iterable[str]) -> Iterator[FormProblem]:
    """The warnings worth a form author's time."""
    for one in said:
        if missing := list(_MISSING.finditer(one)):
            yield from _untranslated(missing)
        elif not any(part in one for part in _NOT_TOLD):
            yield in_words(one)


def _untranslated(missing: Iterable[re.Match[str]]) -> Iterator[FormProblem]:
    """What a language lacks. Columns without a language ('default') are the form's own and lack nothing."""
    for found in missing:
        if found["language"] != "default":
            message = _('The language "%(language)s" has no column for: %(names)s. The form\'s own words stand there.')
            yield FormProblem(message % {"language": found["language"], "names": found["names"]}, found["sheet"])
