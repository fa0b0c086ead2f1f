"""One chart of each kind for the style guide and the tests. The numbers describe no real case."""

from throughline.kernel.charts.chart import Chart

PLACES = (
    ("AL", "Albania", 61),
    ("BA", "Bosnia and Herzegovina", 129),
    ("XK", "Kosovo*", 268),
    ("MD", "Moldova", 21),
    ("ME", "Montenegro", 46),
    ("MK", "North Macedonia", 145),
    ("RS", "Serbia", 198),
)
QUARTERS = ("2022 Q4", "2023 Q1", "2023 Q2", "2023 Q3", "2023 Q4")
OUTCOMES = ("Killed", "Injured", "Threatened", "Suicide")
NOTE = "* An example of a footnote: each publisher has its own."
KEYS = {name: code for code, name, _ in PLACES}
LABELS = {"place_name": "Jurisdiction", "quarter": "Quarter", "outcome": "Outcome"}


def _wave(base: int, step: int, name: str) -> int:
    """Numbers that go up and down without chance, the same each time."""
    return max(0, base // 8 + (step * 7 + len(name) * 3) % 11 - 5)


def bar() -> Chart:
    rows = [{"place_name": name, "value": value, "url": f"#{code}"} for code, name, value in PLACES]
    return Chart(
        "bar", "Incidents by jurisdiction", rows, "place_name", "value", unit="incidents", note=NOTE, labels=LABELS
    )


def column() -> Chart:
    counts = zip(QUARTERS, (821, 840, 844, 943, 868), strict=True)
    rows = [{"quarter": quarter, "value": value} for quarter, value in counts]
    return Chart("column", "Incidents by quarter", rows, "quarter", "value", unit="incidents", labels=LABELS)


def line() -> Chart:
    rows = [
        {"quarter": quarter, "place_name": name, "value": _wave(base, step, name)}
        for step, quarter in enumerate(QUARTERS)
        for _, name, base in PLACES
    ]
    return Chart(
        "line",
        "People killed by quarter and jurisdiction",
        rows,
        "quarter",
        "value",
        series="place_name",
        unit="people",
        note=NOTE,
        labels=LABELS,
        keys=KEYS,
    )


def share() -> Chart:
    shares = zip(QUARTERS, (47.1, 48.0, None, 51.2, 50.9), strict=True)
    rows = [{"quarter": quarter, "value": value} for quarter, value in shares]
    return Chart("line", "Seizures among incidents", rows, "quarter", "value", unit="% of incidents", labels=LABELS)


def stacked() -> Chart:
    rows = [
        {"place_name": name, "outcome": outcome, "value": base // (3 + at)}
        for _, name, base in PLACES
        for at, outcome in enumerate(OUTCOMES)
    ]
    return Chart(
        "stacked",
        "People by outcome",
        rows,
        "place_name",
        "value",
        series="outcome",
        unit="people",
        note=NOTE,
        labels=LABELS,
    )


def heat() -> Chart:
    rows = [
        {
            "quarter": quarter,
            "place_name": name,
            "value": None if (name, step) == ("Moldova", 2) else base // 3 + step * 9,
        }
        for step, quarter in enumerate(QUARTERS)
        for _, name, base in PLACES
    ]
    return Chart(
        "heat",
        "Incidents by jurisdiction and quarter",
        rows,
        "quarter",
        "value",
        series="place_name",
        unit="incidents",
        note=NOTE,
        labels=LABELS,
    )


def multiples() -> Chart:
    rows = [
        {"quarter": quarter[2:].replace(" ", ""), "place_name": name, "value": _wave(base, step, name)}
        for step, quarter in enumerate(QUARTERS)
        for _, name, base in PLACES
    ]
    return Chart(
        "line",
        "People killed, each jurisdiction apart",
        rows,
        "quarter",
        "value",
        multiples="place_name",
        unit="people",
        note=NOTE,
        labels=LABELS,
        width=180,
        height=90,
    )


def choropleth() -> Chart:
    rows = [{"place": code, "place_name": name, "value": value, "url": f"#{code}"} for code, name, value in PLACES]
    return Chart(
        "choropleth",
        "Incidents by jurisdiction",
        rows,
        "place_name",
        "value",
        unit="incidents",
        note=NOTE,
        labels=LABELS,
    )


def points() -> Chart:
    rows = [
        {
            "place": PLACES[at % 7][0],
            "reference": f"AV-2023-{at:06d}",
            "text": "Weapon seizure, 3 May 2023",
            "value": 1,
            "lon": 19.5 + (at * 37 % 100) / 40,
            "lat": 41.5 + (at * 61 % 100) / 30,
            "url": f"#AV-2023-{at:06d}",
        }
        for at in range(150)
    ]
    return Chart("points", "Where incidents happened", rows, "reference", "value", note=NOTE)


def everything() -> list[Chart]:
    return [bar(), column(), line(), share(), stacked(), heat(), multiples(), choropleth(), points()]
