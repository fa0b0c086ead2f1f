"""How the file looks: paper and ink, one accent for what is to be filled."""

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

INK, SOFT, LINE, ACCENT, FILL, REMARKED, SHADE = (
    "#1B1F23", "#5B6470", "#D5D9DE", "#0B5563", "#F1F7F8", "#FFF4DC", "#F4F5F6",
)  # fmt: skip
FONT = "Calibri"
CELL: dict[str, Any] = {"text_wrap": True, "valign": "top", "bottom": 1, "bottom_color": LINE}
OPEN: dict[str, Any] = {
    **CELL, "bg_color": FILL, "locked": False, "border": 1, "border_color": "#A9C6CB", "align": "left",
}  # fmt: skip
FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": ACCENT},
    "subtitle": {"font_color": SOFT, "font_size": 10},
    "label": {"bold": True, "valign": "top", "text_wrap": True},
    "text": {"text_wrap": True, "valign": "top"},
    "warning": {"text_wrap": True, "valign": "top", "bold": True, "bg_color": REMARKED},
    "header": {
        "bold": True, "text_wrap": True, "valign": "bottom", "bottom": 2, "bottom_color": ACCENT, "font_color": ACCENT,
    },
    "number": {**CELL, "font_color": SOFT, "align": "left"},
    "question": {**CELL},
    "hint": {**CELL, "font_color": SOFT, "font_size": 10},
    "before": {**CELL, "font_color": SOFT, "align": "left"},
    "remark": {**CELL, "bg_color": REMARKED},
    "heading": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": SHADE},
    "note": {"italic": True, "text_wrap": True, "valign": "top", "font_color": SOFT},
    "elsewhere": {**CELL, "font_color": SOFT, "italic": True},
    "link": {"font_color": ACCENT, "underline": 1, "valign": "top"},
    "text-answer": {**OPEN, "num_format": "@"},
    "integer-answer": {**OPEN, "num_format": "#,##0"},
    "decimal-answer": {**OPEN, "num_format": "General"},
    "date-answer": {**OPEN, "num_format": "yyyy-mm-dd"},
}  # fmt: skip
INDENTED = frozenset({"question", "heading", "note"})
BY_KIND = {"integer": "integer-answer", "decimal": "decimal-answer", "range": "decimal-answer", "date": "date-answer"}


class Styles:
    """The formats of one workbook, made when first asked for."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.made: dict[tuple[str, int], Format] = {}

    def get(self, name: str, depth: int = 0) -> Format:
        key = (name, depth)
        if key not in self.made:
            given = {"font_name": FONT, "font_color": INK, "font_size": 11, **FORMATS[name]}
            if depth and name in INDENTED:
                given["indent"] = min(depth, 6)
            self.made[key] = self.book.add_format(given)
        return self.made[key]

    def answer(self, kind: str) -> Format:
        return self.get(BY_KIND.get(kind, "text-answer"))
