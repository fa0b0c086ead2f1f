"""What a merge would make of two records: which one stands, which value of each field, which lines. Reads and proposes; writes nothing."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from throughline.kernel.flow.registry import flow_for
from throughline.kernel.resources.cleaning import Draft
from throughline.kernel.resources.declare import Field, Lines, Resource

UNKNOWN = frozenset({None, "", "not-reported"})


@dataclass(frozen=True)
class Choice:
    """One field on which a person decides: the fields that go together with it, and whose value is proposed."""

    field: Field
    together: tuple[str, ...]
    differs: bool
    take: bool


@dataclass(frozen=True)
class LineChoice:
    """One line of either record, and whether it is proposed to stand."""

    row: Any
    of_winner: bool
    keep: bool


@dataclass(frozen=True)
class Proposal:
    """Everything a merge can be asked about, with an answer proposed for each."""

    winner: Any
    loser: Any
    choices: tuple[Choice, ...]
    lines: Mapping[str, tuple[LineChoice, ...]] = field(default_factory=dict)

    @property
    def take(self) -> frozenset[str]:
        return frozenset(one.field.name for one in self.choices if one.take)

    def keep(self) -> dict[str, list[Any]]:
        return {name: [one.row.pk for one in rows if one.keep] for name, rows in self.lines.items()}


def standing(one: Any, other: Any) -> tuple[Any, Any]:
    """(winner, loser) proposed: the one that counts, else the one entered first."""
    flow = flow_for(type(one))
    counting = flow.counting() if flow else frozenset()
    ranked = sorted((one, other), key=lambda record: (record.state not in counting, record.created_at, str(record.pk)))
    return ranked[0], ranked[1]


def propose(resource: Resource, winner: Any, loser: Any) -> Proposal:
    """The winner's values where it has any, else the loser's; all lines, those that say the same once."""
    choices = tuple(_choice(resource, one, winner, loser) for one in choosable(resource))
    lines = {part.name: united(part, rows_of(winner, part), rows_of(loser, part)) for part in resource.lines}
    return Proposal(winner, loser, choices, lines)


def choosable(resource: Resource) -> list[Field]:
    """The fields decided one by one: not the keys, which stay with the record they name, nor companions of another field."""
    beside = {one.precision for one in resource.fields if one.precision}
    beside |= {resource.key, resource.external_key, *(resource.position or ())[1:]}
    return [one for one in resource.fields if one.source is not None and not one.read_only and one.name not in beside]


def together(resource: Resource, name: str) -> tuple[str, ...]:
    """A field with those that mean nothing without it: a date with its precision, a latitude with its longitude."""
    one = resource.by_name[name]
    position = resource.position or ()
    return (name, *([one.precision] if one.precision else ()), *(position[1:] if name in position[:1] else ()))


def _choice(resource: Resource, one: Field, winner: Any, loser: Any) -> Choice:
    names = together(resource, one.name)
    mine, theirs = getattr(winner, one.name), getattr(loser, one.name)
    differs = any(getattr(winner, name) != getattr(loser, name) for name in names)
    take = differs and empty(mine) and not empty(theirs)
    return Choice(one, names, differs, take)


def empty(value: Any) -> bool:
    return value is False or (isinstance(value, str | None) and value in UNKNOWN)


# Lines


def rows_of(record: Any, part: Lines) -> list[Any]:
    return sorted(getattr(record, part.name).all(), key=lambda row: row.pk)


def united(part: Lines, mine: Iterable[Any], theirs: Iterable[Any]) -> tuple[LineChoice, ...]:
    """The winner's lines, and of the loser's those that say something else.

    A line of the loser that says the same as one of the winner, or less, falls away; one that says the same and more takes
    that one's place. Each line answers for one other only: two wounded men stay two.
    """
    left = list(theirs)
    made: list[LineChoice] = []
    for row in mine:
        match = next((other for other in left if _covers(part, row, other)), None)
        fuller = None if match is not None else next((other for other in left if _covers(part, other, row)), None)
        found = match if match is not None else fuller
        if found is not None:
            left.remove(found)
        made.append(LineChoice(row, of_winner=True, keep=fuller is None))
        if found is not None:
            made.append(LineChoice(found, of_winner=False, keep=fuller is not None))
    return (*made, *(LineChoice(row, of_winner=False, keep=True) for row in left))


def _covers(part: Lines, fuller: Any, other: Any) -> bool:
    """Whether everything the one line says, the fuller one says too."""
    cells = ((getattr(fuller, one.name), getattr(other, one.name)) for one in part.fields)
    return all(empty(said) or said == mine for mine, said in cells)


def as_row(part: Lines, row: Any) -> dict[str, Any]:
    return {one.name: getattr(row, one.name) for one in part.fields}


def draft_of(
    resource: Resource, proposal: Proposal, take: Collection[str], keep: Mapping[str, Collection[Any]]
) -> tuple[Draft, bool]:
    """The change the winner goes through, and whether anything in it is the loser's."""
    values: dict[str, Any] = {}
    for name in take:
        for one in together(resource, name):
            if getattr(proposal.loser, one) != getattr(proposal.winner, one):
                values[one] = getattr(proposal.loser, one)
    lines: dict[str, list[dict[str, Any]]] = {}
    taken = bool(values)
    for part in resource.lines:
        offered = proposal.lines[part.name]
        chosen = [one for one in offered if one.row.pk in set(keep.get(part.name, ()))]
        if [one.row.pk for one in chosen] != [one.row.pk for one in offered if one.of_winner]:
            lines[part.name] = [as_row(part, one.row) for one in chosen]
            taken = taken or any(not one.of_winner for one in chosen)
    given = frozenset({*values, *lines})
    draft = Draft(values=values, lines=lines, given=given, existing=proposal.winner, resource=resource)
    return draft, taken
