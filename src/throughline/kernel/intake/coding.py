"""What a column fills as one short code, for a select on a page and for the command line.

'occurred_on'; 'occurred_on+occurred_at' (a date that carries a time); 'people.*.sex' (packed cells);
'people.1.sex' (each row's line); '#people:side=victim,outcome=killed' (so many lines); '' (not used).
"""

from collections.abc import Mapping as Map
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.intake.columns import Column
from throughline.kernel.intake.mapping import COUNT, PACKED, TIME, VALUE, Mapping, Use, field_of
from throughline.kernel.intake.recipes import recipe_for
from throughline.kernel.resources.declare import Field, Resource

Choice = tuple[str, Any]


def encode(uses: tuple[Use, ...]) -> str:
    """The code of what one column does."""
    counts = [one for one in uses if one.how == COUNT]
    if counts:
        return _count_code(counts[0].target, counts[0].fixed)
    ordered = sorted(uses, key=lambda one: one.how == TIME)
    return "+".join(one.target for one in ordered)


def _count_code(relation: str, fixed: Map[str, str]) -> str:
    return f"#{relation}:{','.join(f'{name}={value}' for name, value in fixed.items())}"


def decode(
    code: str, column: str, resource: Resource, before: tuple[Use, ...] = (), looked: Column | None = None
) -> list[Use]:
    """The uses a code stands for; value mappings of before are kept where the target stays."""
    if code.startswith("#"):
        relation, _mark, fixed = code[1:].partition(":")
        return [
            Use(relation, column, how=COUNT, fixed=dict(part.split("=", 1) for part in fixed.split(",") if "=" in part))
        ]
    found = []
    for number, target in enumerate(one for one in code.split("+") if one):
        kept = next((one for one in before if one.target == target), None)
        how = PACKED if ".*." in target else TIME if number else VALUE
        separator = looked.packed if looked is not None and how == PACKED and looked.packed != "||" else ""
        found.append(
            replace(kept, column=column) if kept is not None else Use(target, column, how=how, separator=separator)
        )
    return [one for one in found if field_of(resource, one.target) is not None]


def with_column(mapping: Mapping, column: str, uses: list[Use]) -> Mapping:
    """The mapping with this column doing only this; another column that filled the same gives way."""
    mapping = mapping.without_column(column)
    for use in uses:
        mapping = mapping.with_use(use)
    return mapping


def choices_for(resource: Resource) -> list[tuple[str, list[Choice]]]:
    """What a column can fill, in groups for a select."""
    clock = next((one for one in resource.fields if one.kind == "time"), None)
    own: list[Choice] = []
    for one in resource.all_fields:
        if one.read_only and one.name != resource.key:
            continue
        own.append((one.name, _titled(one)))
        if one.kind == "date" and clock is not None:
            together = _("%(date)s, with the time") % {"date": _titled(one)}
            own.append((f"{one.name}+{clock.name}", together))
    groups = [(str(resource.title).capitalize(), own)]
    for part in resource.lines:
        each = [(f"{part.name}.1.{one.name}", f"{str(part.one).capitalize()}: {one.title}") for one in part.fields]
        packed = [(f"{part.name}.*.{one.name}", f"{str(part.title).capitalize()}: {one.title}") for one in part.fields]
        groups.append((_("One %(one)s in each row") % {"one": part.one}, each))
        groups.append((_("Several %(title)s in one cell") % {"title": part.title}, packed))
    counts = list(
        dict.fromkeys((relation, tuple(fixed.items())) for relation, fixed in recipe_for(resource.noun).counts.values())
    )
    numbers = [
        (_count_code(relation, dict(fixed)), _numbered(resource, relation, dict(fixed))) for relation, fixed in counts
    ]
    return [*groups, (_("A number of lines"), numbers)] if numbers else groups


def _titled(one: Field) -> str:
    return f"{str(one.title).capitalize()} *" if one.required else str(one.title).capitalize()


def _numbered(resource: Resource, relation: str, fixed: dict[str, str]) -> str:
    """'Number of people: victim, killed'."""
    part = resource.lines_of(relation)
    words = []
    for name, value in fixed.items():
        labels = {option.value: option.label for option in part.field(name).options()}
        words.append(str(labels.get(value, value)).lower())
    return _("Number of %(title)s: %(words)s") % {"title": part.title, "words": ", ".join(words)}


def known_code(resource: Resource, code: str) -> bool:
    """Whether a code names something this noun has."""
    return not code or any(code == value for _title, group in choices_for(resource) for value, _label in group)
