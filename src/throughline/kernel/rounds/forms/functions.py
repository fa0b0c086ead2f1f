"""The functions of forms (ODK XForms specification), by name: (context, *values) -> value."""

import math
import re
import uuid as uuids
from collections.abc import Callable, Iterable
from typing import Any

from throughline.kernel.rounds.forms import geometry
from throughline.kernel.rounds.forms.nodes import Node
from throughline.kernel.rounds.forms.shuffling import shuffled
from throughline.kernel.rounds.forms.values import (
    NAN,
    Value,
    as_date,
    date_text,
    moment_of,
    number,
    plain,
    string,
    truth,
    words_of,
)

LONGEST_PATTERN = 1_000
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()


def each(values: Iterable[Value]) -> list[str]:
    """All texts of the arguments; a set of nodes gives one for each node."""
    texts: list[str] = []
    for value in values:
        texts.extend([node.text for node in value] if isinstance(value, list) else [string(value)])
    return texts


def given_numbers(values: Iterable[Value]) -> list[float]:
    """The numbers among the arguments; what was not answered is left out, what is no number is NaN."""
    return [number(text) for text in each(values) if text.strip()]


def sum_(context: Any, nodes: Value) -> float:
    """The sum of what was answered. Where rows were asked and none was answered, there is no sum: missing is not 0."""
    numbers = given_numbers([nodes])
    if not numbers and isinstance(nodes, list) and nodes:
        return NAN
    return math.fsum(numbers)


def extreme(choose: Callable[[list[float]], float]) -> Callable[..., float]:
    def run(context: Any, *values: Value) -> float:
        numbers = given_numbers(values)
        return NAN if not numbers or any(math.isnan(one) for one in numbers) else choose(numbers)

    return run


def numeric(function: Callable[..., float]) -> Callable[..., float]:
    """A function of numbers; outside of what it is defined for it gives NaN."""

    def run(context: Any, *values: Value) -> float:
        try:
            return float(function(*(number(value) for value in values)))
        except (ValueError, OverflowError, ZeroDivisionError):
            return NAN

    return run


def round_(value: float, places: float = 0) -> float:
    """Half goes up, as XPath has it."""
    if math.isnan(value) or math.isinf(value):
        return value
    scale = 10.0 ** int(places)
    return math.floor(value * scale + 0.5) / scale


def text(function: Callable[..., Value]) -> Callable[..., Value]:
    """A function of strings."""

    def run(context: Any, *values: Value) -> Value:
        return function(*(string(value) for value in values))

    return run


def of_context(function: Callable[[str], Value]) -> Callable[..., Value]:
    """A function of one string, or of the node in focus where none is given."""

    def run(context: Any, *values: Value) -> Value:
        return function(string(values[0]) if values else context.node.text)

    return run


def whole_number(value: Value) -> int | None:
    """The whole part of a number, within bounds; None for what is no number."""
    found = number(value)
    return None if math.isnan(found) else int(max(min(found, 1e9), -1e9))


def substr(context: Any, value: Value, start: Value, end: Value | None = None) -> str:
    """From `start` (0-based) up to, and without, `end`; negative numbers count from the end."""
    whole = string(value)
    first = whole_number(start)
    last = whole_number(end) if end is not None else len(whole)
    return "" if first is None or last is None else whole[first:last]


def substring(context: Any, value: Value, start: Value, length: Value | None = None) -> str:
    """XPath's own: counted from 1."""
    first = round_(number(start))
    last = first + round_(number(length)) if length is not None else math.inf
    return "".join(char for place, char in enumerate(string(value), start=1) if first <= place < last)


def translate(whole: str, old: str, new: str) -> str:
    table: dict[int, str | None] = {}
    for place, char in enumerate(old):
        table.setdefault(ord(char), new[place] if place < len(new) else None)
    return whole.translate(table)


def regex(context: Any, value: Value, pattern: Value) -> bool:
    """Whether the whole of a text matches; a pattern that cannot be read matches nothing."""
    expression = string(pattern)
    whole = string(value)
    if len(expression) > LONGEST_PATTERN or len(whole) > LONGEST_PATTERN:
        return False
    try:
        return re.fullmatch(expression, whole) is not None
    except re.error:
        return False


def selected_at(context: Any, value: Value, index: Value) -> str:
    chosen, place = words_of(value), number(index)
    return chosen[int(place)] if 0 <= place < len(chosen) else ""


def once(context: Any, value: Value) -> Value:
    """The answer that stands; only where there is none, the value."""
    return context.current.value or value


def checklist(context: Any, least: Value, most: Value, *values: Value) -> bool:
    count = sum(truth_of_text(one) for one in each(values))
    return within(count, least, most)


def weighted(context: Any, least: Value, most: Value, *values: Value) -> bool:
    texts = each(values)
    total = sum(number(weight) for value, weight in zip(texts[::2], texts[1::2], strict=False) if truth_of_text(value))
    return within(total, least, most)


def truth_of_text(value: str) -> bool:
    return value in {"1", "true", "yes", "OK"} or (number(value) not in {0.0} and not math.isnan(number(value)))


def within(count: float, least: Value, most: Value) -> bool:
    """Between two bounds; -1 (or less) is no bound."""
    low, high = number(least), number(most)
    return (low < 0 or count >= low) and (high < 0 or count <= high)


def position(context: Any, nodes: Value | None = None) -> float:
    """Which row a node is; without a node, which one is being looked at."""
    if nodes is None:
        return float(context.position)
    return float(nodes[0].number) if isinstance(nodes, list) and nodes else NAN


