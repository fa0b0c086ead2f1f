"""The pages of needs as plain data: how far an exercise is, positions, ranking, sensitivity; the board of proposals."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from throughline.kernel.access.choices import Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds.choices import ReturnState
from throughline.kernel.ui import formats
from throughline.kernel.ui.figures import Figure
from throughline.needs import answers, queries, rapid, words
from throughline.needs.choices import ExerciseState as E
from throughline.needs.choices import PositionState
from throughline.needs.choices import ProposalState as P
from throughline.needs.models import Analysis, Exercise, Position, TopicResult
from throughline.needs.rapid_models import Proposal
from throughline.reference.models import Jurisdiction
from throughline.training.answering import Answered

WAY = (E.DRAFT, E.OPEN, E.CLOSED, E.CONSOLIDATED, E.ANALYSED, E.REVIEWED, E.VALIDATED, E.PUBLISHED)
# In each state: the steps that need no more than a click, and the pages of those that need more.
CLICKS = {
    E.OPEN: ("close",), E.CLOSED: ("consolidate",), E.CONSOLIDATED: ("analyse", "consolidate"),
    E.RETURNED: ("consolidate",), E.VALIDATED: ("publish",),
}  # fmt: skip
FORMS = {
    E.DRAFT: ("open",), E.CLOSED: ("reopen",), E.CONSOLIDATED: ("reopen",), E.ANALYSED: ("review",),
    E.REVIEWED: ("validate", "review"),
}  # fmt: skip


def labels() -> dict[str, str]:
    return {
        "open": _("Ask the countries"), "close": _("Close"), "reopen": _("Open again"),
        "consolidate": _("Propose positions"), "analyse": _("Rank the topics"), "review": _("Record an expert review"),
        "validate": _("Record the decision"), "publish": _("Publish"),
    }  # fmt: skip


def first_step(state: E) -> str:
    """The step that leads on from a state; empty where there is none."""
    return next(iter((*CLICKS.get(state, ()), *FORMS.get(state, ()))), "")


def whats_next(exercise: Exercise, *, runs: bool) -> str:
    """What happens next and who does it, in a sentence."""
    if exercise.state == E.CONSOLIDATED:
        return _("The contact points adjust and agree to what is said for their countries. Then the topics are ranked.")
    if exercise.state == E.REVIEWED:
        return _("%(body)s decides next.") % {"body": exercise.body}
    own = {
        E.DRAFT: _("Check topics, profiles and method: they stay as they are once the countries are asked."),
        E.OPEN: _("The countries answer. Accept what is handed in on the page of the round; then close."),
        E.CLOSED: _("No answer is taken any more. Next, one position a country is put together from the answers."),
        E.ANALYSED: _("Experts look at the ranking next. They comment; the numbers stay."),
        E.VALIDATED: _("Published, the ranking is read by everyone in the programme."),
        E.PUBLISHED: _("Say which entries of the catalogue answer these needs, and see what became of them."),
    }  # fmt: skip
    others = {
        E.OPEN: _("The countries answer. What is asked of your organisation is on your home page."),
        E.CLOSED: _("The secretariat puts the answers together to one position a country."),
        E.ANALYSED: _("Experts look at the ranking. It is shown to everyone when it is published."),
        E.VALIDATED: _("The secretariat publishes the results next."),
    }  # fmt: skip
    return (own if runs else others).get(E(exercise.state), "")


def exercise_page(viewer: Viewer, exercise: Exercise) -> dict[str, Any]:
    """How far it is, the response rate, and what this viewer can do next."""
    runs = queries.may_run(viewer, exercise)
    state = E(exercise.state)
    sees = queries.may_see_results(viewer, exercise)
    analysis = queries.analysis_of(exercise) if sees else None
    mine = list(queries.positions_for(viewer, exercise)) if state != E.DRAFT else []
    said = labels()
    return {
        "runs": runs,
        "next": whats_next(exercise, runs=runs),
        "mine": [one for one in mine if queries.is_contact_point(viewer, one) and one.state == PositionState.PROPOSED]
        if state == E.CONSOLIDATED
        else [],
        "waiting": handed_in(exercise) if runs and state == E.OPEN else 0,
        "steps": [one.label for one in WAY],
        "step": _step(state),
        "figures": figures_of(exercise),
        "clicks": [(one, said[one]) for one in CLICKS.get(state, ())] if runs else [],
        "forms": [(reverse(f"exercise-{one}", args=[exercise.reference]), said[one]) for one in FORMS.get(state, ())]
        if runs
        else [],
        "step_url": reverse("exercise-step", args=[exercise.reference]),
        "round_url": reverse("round-detail", args=[exercise.round.reference]) if exercise.round else "",
        "positions_url": reverse("exercise-positions", args=[exercise.reference]) if mine else "",
        "ranking_url": reverse("exercise-ranking", args=[exercise.reference]) if analysis else "",
        "sensitivity_url": reverse("exercise-sensitivity", args=[exercise.reference]) if analysis else "",
        "answered_url": reverse("exercise-answered", args=[exercise.reference]) if analysis else "",
        "lines": ranking_lines(analysis)[:5] if analysis else [],
        "reviews": list(analysis.reviews.select_related("topic")) if analysis else [],
        "validations": [(one, words.vote(one)) for one in analysis.validations.all()] if analysis else [],
        "later": list(queries.exercises_for(viewer).filter(follows=exercise)),
    }


def handed_in(exercise: Exercise) -> int:
    """How many returns wait for the secretariat's decision."""
    return exercise.round.returns.filter(state=ReturnState.SUBMITTED).count() if exercise.round else 0


