"""A document made by hand: every kind of block, no database, no measures."""

from dataclasses import dataclass, field, replace
from typing import Any

from throughline.kernel.reporting import panels
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
    Row,
    Snapshot,
    Table,
    Text,
)
from throughline.kernel.reporting.sentences import sentence

TYPES = ("Weapon seizure", "Criminal context", "Public dispute", "Other")
KEY = (("Incidents", 1868, 1954), ("People killed", 29, 41), ("People injured", 106, 117))
ALL_TEXTS = ("1,868", "29", "106", "443", "61", "51.0 %")


@dataclass
class Maker:
    figures: dict[str, Figure] = field(default_factory=dict)

    def figure(self, name: str, value: float | None, text: str = "") -> Figure:
        shown = text or ("–" if value is None else f"{value:,}")
        made = Figure(
            id=name,
            label=f"Figure {name}",
            value=value,
            text=shown,
            unit="incidents",
            base="from 1,868 verified records",
            coverage="7 of 7 jurisdictions",
            question=f"measure={name.lower().replace(' ', '-')}&period=2023-Q4",
        )
        self.figures[name] = made
        return made

    def key_row(self) -> FigureRow:
        items = []
        for label, now, before in KEY:
            current, earlier = self.figure(label, now), self.figure(f"{label}, before", before)
            change = Change(
                "against July–September 2023", "−4 %", f"{before} → {now}", "could be chance", "down", False, earlier.id
            )
            items.append(KeyFigure(current.id, label, (change,)))
        return FigureRow(tuple(items), message=sentence("{n} incidents were verified.", n=self.figures["Incidents"]))

    def by_type(self) -> list[Block]:
        values = [(label, self.figure(label, value)) for label, value in zip(TYPES, (443, 144, 83, 61), strict=True)]
        share = self.figure("Share of seizures", 51.04, "51.0 %")
        rows = [Row((Cell(text=label), Cell(figure=one.id), Cell(text="+38 %", strong=True))) for label, one in values]
        rows.append(Row((Cell(text="All types"), Cell(figure="Incidents"), Cell(text="−4 %")), "total"))
        columns = (Column("Type", "left", 20), Column("Q4 2023", width=8), Column("Change", width=8))
        return [
            Charts(
                "types",
                "Incidents by type",
                (panels.bars("Incidents by type", values),),
                message=sentence("{share} were seizures.", share=share),
            ),
            Table(
                "types-table", "Incidents by type, compared", columns, tuple(rows), notes=("Bold is more than chance.",)
            ),
        ]

    def over_time(self) -> Charts:
        def points(name: str, base: int) -> list[tuple[str, Figure]]:
            return [(f"Q{n} 23", self.figure(f"{name} Q{n}", base + n)) for n in range(1, 5)]

        shown = tuple(
            panels.lines(name, points(name, base), small=True) for name, base in (("Killed", 30), ("Injured", 100))
        )
        return Charts("trend", "Q1 2023 to Q4 2023", shown, columns=2)


def snapshot(**changes: Any) -> Snapshot:
    """A quarterly monitor with invented numbers, numbered and complete."""
    make = Maker()
    blocks: list[Block] = [Heading("At a glance", new_page=True), make.key_row()]
    blocks += [Text((sentence("Seizures have no victims."),)), Heading("Incidents by type"), *make.by_type()]
    blocks += [Heading("Over time", new_page=True), make.over_time(), Heading("Method", new_page=True)]
    blocks.append(Definitions((Item("Coverage", sentence("7 of 7 jurisdictions.")),)))
    blocks.append(Footnotes((Note("*", "Without prejudice to positions on status."),)))
    made = Snapshot(
        template="quarterly-monitor",
        title="Quarterly Armed Violence Monitor",
        period="2023-Q4",
        period_label="October–December 2023",
        scope="SEE-7",
        scope_label="South East Europe",
        scope_members=("Albania", "Kosovo*", "Serbia"),
        programme="Armed Violence Monitoring",
        publisher="Regional Secretariat",
        handling="clear",
        handling_label="TLP:CLEAR",
        language="en-gb",
        run_as="Anna",
        data_time="2024-01-20T09:30:00+00:00",
        facts_version="incident:12",
        illustrative=True,
        address="https://throughline.example/ask/",
        reference="RP-2024-000001",
        figures=make.figures,
        blocks=tuple(blocks),
    )
    return replace(made, **changes).numbered()
