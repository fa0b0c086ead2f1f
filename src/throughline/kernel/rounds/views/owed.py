"""The desk of one person: what is owed, what waits for approval or decision, what is done."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from throughline.kernel.access.choices import Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds import queries
from throughline.kernel.rounds.choices import OPEN_RETURN, PartState, ReturnState, RoundState, Via
from throughline.kernel.rounds.models import Part, Return
from throughline.kernel.rounds.rules import CONTACT_POINT
from throughline.kernel.rounds.views.holders import Holder, to
from throughline.kernel.rounds.views.overview import all_returns_url, state_words
from throughline.kernel.rounds.views.sections import evaluated, sections_of

DONE_SHOWN = 20


@dataclass(frozen=True)
class Entry:
    """One line of the desk."""

    holder: Holder
    title: str
    url: str
    label: str
    tone: str
    due: date
    late: bool
    asked: int = 0
    answered: int = 0


def desk(viewer: Viewer) -> dict[str, Any]:
    """Everything for the page 'What is asked of you'."""
    owed: list[Holder] = [*queries.owed(viewer), *queries.parts_owed(viewer)]
    approving = {one.pk for one in to_approve(viewer)}
    return {
        "owed": sorted((entry(one, progress=True) for one in owed if one.pk not in approving), key=lambda one: one.due),
        "approve": [entry(one, progress=True) for one in to_approve(viewer)],
        "parts_in": [entry(one) for one in parts_in(viewer)],
        "decide": [entry(one) for one in to_decide(viewer)],
        "done": [entry(one) for one in done(viewer)],
        "all_url": all_returns_url(),
    }


def entry(holder: Holder, *, progress: bool = False) -> Entry:
    label, tone = state_words(holder)
    asked, answered = counts(holder) if progress else (0, 0)
    return Entry(
        holder, holder.round.title, to(holder, "detail"), label, tone, holder.due, holder.late, asked, answered
    )


def counts(holder: Holder) -> tuple[int, int]:
    """How many questions are asked and how many answered."""
    sections = sections_of(holder, evaluated(holder, dict(holder.sheet.answers), ""), "")
    return sum(one.asked for one in sections), sum(one.answered for one in sections)


def to_approve(viewer: Viewer) -> list[Return]:
    """Returns that wait for the contact point of the viewer's organisations."""
    ready = queries.owed(viewer).filter(state=ReturnState.READY, programme__in=viewer.programmes_as(*CONTACT_POINT))
    return list(ready)


def to_answer(viewer: Viewer) -> list[Return]:
    """Returns still being answered; those ready for approval wait for somebody else."""
    return list(queries.owed(viewer).exclude(state=ReturnState.READY))


def to_decide(viewer: Viewer) -> list[Return]:
    """Returns that wait for who runs their round, but for the person who submitted them."""
    found = queries.returns_for(viewer).filter(
        state=ReturnState.SUBMITTED,
        round__owner__in=viewer.organisations,
        round__state=RoundState.OPEN,
        programme__in=viewer.programmes_as(Role.SECRETARIAT),
    )
    return list(found.exclude(submitted_by=viewer.person).order_by("submitted_at"))


def parts_in(viewer: Viewer) -> list[Part]:
    """Parts that came in since the return was last put together, for its contact point."""
    found = queries.parts_for(viewer).filter(
        state=PartState.HANDED_IN,
        of__owner__in=viewer.organisations,
        of__state__in=OPEN_RETURN,
        of__round__state=RoundState.OPEN,
        programme__in=viewer.programmes_as(*CONTACT_POINT),
    )
    return [part for part in found.select_related("of__sheet") if _newer(part)]


def _newer(part: Part) -> bool:
    taken = [stamp[1] for stamp in part.of.sheet.stamps.values() if stamp[2] == Via.PARTS]
    return part.handed_in_at is not None and part.handed_in_at.isoformat() > max(taken, default="")


def done(viewer: Viewer) -> list[Holder]:
    """What the viewer's organisations answered lately."""
    states = (ReturnState.SUBMITTED, ReturnState.ACCEPTED)
    returns = queries.returns_for(viewer).filter(owner__in=viewer.organisations, state__in=states)
    parts = queries.parts_for(viewer).filter(owner__in=viewer.organisations, state=PartState.HANDED_IN)
    found: list[Holder] = [
        *returns.order_by("-submitted_at")[:DONE_SHOWN],
        *parts.order_by("-handed_in_at")[:DONE_SHOWN],
    ]
    return sorted(found, key=_finished, reverse=True)[:DONE_SHOWN]


def _finished(holder: Holder) -> Any:
    return (holder.submitted_at if isinstance(holder, Return) else holder.handed_in_at) or holder.changed_at