def _step(state: E) -> int:
    if state == E.RETURNED:
        state = E.REVIEWED
    return len(WAY) if state == E.SUPERSEDED else WAY.index(state) + 1


def figures_of(exercise: Exercise) -> list[Figure]:
    """The response rate with its formula, the answers, and how many positions are agreed: counts, for everybody."""
    if exercise.state == E.DRAFT:
        return []
    found = queries.coverage(exercise)
    figures = [
        Figure(
            label=_("Response rate"),
            value=float(found.rate) if found.rate is not None else None,
            text=f"{found.shown}{formats.NARROW_SPACE}%",
            base=_("%(countries)d of %(eligible)d eligible countries: %(formula)s")
            % {"countries": found.countries, "eligible": len(found.eligible), "formula": found.formula},
        ),
        Figure(label=_("Answers accepted"), value=found.answers),
    ]
    states = list(exercise.positions.values_list("state", flat=True))
    if states:
        agreed = states.count(PositionState.AGREED)
        base = _("of %(number)d positions") % {"number": len(states)}
        figures.append(Figure(label=_("Positions agreed by contact points"), value=agreed, base=base))
    return [*figures, *clock_of(exercise)]


def clock_of(exercise: Exercise) -> list[Figure]:
    """The days from asking to publication, beside what is aimed at."""
    if exercise.aim_weeks is None or exercise.round is None:
        return []
    ended = exercise.published_on or timezone.localdate()
    label = _("Days from asking to publication") if exercise.published_on else _("Days since the countries were asked")
    aim = _("aimed at: %(days)d (%(weeks)d weeks)") % {"days": 7 * exercise.aim_weeks, "weeks": exercise.aim_weeks}
    return [Figure(label=label, value=(ended - exercise.round.opens_on).days, base=aim)]


# ---- ranking, sensitivity


def ranking_lines(analysis: Analysis) -> list[dict[str, Any]]:
    """The topics in the order that holds, their numbers with formulas, and their subtopics."""
    taken = analysis.method
    below = queries.subtopics_of(analysis)
    ranges = analysis.sensitivity["ranges"]
    found = []
    for line in queries.order_that_holds(analysis):
        code = line.result.topic.code
        best, worst = ranges.get(code, (line.place, line.place))
        found.append(
            {
                "place": line.place,
                "result": line.result,
                "topic": line.result.topic,
                "adjustment": line.adjustment,
                "range": f"{best}–{worst}" if best != worst else str(best),
                "firm": best == worst == line.result.rank,
                "subtopics": [{"result": one, **words.row(one, taken)} for one in below.get(code, ())],
                **words.row(line.result, taken),
                "decided_by": words.decided(line.result, moved=line.adjustment is not None),
                "horizon": words.horizon(line.result, taken),
            }
        )
    return found


