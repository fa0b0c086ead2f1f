"""`throughline needs`: what an exercise found, for people and for programs."""

from typing import TYPE_CHECKING

import click

from throughline.cli.errors import Fault
from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer

COLUMNS = ("rank", "topic", "relevance", "urgency", "officials", "estimate", "kept", "decided_by")
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

    found = queries.exercises_for(actor).filter(reference__iexact=exercise).first()
    if found is None:
        raise Fault(f"There is no exercise {exercise} that you may read.")
    if not queries.may_see_results(actor, found):
        raise Fault("The ranking is shown to everyone when the exercise is published.")
    analysis = queries.analysis_of(found)
    if analysis is None:
        raise Fault("This exercise has not been analysed yet.")
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
