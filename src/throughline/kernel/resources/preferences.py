"""Which columns a person sees: as the address says, else as they chose, else as the noun declares."""

from collections.abc import Iterable

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources.declare import Field, Resource
from throughline.kernel.resources.models import ColumnChoice


def columns_of(resource: Resource, viewer: Viewer, asked: str = "") -> list[Field]:
    names = [name for name in asked.split(",") if name in resource.by_name]
    if not names and viewer.signed_in:
        chosen = ColumnChoice.objects.filter(person_id=viewer.person, noun=resource.noun).first()
        names = [name for name in chosen.columns if name in resource.by_name] if chosen else []
    return [resource.field(name) for name in names] or [one for one in resource.all_fields if one.column]


def remember_columns(resource: Resource, viewer: Viewer, names: Iterable[str]) -> None:
    """Keep a person's choice in its order; choosing none goes back to the usual columns. No history: it is theirs alone."""
    wanted = [name for name in dict.fromkeys(names) if name in resource.by_name]
    ColumnChoice.objects.update_or_create(person_id=viewer.key, noun=resource.noun, defaults={"columns": wanted})


def moved(names: list[str], step: str, resource: Resource) -> list[str]:
    """The columns after one step: 'up:kind', 'down:kind', 'add:kind', 'remove:kind'. What cannot be done changes nothing."""
    what, _colon, name = step.partition(":")
    if what == "add" and name in resource.by_name and name not in names:
        return [*names, name]
    if name not in names:
        return names
    rest, at = [one for one in names if one != name], names.index(name)
    if what == "remove":
        return rest or names
    to = at - 1 if what == "up" else at + 1 if what == "down" else at
    to = max(0, min(to, len(rest)))
    return [*rest[:to], name, *rest[to:]]