def ranking_page(viewer: Viewer, exercise: Exercise, analysis: Analysis) -> dict[str, Any]:
    names = country_names(analysis)
    # Who answered is the business of those who assess; the others read how many did.
    assesses = queries.may_assess(viewer, exercise)
    silent = [names[code] for code in analysis.eligible if code not in analysis.answering] if assesses else []
    return {
        "exercise": exercise,
        "analysis": analysis,
        "lines": ranking_lines(analysis),
        "method": list(words.method_words(analysis.method)),
        "figures": figures_of(exercise),
        "silent": silent,
        "tabs": tabs(exercise, "ranking"),
    }


def sensitivity_page(viewer: Viewer, exercise: Exercise, analysis: Analysis) -> dict[str, Any]:
    """The rank of every topic in every scenario, and the pairs that changed places.

    Which country turns an order round says something of that country: those who do not assess read the range over all.
    """
    titles = {one.result.topic.code: one.result.topic.title for one in queries.order_that_holds(analysis)}
    results = analysis.results.select_related("topic").order_by("rank")
    base = [one for one in results if not one.topic.part_of]
    scenarios = analysis.sensitivity["scenarios"]
    named = queries.may_assess(viewer, exercise)
    shown = [one for one in scenarios if named or one["kind"] != "without"]
    names = country_names(analysis)
    rows = [{"name": words.scenario(one, names), "cells": [_cell([one], result) for result in base]} for one in shown]
    without = [one for one in scenarios if one["kind"] == "without"]
    if without and not named:
        name = _("Leaving one country out, each in turn")
        rows.append({"name": name, "cells": [_cell(without, result) for result in base]})
    pairs = [one for one in analysis.sensitivity["pairs"] if one["held"] < one["of"]]
    return {
        "exercise": exercise,
        "analysis": analysis,
        "topics": [one.topic for one in base],
        "base": [one.rank for one in base],
        "rows": rows,
        "pairs": [
            {"above": titles.get(one["above"]), "below": titles.get(one["below"]), "held": one["held"], "of": one["of"]}
            for one in pairs
        ],
        "crossing": [titles[one] for one in analysis.sensitivity["crossing"]],
        "tabs": tabs(exercise, "sensitivity"),
    }


def _cell(scenarios: Sequence[dict[str, Any]], result: TopicResult) -> dict[str, Any]:
    """The rank (or the range of ranks) of a topic in these scenarios, and whether it moved or fell below the cut-off."""
    code = result.topic.code
    ranks = sorted({one["ranks"][code] for one in scenarios if code in one["ranks"]})
    return {
        "rank": "–".join(str(one) for one in dict.fromkeys((ranks[0], ranks[-1]))) if ranks else "–",
        "moved": ranks != [result.rank],
        "out": result.kept and any(code not in one["kept"] for one in scenarios),
    }


def topic_page(viewer: Viewer, exercise: Exercise, analysis: Analysis, code: str) -> dict[str, Any] | None:
    """One need: its numbers with formulas, for whom, and what became of it. None, if it is no topic of this exercise."""
    lines = {one["topic"].code: one for one in ranking_lines(analysis)}
    under = {sub["result"].topic.code: sub for line in lines.values() for sub in line["subtopics"]}
    line = lines.get(code) or under.get(code)
    if line is None:
        return None
    result: TopicResult = line["result"]
    found = answers.to_results(viewer, [result])[result.pk]
    profiles = {one.code: one.title for one in exercise.profiles.all()}
    levels = words.level_names(analysis.method)
    return {
        "exercise": exercise,
        "analysis": analysis,
        "result": result,
        "line": line,
        "profiles": [(title, result.by_profile[one]) for one, title in profiles.items() if one in result.by_profile],
        "levels": [(title, result.by_level[one]) for one, title in levels.items() if one in result.by_level],
        "answered": found,
        "met": demand_met(found, result.demand, _("Officials declared")),
        "draft_url": reverse("exercise-topic-entry", args=[exercise.reference, code])
        if may_draft(viewer, exercise.programme_id) and exercise.state in answers.VALIDATED
        else "",
    }


