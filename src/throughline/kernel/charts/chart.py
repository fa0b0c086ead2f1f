"""The description of a chart: frozen, plain data, the same for page and document."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from typing import Any, Literal, Self, get_args

from throughline.kernel.ui import formats

Kind = Literal["bar", "column", "line", "stacked", "heat", "choropleth", "points"]
Theme = Literal["light", "dark"]
Row = Mapping[str, Any]
KINDS = get_args(Kind)
MAPS = ("choropleth", "points")


@dataclass(frozen=True)
class Chart:
    """What is drawn.

    `data` holds one row a value; `x`, `y`, `series` and `multiples` name its columns. The rows stand in
    the order in which they shall be read. None as value is missing: it is left out of the drawing
    and a dash in the table, never 0. A row may hold `url`, the way to the records behind it.

    Kinds: `bar` (across, so that names stay readable), `column` (upright, for time), `stacked` (across; with
    `upright`, standing), `line`, `heat` (`x` across, `series` down), `choropleth` (`place` holds the
    jurisdiction's code), `points` (`lon`, `lat`).

    A `line` of one series may have a band behind it: `low` and `high` name its columns, such as what was to be expected.

    `places` (code -> printed name) are the jurisdictions a map of points shows, whether or not points lie in them.
    `keys` says what a label stands for ({"Serbia": "RS"}), so that its colour is the same on every page and
    in every language. `unit` is printed with the title, `note` under the drawing (footnotes too).
    """

    kind: Kind
    title: str
    data: Sequence[Row]
    x: str
    y: str
    series: str = ""
    multiples: str = ""
    low: str = ""
    high: str = ""
    unit: str = ""
    subtitle: str = ""
    note: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    place: str = "place"
    lon: str = "lon"
    lat: str = "lat"
    upright: bool = False
    small: bool = False
    width: int = 0
    height: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            message = f"no chart is called {self.kind!r}: choose one of {', '.join(KINDS)}"
            raise ValueError(message)
        if self.kind in ("stacked", "heat") and not self.series:
            message = f"a chart of the kind {self.kind!r} needs a series"
            raise ValueError(message)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """A chart from its JSON, as a snapshot keeps it; what it does not know is left out."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in plain.items() if name in known})

    def plain(self) -> dict[str, Any]:
        """The chart as JSON can keep it."""
        return asdict(self)

    @property
    def is_map(self) -> bool:
        return self.kind in MAPS

    @cached_property
    def decimals(self) -> int:
        """Whole numbers stay whole; as soon as one value is not, all show one place."""
        return 0 if all(value == int(value) for value in self.values()) else 1

    def values(self) -> list[float]:
        """The values that are there."""
        return [row[self.y] for row in self.data if row.get(self.y) is not None]

    def highest(self) -> float:
        """The highest value, or end of the band, that is drawn."""
        ends = [row[self.high] for row in self.data if row.get(self.high) is not None] if self.high else []
        return max([*self.values(), *ends, 0])

    def distinct(self, column: str) -> list[str]:
        """The labels of a column in the order of the data."""
        return list(dict.fromkeys(str(row[column]) for row in self.data if row.get(column) is not None))

    def write(self, value: float | None) -> str:
        """A value as the page's language writes it."""
        return formats.number(value, self.decimals if value is not None else None)

    def heading(self, column: str) -> str:
        """What a column is called in the table: its label, else for the values the unit."""
        given = self.labels.get(column, "")
        return given or (self.unit or self.title if column == self.y else column.replace("_", " ").capitalize())

    def key(self, label: str) -> str:
        return self.keys.get(label, label)

    def spec(self, theme: Theme = "light") -> dict[str, Any]:
        """The chart as Vega-Lite, with its data and without any address."""
        from throughline.kernel.charts.specs import build  # reason: the description knows nothing of its drawing

        return build(self, theme)
