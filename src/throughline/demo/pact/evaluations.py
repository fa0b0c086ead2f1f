"""What those who were trained say of it: calls that are open, closed and still to come, sent by the verbs people use."""

from collections.abc import Iterable

from django.db import transaction

from throughline.demo.pact.underway import TRAINEE, Stage
from throughline.training.choices import Level, Role
from throughline.training.models import Evaluation, Ticket
from throughline.training.services import evaluating, sending

# Activity -> how many of those asked at the end, and months later, have answered; and whether the first call is closed.
ANSWERED = {"DONE": (9, 0, False), "TOT": (11, 0, True), "OLD": (10, 5, True)}
RATED = {
    "overall": "5444353544", "relevance": "5545444354", "objectives": "4454345444", "confidence": "4344554343",
    "trainers": "5555444545", "methods": "4354444354", "organisation": "5445344554", "changed": "4343443434",
}  # fmt: skip
SAID = {
    "length": ("right", "right", "short", "right", "long"),
    "used": ("often", "sometimes", "once", "sometimes", "often"),
    "passed_on": ("4", "0", "12", "3", "6"),
    "hindered": ("no-case", "no-time", "no-tools", "no-case", "no-support"),
    "most_useful": (
        "The exercise on the second day. Illustrative.",
        "",
        "Colleagues' own cases. Illustrative.",
        "",
        "",
    ),
    "improve": ("", "More time for the last case. Illustrative.", "", "", "Materials beforehand. Illustrative."),
    "example": ("", "A joint request in a case of our own. Illustrative.", "", "", ""),
}


def load_evaluations(stage: Stage) -> None:
    """The usual calls of what is over, sent where they are due, answered by some."""
    wanted = [stage.activities[key] for key in ANSWERED if not stage.activities[key].evaluations.exists()]
    with transaction.atomic():
        for activity in wanted:
            evaluating.plan_usual(stage.office, activity=activity)
        if not wanted:
            return
        sending.send_due(stage.office)
        for key, (at_once, later, closed) in ANSWERED.items():
            first, delayed = (call_of(stage, key, level) for level in (Level.REACTION, Level.BEHAVIOUR))
            answer(stage, first, at_once)
            answer(stage, delayed, later)
            if closed:
                sending.close(stage.office, evaluation=first)


def call_of(stage: Stage, key: str, level: int) -> Evaluation:
    return Evaluation.objects.get(activity=stage.activities[key], level=level, role=Role.PARTICIPANT)


def answer(stage: Stage, call: Evaluation, number: int) -> None:
    """So many of those asked answer; the participant with an account has not yet."""
    trainee = stage.people["RS", TRAINEE]
    asked = Ticket.objects.filter(evaluation=call, used=False).exclude(place__person=trainee).order_by("place__order")
    for at, ticket in enumerate(asked.select_related("evaluation__activity", "evaluation__edition")[:number]):
        evaluating.answer(stage.office, ticket=ticket, answers=dict(said(call, at)))


def said(call: Evaluation, at: int) -> Iterable[tuple[str, str]]:
    """What the respondent says to each question, by its name."""
    used = SAID["used"][at % 5]
    for question in call.edition.form.questions():
        name = question.path.rpartition("/")[2]
        given = RATED[name][at % 10] if name in RATED else SAID.get(name, ("",))[at % len(SAID.get(name, ("",)))]
        if given and not (name == "hindered" and used != "once"):
            yield question.path, given
