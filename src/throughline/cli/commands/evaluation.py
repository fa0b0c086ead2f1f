"""`throughline evaluation`: plan and send calls, read results and rates, take answers."""

from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from throughline.cli.commands.delivery import activity_named
from throughline.cli.errors import Unusable
from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer
    from throughline.training.models import Evaluation

CALLS = ("call", "level", "kind", "role", "state", "day", "answered", "asked", "percent", "not_shown")
QUESTIONS = ("level", "role", "question", "answers", "mean", "answer", "number")
RATES = ("rate", "part", "of", "percent")


@click.group()
def evaluation() -> None:
    """Evaluation of training: ask on the day, read what came when it has closed."""


@evaluation.command("plan")
@click.argument("activity")
@click.option("--questionnaire", help="Code of a questionnaire of evaluation [default: plan the usual calls]")
@click.option("--level", type=click.IntRange(1, 4), default=1, show_default=True)
@click.option(
    "--role", type=click.Choice(["participant", "trainer", "line-manager"]), default="participant", show_default=True
)
@click.option("--kind", type=click.Choice(["survey", "pre-test", "post-test"]), default="survey", show_default=True)
@click.option(
    "--days", type=int, default=0, show_default=True, help="After the last day; a pre-test before the first: -7"
)
@click.option("--open-days", type=int, default=21, show_default=True)
@click.option("--least", type=int, default=5, show_default=True, help="Answers below which nothing is shown")
@click.option("--address", "addresses", multiple=True, help="E-mail address of a trainer (repeat)")
@click.option("--named", is_flag=True, help="With names; without it the call is anonymous, tests never are")
@acts
def plan(activity: str, questionnaire: str | None, actor: "Viewer", *, named: bool, **given: Any) -> None:
    """Plan a call, or the usual ones. Each is sent by itself on its day.

    \b
    throughline evaluation plan TA-2026-000001
    throughline evaluation plan TA-2026-000001 --questionnaire financial-test --kind pre-test --days -7
    """
    from throughline.training.services import evaluating  # reason: only once Django is set up

    found = activity_named(actor, activity)
    if questionnaire is None:
        made = evaluating.plan_usual(actor, activity=found)
    else:
        offered = {one.questionnaire.code: one for one in evaluating.editions(actor, found.programme)}
        if questionnaire not in offered:
            raise Unusable(
                f"There is no questionnaire of evaluation {questionnaire!r}. There are: {', '.join(offered)}."
            )
        values = {**given, "sort": given["kind"], "anonymous": not named, "edition": offered[questionnaire]}
        made = [evaluating.plan(actor, activity=found, values=values)]
    for one in made:
        say(f"{one.pk} {one}: {one.due_on}")


@evaluation.command("results")
@click.argument("activity")
@click.option("--questions", is_flag=True, help="What was answered to each question, where it may be shown")
@formatted
@acts
def results(activity: str, layout: str, actor: "Viewer", *, questions: bool) -> None:
    """Print the calls of an activity with their answer rates; with --questions what was answered."""
    from throughline.training import evaluated  # reason: only once Django is set up

    found = evaluated.results(actor, activity_named(actor, activity))
    if not questions:
        show([_call_row(one) for one in found], layout=layout, columns=CALLS)
        return
    rows = []
    for one in found:
        for asked in one.questions:
            told = {"level": one.call.level, "role": one.call.role, "question": asked.label, "answers": asked.answers}
            told["mean"] = str(asked.mean) if asked.mean is not None else ""
            parts: list[tuple[str, int | None]] = [*asked.counts, *((text, 1) for text in asked.texts)] or [("", None)]
            rows += [{**told, "answer": label, "number": number} for label, number in parts]
    show(rows, layout=layout, columns=QUESTIONS)


def _call_row(one: Any) -> dict[str, Any]:
    call = one.call
    return {
        "call": str(call.pk), "level": call.level, "kind": call.sort, "role": call.role, "state": call.state,
        "day": str(call.due_on), "answered": one.rate.part, "asked": one.rate.of,
        "percent": str(one.rate.percent) if one.rate.percent is not None else "", "not_shown": str(one.why),
    }  # fmt: skip


def call_named(actor: "Viewer", key: str) -> "Evaluation":
    """The call with this key, of an activity the person may see."""
    from throughline.training import queries  # reason: only once Django is set up
    from throughline.training.models import Evaluation

    rows = Evaluation.objects.filter(activity__in=queries.activities(actor).values("pk"))
    try:
        found = rows.select_related("activity__programme", "edition").filter(pk=UUID(key)).first()
    except ValueError:
        found = None
    if found is None:
        raise Unusable(f"There is no call {key!r} that you may see. `throughline evaluation results` lists them.")
    return found


@evaluation.command("send")
@click.argument("call")
@acts
def send(call: str, actor: "Viewer") -> None:
    """Send a call before its day. Sent again, it asks nobody twice."""
    from throughline.training.services import sending  # reason: only once Django is set up

    say(f"Sent to {sending.send_now(actor, evaluation=call_named(actor, call))} people.")


@evaluation.command("answers")
@click.argument("call")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A .csv or .xlsx file")
@acts
def take_answers(call: str, out: Path, actor: "Viewer") -> None:
    """Write the answers to a call into a sheet: of an anonymous call by question, never by person."""
    from throughline.training.evaluation_answers import export  # reason: only once Django is set up

    content, _kind = export(actor, evaluation=call_named(actor, call), fmt=out.suffix.removeprefix(".").lower())
    out.write_bytes(content)
    say(f"Written: {out}")


@evaluation.command("rates")
@click.option("--year", type=click.IntRange(1, 9999))
@click.option("--project", help="Code of a project")
@click.option("--level", type=click.IntRange(1, 4), default=1, show_default=True)
@formatted
@acts
def rates(year: int | None, project: str | None, level: int, layout: str, actor: "Viewer") -> None:
    """Print answer rates over the activities you may read, each with its part and its whole."""
    from throughline.training import evaluated, queries  # reason: only once Django is set up

    found = queries.activities(actor)
    found = found.filter(ends_on__year=year) if year else found
    found = found.filter(project__code=project) if project else found
    told = evaluated.coverage(found, level=level)
    rows = [
        {
            "rate": name,
            "part": rate.part,
            "of": rate.of,
            "percent": str(rate.percent) if rate.percent is not None else "",
        }
        for name in ("implemented", "evaluated", "participants", "trainers", "managers")
        for rate in (getattr(told, name),)
    ]
    show(rows, layout=layout, columns=RATES)
