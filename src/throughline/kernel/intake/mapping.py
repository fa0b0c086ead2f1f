"""What each column means: plain data that a profile keeps, a page shows and the command line can set."""

from collections.abc import Mapping as Map
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from throughline.kernel.resources.declare import Field, Resource

VALUE, TIME, PACKED, COUNT = "value", "time", "packed", "count"
HOWS = (VALUE, TIME, PACKED, COUNT)


@dataclass(frozen=True)
class Use:
    """One use of a column (or of a constant): what it fills and how.

    target     'occurred_on'; 'people.1.sex' for a line each row holds; 'people.*.sex' for packed cells;
               'people' for a number of lines
    how        value: as it stands; time: the clock in a moment; packed: several values in one cell;
               count: so many lines with the values in `fixed`
    values     file value -> code ('' leaves the field empty)
    separator  between packed values; empty means our own '||'
    reason     why it was suggested, for the person to judge
    """

    target: str
    column: str = ""
    constant: str = ""
    how: str = VALUE
    values: Map[str, str] = field(default_factory=dict)
    fixed: Map[str, str] = field(default_factory=dict)
    separator: str = ""
    reason: str = ""

    @property
    def is_constant(self) -> bool:
        return not self.column

    @property
    def parts(self) -> tuple[str, str, str]:
        """('people', '1', 'sex') for a line's field; ('', '', name) for the record's own."""
        if self.how == COUNT:
            return self.target, "#", ""
        pieces = self.target.split(".", 2)
        return (pieces[0], pieces[1], pieces[2]) if len(pieces) == 3 else ("", "", self.target)


@dataclass(frozen=True)
class Mapping:
    """All uses, and the columns whose equal values make several rows one record."""

    uses: tuple[Use, ...] = ()
    group: tuple[str, ...] = ()

    @classmethod
    def of(cls, body: dict[str, Any] | None) -> Self:
        """A mapping from plain JSON."""
        body = body or {}
        return cls(uses=tuple(Use(**one) for one in body.get("uses", ())), group=tuple(body.get("group", ())))

    def plain(self) -> dict[str, Any]:
        uses = [
            {key: value for key, value in asdict(one).items() if value} | {"target": one.target} for one in self.uses
        ]
        return {"uses": uses, "group": list(self.group)}

    def use_of(self, target: str) -> Use | None:
        return next((one for one in self.uses if one.target == target), None)

    def of_column(self, column: str) -> tuple[Use, ...]:
        return tuple(one for one in self.uses if one.column == column)

    def with_use(self, use: Use) -> "Mapping":
        """With this use in place of what filled the same target."""
        kept = tuple(one for one in self.uses if one.target != use.target or COUNT in (one.how, use.how))
        return replace(self, uses=(*kept, use))

    def without_column(self, column: str) -> "Mapping":
        return replace(self, uses=tuple(one for one in self.uses if one.column != column))

    def with_constant(self, target: str, value: str) -> "Mapping":
        kept = tuple(one for one in self.uses if one.target != target)
        return replace(self, uses=(*kept, Use(target=target, constant=value)) if value else kept)

    def fitted(self, columns: tuple[str, ...]) -> "Mapping":
        """Without uses of columns this file does not have (a profile meets a file with fewer)."""
        uses = tuple(one for one in self.uses if not one.column or one.column in columns)
        return replace(self, uses=uses, group=tuple(one for one in self.group if one in columns))


def field_of(resource: Resource, target: str) -> Field | None:
    """The declared field a target fills; None where there is none (or it is read-only)."""
    name, _number, one = ([*target.split(".", 2), "", ""])[:3]
    if one:
        lines = next((part for part in resource.lines if part.name == name), None)
        return next((item for item in lines.fields if item.name == one), None) if lines else None
    found = resource.by_name.get(target)
    return found if found is not None and (not found.read_only or target == resource.key) else None


def targets(resource: Resource) -> list[tuple[str, str]]:
    """Everything a column can fill: (target, title) in the order of the noun's sheet."""
    found = [(resource.key, str(resource.by_name[resource.key].title))] if resource.key in resource.by_name else []
    found += [
        (one.name, str(one.title)) for one in resource.all_fields if not one.read_only and one.name != resource.key
    ]
    for part in resource.lines:
        found += [(f"{part.name}.1.{one.name}", f"{part.one}: {one.title}") for one in part.fields]
        found += [(f"{part.name}.*.{one.name}", f"{part.title} (packed): {one.title}") for one in part.fields]
    return found


def missing(resource: Resource, mapping: Mapping) -> list[Field]:
    """Required fields that neither a column nor a constant fills."""
    filled = {one.target for one in mapping.uses if one.column or one.constant}
    return [one for one in resource.fields if one.required and one.name not in filled and one.name != resource.key]
