"""Which kind of question an XForm's control and type make."""

from lxml import etree

from throughline.kernel.rounds.forms.definition import Question
from throughline.kernel.rounds.forms.safely import local

BY_TYPE = {
    "int": "integer", "integer": "integer", "decimal": "decimal", "date": "date", "time": "time",
    "dateTime": "datetime", "geopoint": "geopoint", "geotrace": "geotrace", "geoshape": "geoshape",
    "barcode": "barcode", "boolean": "text", "string": "text", "long": "integer",
}  # fmt: skip
BY_CONTROL = {
    "select1": "select-one", "select": "select-many", "rank": "rank", "trigger": "acknowledge", "range": "range",
}  # fmt: skip


def kind_of(control: etree._Element | None, item: Question) -> str:
    """One of `definition.KINDS`."""
    if control is None:
        return "calculate" if item.calculate is not None else "hidden"
    name = local(control)
    if name in BY_CONTROL:
        return BY_CONTROL[name]
    if name == "upload":
        kind = control.get("mediatype", "").partition("/")[0]
        return kind if kind in {"image", "audio", "video"} else "file"
    if is_note(item):
        return "note"
    return BY_TYPE.get(item.bind_type, "text")


def is_note(item: Question) -> bool:
    """A note is a text that can never be answered and never gets a value."""
    never = item.readonly is not None and item.readonly.text.strip() == "true()"
    has_value = item.calculate is not None or item.dynamic_default is not None or bool(item.default)
    return never and item.bind_type == "string" and not has_value
