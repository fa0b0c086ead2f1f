"""How a section stands after a save, as plain data for the script of the page."""

from typing import Any

from django.utils import timezone
from django.utils.formats import time_format

from throughline.kernel.rounds.forms.definition import Question
from throughline.kernel.rounds.services.answering import Saved
from throughline.kernel.rounds.views.controls import Control, Fold, Rows, Showing, drawn
from throughline.kernel.rounds.views.incoming import Changes
from throughline.kernel.rounds.views.sections import Section


def standing_of(
    showing: Showing, sections: tuple[Section, ...], name: str, saved: Saved, changes: Changes
) -> dict[str, Any]:
    """Only what can have changed: hidden places, computed values, messages, filtered choices, counts, conflicts."""
    section = next((one for one in sections if one.name == name), None)
    nodes = list(_flat(drawn(showing, section.items))) if section else []
    controls = [one for one in nodes if isinstance(one, Control)]
    clashing = {clash.place for clash in saved.conflicts}
    return {
        "revision": saved.revision,
        "time": time_format(timezone.localtime(), "H:i"),
        "stored": {place: now for place, (_was, now) in changes.items() if place not in clashing},
        "conflicts": [
            {"place": one.place, "theirs": one.clash.theirs, "text": one.clash.text} for one in controls if one.clash
        ],
        "hidden": [one.place for one in nodes if not isinstance(one, Rows) and not one.relevant],
        "outputs": {one.place: one.shown for one in controls if one.widget == "output"},
        "problems": {one.place: one.problem for one in controls if one.problem},
        "required": [one.place for one in controls if one.required],
        "labels": {one.place: str(one.label) for one in controls if _moves(showing, one)},
        "choices": {one.place: _choices(one) for one in controls if _filtered(showing, one)},
        "files": {one.place: [one.value, one.file_url] for one in controls if one.widget == "file"},
        "rows": {one.place: len(one.rows) for one in nodes if isinstance(one, Rows)},
        "sections": {one.name: [one.asked, one.answered, one.problems, one.relevant] for one in sections},
    }


def _flat(nodes: Any) -> Any:
    for node in nodes:
        yield node
        if isinstance(node, Fold):
            yield from _flat(node.children)
        elif isinstance(node, Rows):
            yield from _flat(node.rows)


def _item(showing: Showing, control: Control) -> Question:
    return showing.evaluation.at(control.place).item  # type: ignore[union-attr,return-value]


def _moves(showing: Showing, control: Control) -> bool:
    """Whether answers stand in the label."""
    return "…" in _item(showing, control).label(showing.language)


def _filtered(showing: Showing, control: Control) -> bool:
    return control.widget in {"one", "one-of-many", "many"} and _item(showing, control).filtered


def _choices(control: Control) -> list[list[str]]:
    return [[one.value, str(one.label), one.id] for one in control.options]