def may_draft(viewer: Viewer, programme: Any) -> bool:
    """Those who run the programme draft entries of its catalogue from what is needed."""
    return viewer.has_role(programme, Role.SECRETARIAT)


def demand_met(found: Answered, asked: int | None, label: str) -> list[Figure]:
    """What was asked for and who came, side by side: no share, as people and participations are not the same."""
    number = len(found.done)
    activities = ngettext("in %(number)d activity that was held", "in %(number)d activities that were held", number) % {
        "number": number
    }
    figures = [
        Figure(label=label, value=asked, base=_("people who need training")),
        Figure(label=_("Participations so far"), value=found.participations, base=activities),
    ]
    if found.unlisted:
        base = _("where no list was kept; not in the number beside")
        figures.append(Figure(label=_("Came without a list"), value=found.unlisted, base=base))
    return figures


def answered_page(viewer: Viewer, exercise: Exercise, analysis: Analysis) -> dict[str, Any]:
    """What became of the needs so far: beside what was asked for stands what was offered and who came."""
    lines = queries.order_that_holds(analysis)
    found = answers.to_results(viewer, [one.result for one in lines])
    return {
        "exercise": exercise,
        "analysis": analysis,
        "rows": [{"line": one, "answered": found[one.result.pk]} for one in lines],
        "tabs": tabs(exercise, "answered"),
    }


def tabs(exercise: Exercise, current: str) -> list[dict[str, Any]]:
    named = (
        ("ranking", _("Ranking")), ("sensitivity", _("Sensitivity")), ("positions", _("Positions")),
        ("answered", _("What became of it")),
    )  # fmt: skip
    return [
        {"label": label, "url": reverse(f"exercise-{name}", args=[exercise.reference]), "current": name == current}
        for name, label in named
    ]


def country_names(analysis: Analysis) -> dict[str, str]:
    return {
        one.code: str(one) for one in Jurisdiction.objects.filter(code__in=[*analysis.eligible, *analysis.answering])
    }


# ---- positions


def position_page(viewer: Viewer, position: Position) -> dict[str, Any]:
    """What the country says, topic by topic, beside what was proposed."""
    exercise = position.exercise
    method = exercise.method
    scales = {
        name: {one.code: one.label for one in queries.scale(taxonomy)}
        for name, taxonomy in (
            ("relevance", method.relevance_scale), ("urgency", method.urgency_scale), ("proficiency", method.proficiency_scale),
        )
    }  # fmt: skip
    profiles = {one.code: one.title for one in exercise.profiles.all()}
    changes = queries.is_contact_point(viewer, position) and exercise.state == E.CONSOLIDATED
    lines = position.said.select_related("topic").order_by("topic__order")
    return {
        "position": position,
        "changes": changes,
        "agrees": changes and position.state == PositionState.PROPOSED,
        "agree_url": reverse("position-agree", args=[position.reference]),
        "exercise_url": reverse("exercise-detail", args=[exercise.reference]),
        "lines": [_said(position, one, scales, profiles) for one in lines],
    }


def _said(position: Position, line: Any, scales: dict[str, dict[str, str]], profiles: dict[str, str]) -> dict[str, Any]:
    def told(name: str) -> str:
        return scales[name].get(getattr(line, name), "")

    numbers = [f"{title}: {line.numbers[code]}" for code, title in profiles.items() if code in line.numbers]
    earlier = {name: line.proposed.get(name) for name in ("relevance", "urgency", "proficiency", "numbers")}
    changed = any(getattr(line, name) != value for name, value in earlier.items() if name in line.proposed)
    return {
        "topic": line.topic,
        "relevance": told("relevance"),
        "urgency": told("urgency"),
        "proficiency": told("proficiency"),
        "numbers": numbers,
        "national": line.national,
        "comment": line.comment,
        "reason": line.reason,
        "changed": changed,
        "proposed": ", ".join(
            scales[name].get(str(earlier[name]), "–") for name in ("relevance", "urgency", "proficiency")
        ),
        "url": reverse("position-adjust", args=[position.reference, line.topic.code]),
    }


