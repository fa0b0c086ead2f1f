"""A framework in the small world, the questionnaires made from it, and returns taken in as people would."""

from collections.abc import Mapping
from typing import Any

from throughline.kernel.access.choices import Handling
from throughline.kernel.rounds import services as rounds
from throughline.kernel.rounds.models import Edition, Questionnaire, Return, Round
from throughline.kernel.testing import rounds as given
from throughline.kernel.testing.worlds import World
from throughline.reference.models import Scope
from throughline.results import askings, services
from throughline.results.models import Framework, Indicator

CODE = "ROADMAP-2024"
SEIZED: dict[str, str] = {"answer": "given", "value": "10", "cell__handgun": "6", "cell__rifle_shotgun": "4"}


def load(world: World, name: str = CODE) -> Framework:
    """The framework that comes with the program, in the world's programme, for the Western Balkans."""
    world.programme.scope = Scope.objects.get(code="WB-6")
    world.programme.save()
    services.load_framework(world.viewer("sofia"), name=name.lower(), programme=world.programme)
    return Framework.objects.get(code=name)


def indicator(label: str, framework: str = CODE) -> Indicator:
    return Indicator.objects.get(framework__code=framework, label=label)


def edition(world: World, *, asking: str = "kpi", source: str = f"{CODE}/authority") -> Edition:
    title = f"{asking} {source}"
    if known := Questionnaire.objects.filter(title=title).first():
        return known.latest
    make = {"kpi": askings.kpi_form, "narrative": askings.narrative_form}[asking]
    content = make(world.viewer("sofia"), source)
    return given.make_questionnaire(world, content, title=title, asking=asking)


def open_round(
    world: World,
    made: Edition | None = None,
    *,
    period: str = "2023",
    asked: tuple[str, ...] = ("RS", "AL"),
    **values: Any,
) -> Round:
    """A round whose accepted returns everyone with a role may read."""
    values = {"opens_to": Handling.GREEN, "title": f"Round {period}", **values}
    return given.make_round(world, made or edition(world), asked=asked, period=period, **values)


def places(form: Edition, wanted: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """{'kpi_6': {'value': '10'}} -> the places of the form."""
    names = {question.name: question.path for question in form.form.questions()}
    return {names[f"{stem}__{name}"]: value for stem, given in wanted.items() for name, value in given.items()}


def whole(form: Edition, wanted: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The same, with everything else that is required answered as 'not available', or on track."""
    answers = places(form, wanted)
    for question in form.form.questions():
        if question.required is not None and question.path not in answers:
            role = question.extra.get("role")
            if role in {"answer", "status"}:
                answers[question.path] = {"answer": "none", "status": "on-track"}[role]
    return answers


def accepted(
    world: World, asked: Round, place: str, wanted: Mapping[str, Mapping[str, str]], *, state: str = "accepted"
) -> Return:
    """A return of the police of a jurisdiction, answered and decided upon by people."""
    return given.make_return(world, place, round=asked, answers=whole(asked.edition, wanted), state=state)


def accept(world: World, ret: Return) -> Return:
    return rounds.accept(world.viewer("simon"), ret=ret)


def reopen(world: World, ret: Return) -> Return:
    return rounds.reopen(world.viewer("simon"), ret=ret, reason="A figure was wrong.")
