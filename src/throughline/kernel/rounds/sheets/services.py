"""Verbs on the file: hand it out, take it in."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.rounds import queries, services
from throughline.kernel.rounds.choices import Via
from throughline.kernel.rounds.models import Part
from throughline.kernel.rounds.rules import may_answer
from throughline.kernel.rounds.services.answering import Saved
from throughline.kernel.rounds.sheets.marks import Holder
from throughline.kernel.rounds.sheets.planning import Plan, plan
from throughline.kernel.rounds.sheets.reading import read
from throughline.kernel.rounds.sheets.writing import write


@verb("return.hand-out-file")
def hand_out(actor: Viewer, *, holder: Holder, language: str = "") -> bytes:
    """The file for somebody who may answer, with what is answered so far. Raises Refused."""
    if not may_answer(actor, holder):
        raise Refused(_("Only people of %(owner)s answer this.") % {"owner": holder.owner})
    services.note_opened(actor, holder=holder)
    before = queries.before(holder.of if isinstance(holder, Part) else holder)
    content = write(holder, viewer=actor, language=language, before=before)
    note(holder, after={"file": "xlsx", "revision": holder.sheet.revision})
    return content


def look(actor: Viewer, *, holder: Holder, content: bytes, taken: Collection[str] = ()) -> Plan:
    """What a file would change, without changing it. Raises Refused, or Invalid for a file that is refused whole."""
    if not may_answer(actor, holder):
        raise Refused(_("Only people of %(owner)s answer this.") % {"owner": holder.owner})
    holder.sheet.refresh_from_db()
    return plan(holder, read(content, form=holder.edition.form, holder=holder), taken=taken)


def apply(
    actor: Viewer, *, holder: Holder, content: bytes, taken: Collection[str] = (), revision: int | None = None
) -> Saved:
    """Take a file in, all of it or nothing, as `services.replace` does (whose verb and history it is).

    Raises Refused, Invalid with every cell in the way, or Conflict where the answers moved on since `revision`.
    """
    found = look(actor, holder=holder, content=content, taken=taken)
    if found.problems:
        raise Invalid(
            [Problem(one.place or "file", str(one), one.spot.raw, one.spot.row + 1) for one in found.problems]
        )
    if revision is not None and revision != found.revision:
        raise Conflict(_("Someone changed these answers since you looked. Look at what the file would change again."))
    return services.replace(
        actor, holder=holder, answers=found.answers, via=Via.EXCEL, keep_missing=False, revision=found.revision
    )