# ---- proposals


NEXT = {
    P.SCREENED: ("empact",), P.EMPACT: ("assess",), P.DEVELOPED: ("package",), P.CATALOGUE: ("deliver",),
    P.DELIVERED: ("revise",), P.REVISED: ("revise",),
}  # fmt: skip
BOARD: tuple[tuple[str, tuple[P, ...]], ...] = (
    ("in", (P.SUBMITTED, P.SCREENED, P.EMPACT)),
    ("judged", (P.ASSESSED, P.PRESENTED, P.DEFERRED)),
    ("agreed", (P.AGREED, P.DEVELOPED, P.CATALOGUE)),
    ("done", (P.DELIVERED, P.REVISED)),
    ("ended", (P.REJECTED, P.RETIRED)),
)


def rapid_labels() -> dict[str, str]:
    return {
        "empact": _("Record the EMPACT opinion"), "assess": _("Assess"), "package": _("Put into the catalogue"),
        "deliver": _("Record the first delivery"), "revise": _("Record the revision"),
    }  # fmt: skip


def proposal_next(viewer: Viewer, proposal: Proposal) -> dict[str, Any]:
    """The step that needs a page of its own, the clock, and what became of the proposal."""
    runs = viewer.has_role(proposal.programme_id, Role.SECRETARIAT)
    clock = rapid.clocks([proposal])[proposal.pk]
    found = answers.to_proposals(viewer, [proposal], {proposal.pk: clock})[proposal.pk]
    drafts = runs and proposal.state in (P.AGREED, P.DEVELOPED) and not found.entries
    steps = NEXT.get(P(proposal.state), ()) if runs else ()
    said = rapid_labels()
    met = demand_met(found, proposal.officials, _("Officials to train")) if found.entries else []
    return {
        "forms": [(reverse(f"proposal-{one}", args=[proposal.reference]), said[one]) for one in steps],
        "draft_url": reverse("proposal-entry", args=[proposal.reference]) if drafts else "",
        "figures": [*_running(clock), *met],
        "answered": found,
    }


def _running(clock: rapid.Clock) -> list[Figure]:
    """The days since the need was called, and what ended them."""
    if clock.called is None:
        return []
    if clock.running:
        base = _("since the call, still running")
    elif clock.delivered:
        base = _("from the call to the first delivery")
    else:
        base = _("from the call to the end")
    return [Figure(label=_("Days"), value=clock.days, base=base)]


def proposal_page(viewer: Viewer, proposal: Proposal) -> dict[str, Any]:
    """When each state was reached; score and opinion are the record's own."""
    state = {one.value: one.label for one in P}
    laps = rapid.clocks([proposal])[proposal.pk].laps
    return {"laps": [{"state": state.get(one.state, one.state), "on": one.on, "days": one.days} for one in laps]}


def board(viewer: Viewer) -> list[dict[str, Any]]:
    """The proposals the viewer may read, by how far they are, each with its clock; the highest score first."""
    rows = list(queries.proposals_for(viewer).exclude(state=P.DRAFT))
    clocks = rapid.clocks(rows)
    titles = {
        "in": _("Being checked"), "judged": _("Assessed"), "agreed": _("Agreed"), "done": _("Delivered"), "ended": _("Ended"),
    }  # fmt: skip
    return [
        {
            "title": titles[name],
            "rows": [
                {"proposal": one, "state": P(one.state).label, "clock": clocks[one.pk]}
                for one in sorted(rows, key=lambda row: -(row.score or 0))
                if one.state in states
            ],
        }
        for name, states in BOARD
    ]
