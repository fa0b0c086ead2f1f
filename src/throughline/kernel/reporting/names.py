"""What a document holds that a template may name: texts of the cover, figures, sections, charts and tables.

A name says the same in every edition: of the id of a figure, the document's own period and scope are left out, and
its earlier periods are called 'previous' and 'last-year'.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from throughline.kernel.periods import NotAPeriodError, Period
from throughline.kernel.reporting.blocks import (
    MISSING,
    Block,
    Change,
    Charts,
    Figure,
    FigureRow,
    Heading,
    KeyFigure,
    Snapshot,
    Table,
)
from throughline.kernel.reporting.placeholders import PLACES, Placeholder
from throughline.kernel.reporting.render import words
from throughline.kernel.reporting.render.scrub import scrub

TEXTS = (
    "title", "subtitle", "period", "scope", "members", "programme", "publisher", "handling", "state",
    "illustrative", "reference", "edition", "data-as-of", "signed-by",
)  # fmt: skip


@dataclass(frozen=True)
class Section:
    """A part of the document under one heading of the first level."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Names:
    """The names of one document and what stands behind each."""

    snapshot: Snapshot

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Names":
        """Of a document as it is kept."""
        return cls(Snapshot.from_json(scrub(data)).numbered())

    # ---- what there is

    @cached_property
    def texts(self) -> dict[str, str]:
        one = self.snapshot
        return {
            "title": one.title,
            "subtitle": one.subtitle,
            "period": one.period_label,
            "scope": one.scope_label,
            "members": " · ".join(one.scope_members),
            "programme": one.programme,
            "publisher": one.publisher,
            "handling": one.handling_label,
            "state": words.state_line(one),
            "illustrative": words.illustrative_line(one),
            "reference": one.reference,
            "edition": str(one.edition),
            "data-as-of": words.moment(one.data_time),
            "signed-by": one.signed_by,
        }

    @cached_property
    def words(self) -> dict[str, str]:
        """Words of the document's own language that a template prints: 'Contents', 'Inhalt'."""
        return {"contents": _("Contents"), "page": _("Page"), "figures": _("Figures"), "tables": _("Tables")}

    @cached_property
    def figures(self) -> dict[str, Figure]:
        found = {f"key-{number}": self.snapshot.figures[one.figure] for number, one in enumerate(self.keys, 1)}
        for figure in self.snapshot.figures.values():
            found.setdefault(self.called(figure.id), figure)
        return found

    @cached_property
    def keys(self) -> list[KeyFigure]:
        return [item for block in self.snapshot.blocks if isinstance(block, FigureRow) for item in block.items]

    @cached_property
    def changes(self) -> dict[str, Change]:
        """Of each key figure, how it moved against the period before, under all its names."""
        moved = {one.figure: one.changes[0] for one in self.keys if one.changes}
        return {name: moved[one.id] for name, one in self.figures.items() if one.id in moved}

    @cached_property
    def sections(self) -> dict[str, Section]:
        parts: list[list[Block]] = []
        for block in self.snapshot.blocks:
            if not parts or (isinstance(block, Heading) and (block.section or block.level == 1)):
                parts.append([])
            parts[-1].append(block)
        found: dict[str, Section] = {}
        for blocks in parts:
            head = blocks[0]
            title = head.text if isinstance(head, Heading) else self.snapshot.title
            name = (head.section or slugify(title)) if isinstance(head, Heading) else "start"
            while name in found:
                name += "-2"
            found[name] = Section(name, title, tuple(blocks))
        return found

    @cached_property
    def charts(self) -> dict[str, Charts]:
        return {one.id.lower(): one for one in reversed(self.snapshot.blocks) if isinstance(one, Charts)}

    @cached_property
    def tables(self) -> dict[str, Table]:
        return {one.id.lower(): one for one in reversed(self.snapshot.blocks) if isinstance(one, Table)}

    # ---- what stands behind a name

    def text(self, one: Placeholder) -> str:
        """The words a placeholder in a sentence becomes; a dash where this document has no such figure."""
        match one.kind:
            case "":
                return self.texts.get(one.name, "")
            case "word":
                return self.words.get(one.name, "")
            case "facts":
                return "\n".join(f"{term}: {value}" for term, value in words.facts(self.snapshot)[2:])
            case "contents":
                return "\n".join(one.title for one in self.sections.values())
            case "line" | "document" | "section" | "chart" | "table":
                return ""
            case "change":
                found = self.changes.get(one.name)
                return f"{found.text} {found.against}" if found else MISSING
        figure = self.figures.get(one.name)
        if figure is None:
            return MISSING
        return {"figure": figure.text, "label": figure.label, "base": figure.base}.get(one.kind, MISSING)

    def figure(self, one: Placeholder) -> Figure | None:
        return self.figures.get(one.name) if one.kind == "figure" else None

    def blocks(self, one: Placeholder, placed: frozenset[str] = frozenset()) -> tuple[Block, ...]:
        """The blocks of a place. `document` has all the sections that the template does not place by name."""
        match one.kind:
            case "document":
                return tuple(
                    block for name, part in self.sections.items() if name not in placed for block in part.blocks
                )
            case "section":
                return self.sections[one.name].blocks if one.name in self.sections else ()
            case "chart":
                return (self.charts[one.name],) if one.name in self.charts else ()
            case "table":
                return (self.tables[one.name],) if one.name in self.tables else ()
        return ()

    def knows(self, one: Placeholder) -> bool:
        known = self.known(one.kind)
        return one.kind in PLACES or (known is not None and one.name in known)

    def known(self, kind: str) -> list[str] | None:
        """The names of one kind; None if there is no such kind."""
        kinds = {
            "": TEXTS, "word": self.words, "figure": self.figures, "label": self.figures, "base": self.figures,
            "change": self.changes, "section": self.sections, "chart": self.charts, "table": self.tables,
        }  # fmt: skip
        return list(kinds[kind]) if kind in kinds else None

    def called(self, identity: str) -> str:
        """'people-killed sex:men' for 'people-killed/sex:men/2023-Q4/SEE-7'."""
        parts = identity.lower().split("/")
        tail = [parts.pop()] if parts[-1] == "share" else []
        if len(parts) > 2 and parts[-1] in {self.snapshot.scope.lower(), "-"}:
            parts.pop()
            parts[-1:] = self._when(parts[-1])
        elif len(parts) > 1 and parts[-1] in {self.snapshot.scope.lower(), "-"}:
            parts.pop()
        return " ".join([*parts, *tail])

    def _when(self, period: str) -> list[str]:
        said = self._periods.get(period, period)
        return [said] if said else []

    @cached_property
    def _periods(self) -> dict[str, str]:
        try:
            own = Period.parse(self.snapshot.period)
        except NotAPeriodError:
            return {}
        last_year = {str(own.last_year).lower(): "last-year"} if own.last_year else {}
        return last_year | {str(own.previous).lower(): "previous", str(own).lower(): ""}

    # ---- for people

    def listed(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """Everything that may be named, by kind: the placeholder, and what it prints in this document."""
        yield "texts", [(f"{{{{ {name} }}}}", self.texts[name]) for name in TEXTS]
        yield "sections", [(f"{{{{ section.{name} }}}}", one.title) for name, one in self.sections.items()]
        yield "charts", [(f"{{{{ chart.{one.id} }}}}", one.title) for one in reversed(self.charts.values())]
        yield "tables", [(f"{{{{ table.{one.id} }}}}", one.title) for one in reversed(self.tables.values())]
        yield (
            "figures",
            [(f"{{{{ figure.{name} }}}}", f"{one.text}  ({one.label})") for name, one in self.figures.items()],
        )
