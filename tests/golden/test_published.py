"""Every published figure that the records can hold is what the measures answer, asked as the analyst.

The figures are transcribed, with their sources, in `demo/data/published.csv`.
"""

import pytest
from django.db import transaction
from django.test import override_settings

from throughline.demo import services
from throughline.demo.recount import rounded_like
from throughline.demo.shapes import JURISDICTIONS
from throughline.demo.tables import Published, published
from throughline.kernel.measures.answers import Answer
from throughline.kernel.measures.ask import ask_all
from throughline.kernel.measures.questions import Question
from throughline.people.models import User
from throughline.people.queries import viewer_for
from throughline.publications.figures import figures

pytestmark = pytest.mark.django_db  # so that the database is set up; the fixture below is what uses it

HELD = [row for row in published() if row.set != "not-held"]
FIGURES = {
    "av-killed-2023": 151,
    "av-killed-change": 17,
    "av-suicide-2023": 64,
    "av-suicide-change": -3,
    "av-injured-2023": 429,
    "av-injured-change": 27,
    "av-threatened-2023": 440,
    "av-threatened-change": -6,
}


def question(row: Published) -> Question:
    """The question a published figure answers."""
    where, period = row.conditions(), row.period
    period = where.pop("month", period)
    if row.scope in JURISDICTIONS:
        where["jurisdiction"] = row.scope
    scope = "SEE-7" if row.scope in JURISDICTIONS else row.scope
    return Question.ask(row.measure, where=where, period=period, scope=scope, compare=row.compare)


def name(row: Published) -> str:
    return f"{row.period} {row.scope} {row.figure}"


Asked = tuple[dict[str, Answer], dict[str, int]]


@pytest.fixture(scope="module")
def asked(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Asked:
    """The demonstration, loaded once and asked everything at once, then taken away again."""
    facts = override_settings(FACTS=tmp_path_factory.mktemp("golden") / "facts")
    with django_db_blocker.unblock(), facts, transaction.atomic():  # type: ignore[attr-defined]
        services.load_records()
        analyst = viewer_for(User.objects.get(email="analyst@demo.example"))
        answers = ask_all([question(row) for row in HELD], analyst)
        computed = {one.figure.id: int(one.value) for one in figures(analyst) if one.value is not None}
        transaction.set_rollback(True)
    return {name(row): answer for row, answer in zip(HELD, answers, strict=True)}, computed


@pytest.mark.parametrize("row", HELD, ids=name)
def test_published(row: Published, asked: Asked) -> None:
    total = asked[0][name(row)].total
    change = total.compared(row.compare) if row.compare else None
    value = change.change.percent if change and change.change else total.value
    assert value is not None
    assert rounded_like(row.value, value) == row.value


@pytest.mark.parametrize("identity", FIGURES)
def test_figures_printed_on_slides(identity: str, asked: Asked) -> None:
    assert asked[1][identity] == FIGURES[identity]


def test_every_published_figure_is_asked_or_says_why_not() -> None:
    left_out = [row for row in published() if row.set == "not-held"]
    assert len(HELD) + len(left_out) == len(published())
    assert {row.period for row in left_out} == {"2021", "2022", "2022-Q4"}
