"""Every registered measure gives the same answer on Sail, with workers, as on DuckDB: to the last digit, for every reader.

Each measure is asked by each of its dimensions; conditions, periods, scopes, comparisons, earlier versions and readers
turn like wheels beside them. First DuckDB answers and every query it was asked is written down; then all of them go to Sail at
once, and the answers are put together again from what Sail said.
"""

from ast import literal_eval
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import cycle
from typing import Any
from uuid import UUID

import ibis
import pytest

from tests.scale.hard import Hard
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures import engines, plans, registry
from throughline.kernel.measures.answering import Answering, Desk
from throughline.kernel.measures.answers import ALL, Answer
from throughline.kernel.measures.ask import open_desk
from throughline.kernel.measures.declare import Kind, Measure
from throughline.kernel.measures.engines import DuckDB, Engine, Rows, Table, Value
from throughline.kernel.measures.points import points_of
from throughline.kernel.measures.questions import MISSING_KEY, Question
from throughline.kernel.testing.worlds import World
from throughline.reference.models import Programme

READERS = ("anna", "alice", "charlie", "rita", "outsider", "nobody")
PERIODS = ("2023..2024", "2024-Q1", None, "2023-H2", "2024")
SCOPES = (None, "SEE-7", "WB-6")
COMPARISONS: tuple[tuple[str, ...], ...] = ((), (), (), ("previous",), (), (), ("last-year",))
# So many dimensions at once: what agrees cut so finely agrees in every sum of it. What is counted once is not a sum.
AT_ONCE, OF_DISTINCT = 5, 2
THREADS = 4
THEN = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass
class Recorder:
    """DuckDB, and a note of everything it was asked."""

    inner: Engine = field(default_factory=DuckDB)
    asked: dict[Hashable, tuple[Callable[[], ibis.Table], Sequence[Table], Sequence[Value], Rows]] = field(
        default_factory=dict
    )

    def run(
        self, key: Hashable, build: Callable[[], ibis.Table], tables: Sequence[Table], values: Sequence[Value] = ()
    ) -> Rows:
        rows = self.inner.run(key, build, tables, values)
        self.asked[key, tuple(values), tuple((one.name, one.files) for one in tables)] = (build, tables, values, rows)
        return rows

    def look(self) -> str:
        return self.inner.look()


@dataclass
class Replayed:
    """What another engine said to the same queries, in the order in which it said it."""

    said: dict[Hashable, Rows]

    def run(
        self, key: Hashable, build: Callable[[], ibis.Table], tables: Sequence[Table], values: Sequence[Value] = ()
    ) -> Rows:
        return self.said[key, tuple(values), tuple((one.name, one.files) for one in tables)]

    def look(self) -> str:
        return ""


class Wheels:
    """Reader, period, scope, conditions and version, each turning at its own pace."""

    def __init__(self, hard: Hard, desks: dict[str, Desk]) -> None:
        self.hard = hard
        self.desks = desks
        self.turn = 0
        self.readers, self.periods, self.scopes = cycle(READERS), cycle(PERIODS), cycle(SCOPES)
        self.comparisons = cycle(COMPARISONS)

    def next(self, measure: Measure, by: list[str]) -> tuple[Desk, Question]:
        period, compare = next(self.periods), next(self.comparisons)
        where = condition(self.hard, measure, self.turn) if self.turn % 3 else {}
        as_of = self.hard.before if self.turn % 5 == 4 else ()
        self.turn += 1
        question = Question.ask(
            measure.id,
            by=by,
            where=where,
            period=period,
            scope=next(self.scopes),
            compare=compare if period else (),
            as_of=as_of,
        )
        return self.desks[next(self.readers)], question


def condition(hard: Hard, measure: Measure, turn: int) -> dict[str, list[str]]:
    """A dimension in turn, and of its values the first two; every third time what is missing, every seventh something odd."""
    names = [one for one in registry.dimensions_of(measure) if hard.words.get(one.replace("-", "_"))]
    name = names[turn % len(names)]
    values = hard.words[name.replace("-", "_")][turn % 2 : turn % 2 + 2]
    if turn % 3 == 1:
        values = [*values, MISSING_KEY]
    if turn % 7 == 1:
        values = [*values, 'say "no"', "${x}", '"fact__incident"']
    return {name: values}


def viewers(world: World) -> dict[str, Viewer]:
    found = {name: world.viewer(name) for name in READERS if name != "nobody"}
    return {**found, "nobody": Viewer.nobody()}


