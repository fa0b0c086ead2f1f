"""A form that a program makes: rows of an XLSForm as a workbook, which people may go on editing in Excel."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from io import BytesIO

import xlsxwriter

Row = Mapping[str, str]


def xlsform(*, title: str, form_id: str, survey: Sequence[Row], choices: Sequence[Row], language: str) -> bytes:
    """The workbook. Its version follows from its content: the same form is the same version."""
    content = json.dumps([list(map(dict, survey)), list(map(dict, choices))], sort_keys=True).encode()
    settings = {
        "form_title": title,
        "form_id": form_id,
        "version": hashlib.sha256(content).hexdigest()[:10],
        "default_language": language,
    }
    out = BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = made.add_format({"bold": True})
    for name, table in (("survey", survey), ("choices", choices), ("settings", [settings])):
        sheet = made.add_worksheet(name)
        heads = list(dict.fromkeys(head for row in table for head in row))
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
            sheet.set_column(column, column, 28)
            for line, row in enumerate(table, start=1):
                if row.get(head):
                    sheet.write_string(line, column, row[head])
        sheet.freeze_panes(1, 2)
    made.close()
    return out.getvalue()
