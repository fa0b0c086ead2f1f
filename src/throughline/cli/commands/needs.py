"""`throughline needs`: what an exercise found, for people and for programs."""

from typing import TYPE_CHECKING

import click

from throughline.cli.errors import Fault
from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer
    from throughline.needs.models import Analysis, Exercise

COLUMNS = ("rank", "topic", "relevance", "urgency", "officials", "estimate", "kept", "decided_by")
ANSWERED = ("rank", "topic", "officials", "participations", "unlisted", "entries", "held", "to_come")
FORMULAS = ("relevance_formula", "urgency_formula", "officials_formula")


@click.group()
def needs() -> None:
    """Training needs."""


@needs.command()
@click.argument("exercise")
@click.option(
    "--formulas", is_flag=True, help="In the table, too, print the formula of each number (JSON and CSV always do)"
)
@formatted
@acts
def rank(exercise: str, formulas: bool, layout: str, actor: "Viewer") -> None:
    """Print the ranking of an exercise, by its reference: the order that holds, each number with its formula."""
    from throughline.needs import queries, words  # reason: only once Django is set up

    found, analysis = _analysed(actor, exercise)
    taken, rows = analysis.method, []
    for line in queries.order_that_holds(analysis):
        result = line.result
        rows.append(
            {
                "rank": line.place,
                "topic": result.topic.title,
                "relevance": words.shown(result.relevance, taken),
                "urgency": words.shown(result.urgency, taken),
                "officials": result.demand,
                "estimate": words.shown(result.estimate, taken),
                "kept": result.kept,
                "decided_by": result.decided_by,
                "relevance_formula": result.relevance_formula,
                "urgency_formula": result.urgency_formula,
                "officials_formula": result.demand_formula,
            }
        )
    columns = COLUMNS if layout == "table" and not formulas else (*COLUMNS, *FORMULAS)
    show([{name: row[name] for name in columns} for row in rows], layout=layout, columns=columns, title=found.title)
    if layout == "table":
        for name, text in words.method_words(taken):
            say(f"{name}: {text}")


@needs.command()
@click.argument("exercise")
@formatted
@acts
def answered(exercise: str, layout: str, actor: "Viewer") -> None:
    """Print what became of the needs of an exercise: officials declared, and beside them participations so far."""
    from throughline.needs import answers, queries  # reason: only once Django is set up

    found, analysis = _analysed(actor, exercise)
    lines = queries.order_that_holds(analysis)
    became = answers.to_results(actor, [one.result for one in lines])
    rows = [
        {
            "rank": one.place,
            "topic": one.result.topic.title,
            "officials": one.result.demand,
            "participations": became[one.result.pk].participations,
            "unlisted": became[one.result.pk].unlisted,
            "entries": ", ".join(entry.reference for entry in became[one.result.pk].entries),
            "held": len(became[one.result.pk].done),
            "to_come": len(became[one.result.pk].coming),
        }
        for one in lines
    ]
    show(rows, layout=layout, columns=ANSWERED, title=found.title)


def _analysed(actor: "Viewer", reference: str) -> tuple["Exercise", "Analysis"]:
    """The exercise with its analysis, for those who may see results by now."""
    from throughline.needs import queries  # reason: only once Django is set up

    found = queries.exercises_for(actor).filter(reference__iexact=reference).first()
    if found is None:
        raise Fault(f"There is no exercise {reference} that you may read.")
    if not queries.may_see_results(actor, found):
        raise Fault("The ranking is shown to everyone when the exercise is published.")
    analysis = queries.analysis_of(found)
    if analysis is None:
        raise Fault("This exercise has not been analysed yet.")
    return found, analysis
