"""Released figures over time as small drawings: upright bars on one line, from numbers alone, without script.

What is withheld is a dot on the line and what is missing a gap: neither is ever drawn as nought. The same numbers stand in
the table below, so the drawing is for the eye and the table for everyone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from throughline.kernel.periods import Period, Quarter
from throughline.portal.monitor import MISSING_STATUS, SHOWN, Monitor, Value
from throughline.portal.words import Words

# In units of the drawing: it is scaled to the room there is.
WIDTH, HEIGHT, TOP, FOOT = 320.0, 132.0, 22.0, 20.0
GAP = 0.28  # of the room of a bar
FEWEST, MOST = 2, 12  # periods
ROOMY = 6  # of more bars than this every second one is named
TINIEST = 1.5
CHARTS = 6
ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True)
class Bar:
    """One period: where its bar stands, and what it says."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    label: str
    short: str
    value: Value
    reference: str
    latest: bool
    named: bool


@dataclass(frozen=True)
class Columns:
    """One measure over the periods of one length, oldest first."""

    measure: str
    title: str
    bars: tuple[Bar, ...]

    @property
    def base(self) -> float:
        return HEIGHT - FOOT

    @property
    def words(self) -> str:
        """'2023-Q1: 790; 2023-Q2: 831', for who hears the drawing."""
        return "; ".join(f"{bar.label}: {bar.value.text}" for bar in self.bars)


@dataclass(frozen=True)
class Told:
    """A value and the edition it stands in."""

    value: Value
    reference: str


def over_time(monitors: Sequence[Monitor], words: Words) -> list[Columns]:
    """The key measures of the newest monitor through all that is open of the same document: each period as it was told
    last. `monitors` are the newest first.
    """
    if not monitors:
        return []
    latest = monitors[0]
    alike = [one for one in monitors if _series(one) == _series(latest)]
    found: dict[str, dict[str, Told]] = {}
    for one in sorted(alike, key=lambda each: str(each.content["data_time"])):
        for measure, period, value in _totals(one):
            if _same_length(period, latest.period):
                found.setdefault(measure, {})[period] = Told(value, one.content["reference"])
    wanted = [one["measure"] for one in latest.in_order if not one["where"] and one["period"] == latest.period]
    return [
        drawn
        for measure in list(dict.fromkeys(wanted))[:CHARTS]
        if (drawn := _columns(latest, measure, found.get(measure, {}), words)) is not None
    ]


def _series(one: Monitor) -> tuple[str, ...]:
    return tuple(str(one.content[name]) for name in ("programme", "template", "scope"))


def _totals(one: Monitor) -> Iterable[tuple[str, str, Value]]:
    for figure in one.content["figures"]:
        if not figure["where"]:
            yield figure["measure"], figure["period"], one.said(figure)


def _same_length(period: str, other: str) -> bool:
    return type(Period.parse(period)) is type(Period.parse(other))


def _columns(latest: Monitor, measure: str, told: dict[str, Told], words: Words) -> Columns | None:
    periods = sorted(told)[-MOST:]
    while periods and told[periods[0]].value.status == MISSING_STATUS:
        periods.pop(0)
    highest = max((told[one].value.number or 0 for one in periods), default=0)
    if len(periods) < FEWEST or not highest:
        return None
    room = WIDTH / len(periods)
    every = 2 if len(periods) > ROOMY else 1
    bars = []
    for place, period in enumerate(periods):
        value = told[period].value
        tall = (value.number or 0) / highest * (HEIGHT - FOOT - TOP)
        tall = max(tall, TINIEST) if value.status == SHOWN and value.number else tall
        bars.append(
            Bar(
                x=round(room * (place + GAP / 2), 1),
                y=round(HEIGHT - FOOT - tall, 1),
                width=round(room * (1 - GAP), 1),
                height=round(tall, 1),
                middle=round(room * (place + 0.5), 1),
                label=latest.said_period(period),
                short=_short(period),
                value=value,
                reference=told[period].reference,
                latest=period == periods[-1],
                named=(len(periods) - 1 - place) % every == 0,
            )
        )
    return Columns(measure, latest.label(measure), tuple(bars))


def _short(period: str) -> str:
    """'IV/23', to fit under a bar: quarters are numbered so in every language of the region, and taken for no month."""
    parsed = Period.parse(period)
    return f"{ROMAN[parsed.number - 1]}/{parsed.year % 100:02d}" if isinstance(parsed, Quarter) else period
