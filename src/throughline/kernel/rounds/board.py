"""The page of a round as plain data: the board for those who run it, their own line for those who answer."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.periods import Period
from throughline.kernel.rounds import queries, registry
from throughline.kernel.rounds.choices import OPEN_RETURN, PartState, ReturnState, RoundState
from throughline.kernel.rounds.models import Questionnaire, Return, Round
from throughline.kernel.rounds.queries import Standing
from throughline.kernel.rounds.rules import is_contact_point, may_answer, may_run
from throughline.kernel.ui.figures import Figure

SHOWN_LAST = 5
ANALYSE = (Role.ANALYST, Role.SECRETARIAT)
HANDED_IN = (ReturnState.SUBMITTED, ReturnState.RETURNED, ReturnState.ACCEPTED)


def questionnaire_page(viewer: Viewer, questionnaire: Questionnaire) -> dict[str, Any]:
    """The editions of a questionnaire, and what this viewer can do with them."""
    editions = list(
        questionnaire.editions.defer("source", "xform")
        .select_related("made_by")
        .annotate(used=Count("rounds"))
        .order_by("-number")
    )
    runs = may_run(viewer, questionnaire)
    earlier = {one.pk: before for one, before in pairwise(editions)}
    return {
        "questionnaire": questionnaire,
        "asking": registry.get(questionnaire.asking).title,
        "editions": [{"edition": one, "before": earlier.get(one.pk)} for one in editions],
        "runs": runs,
    }


def round_page(viewer: Viewer, asked_in: Round) -> dict[str, Any]:
    """What the page of a round shows this viewer."""
    runs = may_run(viewer, asked_in)
    rows = queries.standing(viewer, asked_in) if runs else []
    return {
        "round": asked_in,
        "period": period_words(asked_in.period),
        "runs": runs,
        "links": links_of(asked_in) if runs else {},
        "figures": figures_of(rows),
        "rows": rows,
        "came_in": came_in(rows),
        "silent": [row for row in rows if asked_in.state == RoundState.OPEN and row.opened_at is None],
        "not_reached": queries.not_reached(viewer, asked_in) if runs else [],
        "late": sum(row.late for row in rows),
        "owed": sum(row.state in OPEN_RETURN for row in rows),
        "mine": [] if runs else own_lines(viewer, asked_in),
        "coverage": None if runs else coverage(viewer, asked_in),
        "calendar_url": reverse("round-calendar", args=[asked_in.reference]),
        "preview_url": reverse(
            "questionnaire-preview", args=[asked_in.edition.questionnaire.reference, asked_in.edition.number]
        ),
    }


def links_of(asked_in: Round) -> dict[str, str]:
    """What can be done with the round in its state."""
    names = {
        RoundState.PREPARED: ("change", "open", "ask"),
        RoundState.OPEN: ("change", "remind", "ask", "close"),
        RoundState.CLOSED: ("reopen",),
    }[RoundState(asked_in.state)]
    return {name: reverse(f"round-{name}", args=[asked_in.reference]) for name in names}


def figures_of(rows: Sequence[Standing]) -> list[Figure]:
    """The large figures: what stands where, of how many."""
    of = _("of %(number)d asked") % {"number": len(rows)}

    def count(label: str, number: int) -> Figure:
        return Figure(label, number, base=of)

    states = [row.state for row in rows]
    working = [row for row in rows if row.state in {ReturnState.ASKED, ReturnState.READY}]
    return [
        Figure(_("Asked"), len(rows)),
        count(_("Not opened"), sum(row.opened_at is None for row in working)),
        count(_("Being answered"), sum(row.opened_at is not None for row in working)),
        count(_("To decide"), states.count(ReturnState.SUBMITTED)),
        count(_("Returned"), states.count(ReturnState.RETURNED)),
        count(_("Accepted"), states.count(ReturnState.ACCEPTED)),
        count(_("Nothing to report"), sum(row.nil and row.state in HANDED_IN for row in rows)),
        count(_("Late"), sum(row.late for row in rows)),
    ]


def came_in(rows: Sequence[Standing]) -> list[tuple[datetime, Standing]]:
    """What was handed in last, newest first."""
    found = [(row.submitted_at, row) for row in rows if row.submitted_at is not None]
    return sorted(found, key=lambda pair: pair[0], reverse=True)[:SHOWN_LAST]


def own_lines(viewer: Viewer, asked_in: Round) -> list[dict[str, Any]]:
    """The viewer's own returns in this round, and the parts asked of their institution."""
    returns = queries.returns_for(viewer).filter(round=asked_in, owner__in=viewer.organisations)
    parts = queries.parts_for(viewer).filter(of__round=asked_in, owner__in=viewer.organisations)
    return [_own(viewer, ret) for ret in returns.exclude(state=ReturnState.WITHDRAWN)] + [
        {
            "part": part,
            "label": PartState(part.state).label,
            "tone": "good" if part.state == PartState.HANDED_IN else "waiting",
            "due": part.due,
            "late": part.late,
            "url": reverse("part-detail", args=[part.reference]),
        }
        for part in parts.exclude(state=PartState.WITHDRAWN)
    ]


def _own(viewer: Viewer, ret: Return) -> dict[str, Any]:
    label, tone = queries.progress_words(ret)
    owed = ret.state in OPEN_RETURN and ret.round.state == RoundState.OPEN
    return {
        "ret": ret,
        "label": label,
        "tone": tone,
        "due": ret.due,
        "late": ret.late,
        "url": reverse("return-detail", args=[ret.reference]),
        "answers": owed and may_answer(viewer, ret),
        "share_url": reverse("return-share-out", args=[ret.reference])
        if owed and is_contact_point(viewer, ret)
        else "",
    }


def coverage(viewer: Viewer, asked_in: Round) -> tuple[int, int] | None:
    """Accepted and asked, for those who analyse what comes in; that a neighbour is late is nobody else's business."""
    if asked_in.state == RoundState.PREPARED or not viewer.has_role(asked_in.programme_id, *ANALYSE):
        return None
    counted = (
        asked_in.returns.past_the_wall("round")
        .exclude(state=ReturnState.WITHDRAWN)
        .aggregate(asked=Count("pk"), accepted=Count("pk", filter=Q(state=ReturnState.ACCEPTED)))
    )
    return counted["accepted"], counted["asked"]


def period_words(text: str) -> str:
    """A period as it is said: 'second quarter of 2023'; as written, if it cannot be read."""
    try:
        return Period.parse(text).label()
    except ValueError:
        return text
