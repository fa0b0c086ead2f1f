"""A document made by hand: every kind of block, no database, no measures."""

from dataclasses import replace

from throughline.kernel.reporting.blocks import (
    Block,
    Cell,
    Change,
    Charts,
    Column,
    Definitions,
    Figure,
    FigureRow,
    Footnotes,
    Heading,
    Item,
    KeyFigure,
    Note,
    Panel,
    Row,
    Snapshot,
    Table,
    Text,
)
from throughline.kernel.reporting.sentences import sentence

JURISDICTIONS = ("Albania", "Bosnia and Herzegovina", "Kosovo*", "Moldova", "Montenegro", "North Macedonia", "Serbia")
TYPES = (
    "Weapon seizure", "Criminal context", "Public dispute", "Domestic violence", "Undetermined", "Accidental shooting",
    "Celebratory shooting", "Hunting", "Dispute with police", "Suicide", "Weapons theft", "Shooting at animals", "Other",
)  # fmt: skip
QUARTERS = ("Q4 21", "Q1 22", "Q2 22", "Q3 22", "Q4 22", "Q1 23", "Q2 23", "Q3 23", "Q4 23")
KEY = (
    ("incidents", "Firearm incidents", 868, 954, "fewer than by chance alone"),
    ("people-killed", "People killed", 29, 41, "could be chance"),
    ("people-injured", "People injured", 106, 117, "could be chance"),
    ("people-threatened", "People threatened", 96, 128, "unlikely to be chance"),
    ("people-suicide", "People who died by suicide", 16, 16, "no change"),
)


def snapshot(**changes: object) -> Snapshot:
    """A quarterly monitor with invented numbers, numbered and complete."""
    figures: dict[str, Figure] = {}

    def figure(name: str, label: str, value: float | None, **more: str) -> Figure:
        made = Figure(
            id=name,
            label=label,
            value=value,
            text="–" if value is None else f"{value:,}",
            coverage="7 of 7 jurisdictions",
            question=f"measure={name.split('/')[0]}&period=2023-Q4",
            **more,  # type: ignore[arg-type]
        )
        figures[name] = made
        return made

    blocks: list[Block] = [Heading("At a glance"), _key_row(figure)]
    blocks += [Heading("Incidents by type"), *_by_type(figure)]
    blocks += [Heading("Incidents by jurisdiction"), *_by_jurisdiction(figure)]
    blocks += [Heading("Over nine quarters"), _trend(figure), Heading("Method, coverage and sources"), *_method(figure)]
    made = Snapshot(
        template="quarterly-monitor",
        title="Quarterly Armed Violence Monitor",
        period="2023-Q4",
        period_label="October to December 2023",
        scope="SEE-7",
        scope_label="South East Europe",
        scope_members=JURISDICTIONS,
        programme="Armed Violence Monitoring",
        publisher="Regional Secretariat",
        handling="clear",
        handling_label="TLP:CLEAR",
        language="en-gb",
        run_as="Anna Analyst",
        data_time="2024-01-20T09:30:00+00:00",
        facts_version="incident:12",
        illustrative=True,
        address="http://localhost:8000/ask/",
        reference="RP-2024-000001",
        figures=figures,
        blocks=tuple(blocks),
    ).numbered()
    return replace(made, **changes)  # type: ignore[arg-type]


def _key_row(figure) -> FigureRow:  # type: ignore[no-untyped-def]
    items = []
    for name, label, value, before, worth in KEY:
        now = figure(name, label, value, unit="people" if name.startswith("people") else "incidents")
        previous = figure(f"{name}/previous", f"{label}, the quarter before", before)
        share = round((value - before) / before * 100)
        items.append(
            KeyFigure(
                figure=now.id,
                label=label,
                changes=(
                    Change("on the quarter before", f"{share:+d} %".replace("-", "−"), f"{before} → {value}", worth, "down", False, previous.id),
                    Change("on the same quarter of 2022", "+6 %", f"821 → {value}", "could be chance", "up", False, previous.id),
                ),
            )
        )
    return FigureRow(tuple(items), message=sentence("{n} firearm incidents were verified in the quarter; {k} people were killed.", n=figures_of(items, 0), k=figures_of(items, 1)))