def everything(world: World, hard: Hard) -> dict[str, Any]:
    """Cells by every dimension; and whole answers, records behind them, what each record brings, points on the map."""
    desks = {name: open_desk(viewer) for name, viewer in viewers(world).items()}
    wheels = Wheels(hard, desks)
    said: dict[str, Any] = {}
    for number, measure in enumerate(registry.measures.values()):
        names = list(registry.dimensions_of(measure))
        size = OF_DISTINCT if measure.kind is Kind.DISTINCT else AT_ONCE
        for by in (names[start : start + size] for start in range(0, len(names), size)):
            # Once everything that the widest reader sees, so that there is something to count.
            desk, question = (
                wheels.next(measure, []) if by[0] != names[0] else (desks["anna"], Question.ask(measure.id))
            )
            asking = Answering(desk, question)
            said[f"cells {measure.id} by {by}"] = asking.cells(tuple(by), question.period)
        desk, question = wheels.next(measure, [names[number % len(names)]])
        answer = desk.answer(question)
        said[f"answer {measure.id}"] = replace(answer, asked_at=THEN)
        if number % 3 == 0:
            said[f"behind {measure.id}"] = behind(desk, question, answer)
        elif number % 3 == 1 and measure.kind is not Kind.DISTINCT:
            said[f"weights {measure.id}"] = sorted(desks["anna"].weights(Question.ask(measure.id)).items())
    for name, desk in desks.items():
        said[f"points {name}"] = points_of(desk, Question.ask("incidents-entered"))
    return said


def behind(desk: Desk, question: Question, answer: Answer) -> tuple[list[UUID], list[UUID]]:
    filled = [cell.keys for cell in answer.cells if cell.value]
    key = filled[len(filled) // 2] if filled else (ALL,) * len(question.by)
    return desk.behind(question, None), desk.behind(question, key)


@pytest.fixture
def hard(world: World) -> Hard:
    Programme.objects.create(
        code="TWO",
        name="Second",
        secretariat=world.programme.secretariat,
        scope=world.programme.scope,
        default_handling="green",
    )
    made = Hard(world)
    made.put()
    return made


@pytest.mark.slow
def test_every_measure_gives_the_same_answer(
    world: World, hard: Hard, sail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder()
    monkeypatch.setattr(plans, "engine", lambda: recorder)
    wanted = everything(world, hard)
    elsewhere = engines.chosen(sail)

    def ask(asked: Hashable) -> tuple[Hashable, Rows]:
        build, tables, values, _rows = recorder.asked[asked]
        key = asked[0] if isinstance(asked, tuple) else asked
        return asked, elsewhere.run(key, build, tables, values)

    with ThreadPoolExecutor(THREADS) as pool:
        said = dict(pool.map(ask, list(recorder.asked)))
    for key, (_build, _tables, _values, rows) in recorder.asked.items():
        assert Counter(map(repr, said[key])) == Counter(map(repr, rows)), key
    monkeypatch.setattr(plans, "engine", lambda: Replayed(said))
    found = everything(world, hard)
    assert found.keys() == wanted.keys()
    for name, answer in wanted.items():
        # By their text as well: 'not a number' equals nothing.
        assert found[name] == answer or repr(found[name]) == repr(answer), name
    covered(wanted)
    print(f"{len(wanted)} things asked with {len(said)} queries")


def covered(wanted: dict[str, Any]) -> None:
    """The test asked what it says it asks: every measure by every dimension, and most of it is not nought."""
    cells = {name: one for name, one in wanted.items() if name.startswith("cells ")}
    asked = {(name.split()[1], part) for name in cells for part in literal_eval(name.partition(" by ")[2])}
    assert asked == {(one.id, name) for one in registry.measures.values() for name in registry.dimensions_of(one)}
    counted = {name.split()[1] for name, one in cells.items() if any(numbers.value for numbers in one.values())}
    assert counted == set(registry.measures)


def test_what_is_summed_is_whole_numbers() -> None:
    """Sums of floats depend on the order in which workers finish; sums of whole numbers do not."""
    summed = {
        one.id: registry.facts[one.fact].arrow.field(one.value).type for one in registry.measures.values() if one.value
    }
    assert summed
    assert {str(kind) for kind in summed.values()} == {"int64"}
    grouped = {
        name: registry.facts[one.fact].arrow
        for one in registry.measures.values()
        for name in registry.dimensions_of(one)
    }
    floats = {field.name for schema in grouped.values() for field in schema if str(field.type) == "double"}
    assert floats.isdisjoint({registry.dimensions[name].name for name in grouped})
