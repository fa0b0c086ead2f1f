"""Words and rows that several sections share."""

from throughline.kernel.reporting.context import Context
from throughline.kernel.reporting.tables import (
    against,
    bold_note,
    compared_heads,
    compared_row,
    pairs,
    ranked,
    row,
    short,
)
from throughline.reference.queries import footnotes, scope_members

__all__ = [
    "KEY",
    "against",
    "bold_note",
    "compared_heads",
    "compared_row",
    "pairs",
    "ranked",
    "row",
    "short",
    "under_names",
]

KEY = ("incidents", "people-killed", "people-injured", "people-threatened", "people-suicide")


def under_names(context: Context) -> tuple[str, ...]:
    """What the programme's publisher prints wherever these jurisdictions are named: '* Without prejudice …'."""
    day = context.period.end
    found = footnotes(context.programme.publisher, scope_members(context.scope, day), day)
    return tuple(f"{note.jurisdiction.mark} {note.text}" for note in found)
