"""The rows and columns of an answer: which values, in which order, in which words."""

from collections.abc import Iterable, Mapping
from itertools import product
from math import prod

from throughline.kernel.measures import timing, words
from throughline.kernel.measures.answers import ALL, Axis
from throughline.kernel.measures.declare import Dimension
from throughline.kernel.measures.plans import Key
from throughline.kernel.measures.questions import MISSING_KEY, Question
from throughline.kernel.periods import KINDS

MOST_FILLED = 20_000


def axis(
    question: Question, dimension: Dimension, known: Mapping[str, str], places: Mapping[str, str], seen: set[str | None]
) -> Axis:
    """The values one expects (all quarters of the period, all places of the scope), then those found besides."""
    labels = _expected(question, dimension, known, places)
    wanted = dict(question.where).get(dimension.id)
    if wanted:
        labels = {code: label for code, label in labels.items() if code in wanted}
    labels |= {code: value_words(dimension, known, code) for code in seen if code is not None and code not in labels}
    values: list[tuple[str | None, str]] = list(_in_order(dimension, known, labels).items())
    if None in seen:
        values.append((None, str(dimension.empty)))
    return Axis(dimension.id, str(dimension.label), tuple(values), dimension.time, dimension.place)


def value_words(dimension: Dimension, known: Mapping[str, str], value: str) -> str:
    """One value of a dimension in words."""
    if value == MISSING_KEY:
        return str(dimension.empty)
    return words.block_words(dimension.time, value) if dimension.time else str(known.get(value, value))


def keys(axes: tuple[Axis, ...], found: Mapping[Key, object]) -> list[Key]:
    """The cells to show, in order: all combinations that make sense, or those found where they are too many."""
    if not axes:
        return []
    times = [one.time for one in axes]
    every = product(*([value for value, _label in one.values] for one in axes))
    if prod(len(one.values) for one in axes) > MOST_FILLED:
        return [key for key in every if key in found]
    # 'None recorded' is shown only where something stands in it.
    return [key for key in every if key in found or (None not in key and timing.consistent(key, times))]


def labels_of(key: Key, axes: tuple[Axis, ...], total: str) -> tuple[str, ...]:
    """The words of a cell's values; `total` where a dimension is summed over."""
    pairs = zip(key, axes, strict=True)
    return tuple(dict(one.values).get(value, total if value == ALL else value or "") for value, one in pairs)


def _expected(
    question: Question, dimension: Dimension, known: Mapping[str, str], places: Mapping[str, str]
) -> dict[str, str]:
    if dimension.time:
        blocks: Iterable[object] = question.period.blocks(KINDS[dimension.time]) if question.period else ()
        return {str(block): words.block_words(dimension.time, str(block)) for block in blocks}
    if dimension.place:
        return dict(places) if question.scope else {}
    return {code: str(label) for code, label in known.items()} if dimension.fill else {}


def _in_order(dimension: Dimension, known: Mapping[str, str], labels: dict[str, str]) -> dict[str, str]:
    if dimension.time:
        return dict(sorted(labels.items()))
    order = {code: index for index, code in enumerate(known)}
    # Where two say the same, the code decides, and not in which order an engine found them.
    return dict(sorted(labels.items(), key=lambda item: (order.get(item[0], len(order)), item[1], item[0])))