def indexed_repeat(context: Any, target: Value, *pairs: Value) -> list[Node]:
    """The answers of one row: (question, repeat, row number, inner repeat, row number ...)."""
    found = target if isinstance(target, list) else []
    for repeat, index in zip(pairs[::2], pairs[1::2], strict=False):
        rows = {id(row) for row in repeat if row.number == number(index)} if isinstance(repeat, list) else set()
        found = [node for node in found if any(id(above) in rows for above in node.above())]
    return found


def format_date(context: Any, value: Value, pattern: Value) -> str:
    """A date written by a pattern (%Y-%m-%d and the like); '' for what is no date."""
    whole = string(plain(value)).strip()
    moment = moment_of(whole) or moment_of(date_text(number(whole), with_time=True))
    if moment is None:
        return ""
    parts = {
        "Y": f"{moment.year:04}", "y": f"{moment.year % 100:02}", "m": f"{moment.month:02}", "n": str(moment.month),
        "b": MONTHS[moment.month - 1], "d": f"{moment.day:02}", "e": str(moment.day), "H": f"{moment.hour:02}",
        "h": str(moment.hour), "M": f"{moment.minute:02}", "S": f"{moment.second:02}",
        "3": f"{moment.microsecond // 1000:03}", "a": DAYS[moment.weekday()], "%": "%",
    }  # fmt: skip
    return re.sub(r"%(.)", lambda found: parts.get(found[1], found[0]), string(pattern))


def date_time(context: Any, value: Value) -> str:
    whole = string(plain(value)).strip()
    return whole if moment_of(whole) else date_text(number(whole), with_time=True)


def decimal_time(context: Any, value: Value) -> float:
    """The part of the day that has passed at a time: 06:00 is 0.25."""
    whole = string(value).strip()
    moment = moment_of(whole if "T" in whole else f"1970-01-01T{whole}")
    if moment is None:
        return NAN
    return (moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6) / 86400


def randomize(context: Any, nodes: Value, seed: Value | None = None) -> list[Node]:
    """The nodes in another order, always the same for one seed; without a seed, for one sheet of answers."""
    found = nodes if isinstance(nodes, list) else []
    start = number(seed) if seed is not None else number(str(chance(context)))
    return shuffled(found, start)


def chance(context: Any) -> float:
    """A number in [0, 1) that stays the same for one question of one sheet, so that pages can be drawn again."""
    return uuids.uuid5(uuids.NAMESPACE_OID, context.run.seed_of(context.current)).int % 10**9 / 10**9


def uuid(context: Any, length: Value | None = None) -> str:
    made = str(uuids.uuid5(uuids.NAMESPACE_URL, context.run.seed_of(context.current)))
    if length is None:
        return made
    return made.replace("-", "")[: max(whole_number(length) or 0, 0)]


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "abs": numeric(abs),
    "acos": numeric(math.acos),
    "area": lambda context, value: geometry.area(string(value)),
    "asin": numeric(math.asin),
    "atan": numeric(math.atan),
    "atan2": numeric(math.atan2),
    "boolean": lambda context, value: truth(value),
    "boolean-from-string": lambda context, value: string(value) in {"1", "true"},
    "ceiling": numeric(math.ceil),
    "checklist": checklist,
    "coalesce": lambda context, first, second: string(first) or second,
    "concat": lambda context, *values: "".join(each(values)),
    "contains": text(lambda whole, part: part in whole),
    "cos": numeric(math.cos),
    "count": lambda context, nodes: float(len(nodes)) if isinstance(nodes, list) else NAN,
    "count-non-empty": lambda context, nodes: float(sum(bool(one) for one in each([nodes]))),
    "count-selected": lambda context, value: float(len(words_of(value))),
    "current": lambda context: [context.current],
    "date": lambda context, value: as_date(value),
    "date-time": date_time,
    "decimal-date-time": lambda context, value: number(value),
    "decimal-time": decimal_time,
    "distance": lambda context, *values: geometry.distance(each(values)),
    "ends-with": text(lambda whole, part: whole.endswith(part)),
    "exp": numeric(math.exp),
    "exp10": numeric(lambda value: 10.0**value),
    "false": lambda context: False,
    "floor": numeric(math.floor),
    "format-date": format_date,
    "format-date-time": format_date,
    "indexed-repeat": indexed_repeat,
    "int": numeric(math.trunc),
    "join": lambda context, mark, *values: string(mark).join(each(values)),
    "last": lambda context: float(context.size),
    "log": numeric(math.log),
    "log10": numeric(math.log10),
    "max": extreme(max),
    "min": extreme(min),
    "normalize-space": of_context(lambda value: " ".join(value.split())),
    "not": lambda context, value: not truth(value),
    "now": lambda context: context.run.now,
    "number": lambda context, *values: number(values[0]) if values else number(context.node.text),
    "once": once,
    "pi": lambda context: math.pi,
    "position": position,
    "pow": numeric(math.pow),
    "random": chance,
    "randomize": randomize,
    "regex": regex,
    "round": numeric(round_),
    "selected": lambda context, value, choice: string(choice).strip() in words_of(value),
    "selected-at": selected_at,
    "sin": numeric(math.sin),
    "sqrt": numeric(math.sqrt),
    "starts-with": text(lambda whole, part: whole.startswith(part)),
    "string": of_context(lambda value: value),
    "string-length": of_context(lambda value: float(len(value))),
    "substr": substr,
    "substring": substring,
    "substring-after": text(lambda whole, part: whole.partition(part)[2] if part else whole),
    "substring-before": text(lambda whole, part: whole.partition(part)[0] if part and part in whole else ""),
    "sum": sum_,
    "tan": numeric(math.tan),
    "today": lambda context: context.run.today.isoformat(),
    "translate": text(translate),
    "true": lambda context: True,
    "uuid": uuid,
    "weighted-checklist": weighted,
}