def figures_of(items: list[KeyFigure], index: int):  # type: ignore[no-untyped-def]
    from throughline.kernel.reporting.blocks import Run  # reason: test helper

    return (Run(figure=items[index].figure),)


def _by_type(figure) -> list[Block]:  # type: ignore[no-untyped-def]
    counts = {name: max(443 // (n * n + 1), 2) for n, name in enumerate(TYPES)}
    made = [figure(f"incidents/type/{n}", name, counts[name]) for n, name in enumerate(TYPES)]
    total = figure("incidents/type/total", "All types", sum(counts.values()))
    rows = tuple(
        Row((Cell(text=name), Cell(figure=one.id), Cell(text="51 %"), Cell(text="−3 %"), Cell(text="could be chance")))
        for name, one in zip(TYPES, made, strict=True)
    )
    rows += (Row((Cell(text="All types"), Cell(figure=total.id), Cell(text="100 %"), Cell(text="−9 %"), Cell(text="unlikely to be chance")), "total"),)
    chart = {"kind": "bar", "title": "Incidents by type", "data": [{"type": n, "value": c} for n, c in counts.items()], "x": "type", "y": "value"}
    return [
        Charts("type-chart", "Incidents by type", (Panel(chart, "Bars of incidents by type; weapon seizures are the longest.", tuple(f.id for f in made)),), message=sentence("{n} incidents were weapon seizures, more than any other type.", n=made[0])),
        Table("type-table", "Incidents by type and change on the quarter before", (Column("Type", "left", 2.2), Column("Incidents"), Column("Share"), Column("Change"), Column("What the change is worth", "left", 1.6)), rows, notes=("Shares are of all incidents.",)),
    ]


def _by_jurisdiction(figure) -> list[Block]:  # type: ignore[no-untyped-def]
    cells = {(j, t): (len(j) * len(t)) % 37 for j in JURISDICTIONS for t in TYPES}
    for (j, t), value in cells.items():
        figure(f"incidents/{j}/{t}", f"{t}, {j}", value)
    chart = {"kind": "heat", "title": "Incidents by jurisdiction and type", "data": [{"jurisdiction": j, "type": t, "value": v} for (j, t), v in cells.items()], "x": "jurisdiction", "y": "value", "series": "type"}
    columns = (Column("Type", "left", 2.4), *(Column(j) for j in JURISDICTIONS))
    rows = tuple(Row((Cell(text=t), *(Cell(figure=f"incidents/{j}/{t}") for j in JURISDICTIONS))) for t in TYPES)
    return [
        Text((sentence("Seven jurisdictions take part; {n} incidents in Kosovo* were weapon seizures.", n=(sentence("{f}", f=Figure("incidents/Kosovo*/Weapon seizure", "", 0, "")))),)),
        Charts("place-type", "Incidents by jurisdiction and type", (Panel(chart, "A grid of incidents by jurisdiction and type."),)),
        Table("place-type-table", "Incidents by jurisdiction and type", columns, rows),
    ]


def _trend(figure) -> Charts:  # type: ignore[no-untyped-def]
    panels = []
    for name, label, value, _before, _worth in KEY:
        data = [{"quarter": q, "value": value + (n * 7) % 5} for n, q in enumerate(QUARTERS)]
        panels.append(Panel({"kind": "line", "title": label, "data": data, "x": "quarter", "y": "value", "small": True, "width": 300, "height": 120}, f"{label} over nine quarters."))
    return Charts("trend", "Nine quarters", tuple(panels), columns=2, message=sentence("No figure moved beyond what chance explains over two years."))


def _method(figure) -> list[Block]:  # type: ignore[no-untyped-def]
    return [
        Definitions((
            Item("What is counted", sentence("Verified incidents that involve firearms, ammunition or explosives.")),
            Item("Coverage", sentence("7 of 7 jurisdictions reported.")),
            Item("Change", sentence("Counts are compared by an exact conditional Poisson interval at 95 %.")),
        )),
        Footnotes((Note("*", "References to Kosovo shall be understood to be in the context of United Nations Security Council Resolution 1244 (1999)."),)),
    ]
