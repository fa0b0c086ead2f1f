"""What forms may contain and this program does not do: refused, or left out and said."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.rounds.forms.lines import Line, column_key, lines
from throughline.kernel.rounds.forms.problems import FormProblem
from throughline.kernel.rounds.forms.sheets import Book

_FILE = gettext_lazy(
    'The type "%(type)s" reads a file beside the form. Put its rows into the sheet "choices" and use a choice_filter.'
)
_UNNOTICED = gettext_lazy('The type "%(type)s" records the respondent unnoticed. Questionnaires here never do that.')
_TYPES = {
    "select_one_external": _FILE, "xml-external": _FILE, "csv-external": _FILE, "select_one_from_file": _FILE,
    "select_multiple_from_file": _FILE, "select one from file": _FILE, "select multiple from file": _FILE,
    "select one external": _FILE,
    "start-geopoint": _UNNOTICED, "background-audio": _UNNOTICED, "background-geopoint": _UNNOTICED,
    "osm": gettext_lazy('The type "%(type)s" edits OpenStreetMap on a phone. Ask for a geopoint or geoshape instead.'),
    "include": gettext_lazy(
        'The type "%(type)s" puts in another file, which is not at hand here. Copy its questions into the sheet.'
    ),
    "entity": gettext_lazy('The type "%(type)s" is not offered here.'),
}  # fmt: skip
# Settings that would send answers elsewhere, hide them from us, or take away what tells one submission from another.
_SETTINGS = {
    "submission_url": gettext_lazy("Answers come here, so the address in this column is left out."),
    "public_key": gettext_lazy("Answers are not encrypted on the phone, so the key in this column is left out."),
    "auto_send": gettext_lazy("This setting of the phone's program is left out."),
    "auto_delete": gettext_lazy("This setting of the phone's program is left out."),
    "omit_instanceid": gettext_lazy("Each answer needs its id, so this setting is left out."),
    "client_editable": gettext_lazy("This setting of the phone's program is left out."),
}
_DEVICE = frozenset(
    """deviceid,imei,simserial,subscriberid,phonenumber,username,email,start,end,device id,get device id,sim id,
    get sim id,subscriber id,get subscriber id,get phone number,start time,end time,get start time,get end time,
    uri:deviceid,uri:subscriberid,uri:simserial,uri:phonenumber,uri:username,uri:email""".replace("\n    ", "").split(
        ","
    )
)


def of_type(line: Line) -> str:
    """Why a type is refused, '' if it is not."""
    found = line.choosing
    kind = found["command"] if found else line.type.split(" ")[0]
    reason = _TYPES.get(kind) or _TYPES.get(line.type)
    if reason:
        return str(reason) % {"type": kind}
    if line.begins == "loop":
        return _("Loops over a list are not offered here. Use a repeat, or write the questions out.")
    return ""


def in_sheets(book: Book) -> Iterator[FormProblem]:
    for line in lines(book.sheet("survey")):
        if line["trigger"]:
            message = _("A trigger computes only at the moment another answer changes. Use a calculation without one.")
            yield FormProblem(message, "survey", line.row, line.column("trigger"))
        if line["appearance"].replace(" ", "").startswith("search("):
            message = _('search() reads a file beside the form. Put its rows into the sheet "choices".')
            yield FormProblem(message, "survey", line.row, line.column("appearance"))
    for line in lines(book.sheet("entities")):
        message = _("Entities (lists that answers add to) are not offered here. Delete this sheet.")
        yield FormProblem(message, "entities", line.row)
        return


def warnings(book: Book) -> Iterator[FormProblem]:
    """What is accepted and does less than on a phone."""
    for column in book.sheet("settings").columns:
        reason = _SETTINGS.get(column.strip().lower())
        if reason and any(column in row for row in book.sheet("settings").rows):
            yield FormProblem(str(reason), "settings", None, column)
    for line in lines(book.sheet("survey")):
        if line.type == "audit":
            message = _("The phone's log of what a respondent does is left out. Nobody is watched while answering.")
            yield FormProblem(message, "survey", line.row, line.column("type"))
        elif line.type in _DEVICE:
            message = _('"%(type)s" is filled in by phones only; in the browser and in Excel it stays empty.')
            yield FormProblem(message % {"type": line.type}, "survey", line.row, line.column("type"))


def drop_row(row: dict[str, str]) -> dict[str, str]:
    """A row of the survey, emptied where it is left out; the rows behind it keep their numbers."""
    return {} if any(column_key(column) == "type" and cell == "audit" for column, cell in row.items()) else row


def drop_settings(row: dict[str, str]) -> dict[str, str]:
    """A row of the settings without what is left out."""
    return {column: cell for column, cell in row.items() if column.strip().lower() not in _SETTINGS}
