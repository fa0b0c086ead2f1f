"""What a subject tells intake about its noun beyond the declaration: how it is written in bulk, and what files say."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from throughline.kernel.access.errors import Problem

Values = Mapping[str, Any]
Lines = Mapping[str, Sequence[Values]]


@dataclass(frozen=True)
class Recipe:
    """Bulk writing and hints for one noun. Without a recipe each row goes through the noun's own verb.

    prefix   the prefix of the reference a record with these values takes: 'AV-2023'
    derive   columns computed from values, lines and reference, such as the text that is searched
    flags    yes/no columns that stand for something else: {'fatal': ('people.1.outcome', {'true': 'killed'})}
    counts   number columns that stand for so many lines: {'killed': ('people', {'outcome': 'killed'})}
    admit    what is wrong with a new record in this programme, arriving in this state: (programme, state, values)
    lines    what a line gets whose file does not say: {'people': {'side': 'victim'}}
    """

    noun: str
    prefix: Callable[[Values], str] | None = None
    derive: Callable[[str, Values, Lines], dict[str, Any]] | None = None
    flags: Mapping[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)
    counts: Mapping[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)
    lines: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    admit: Callable[[Any, str, Values], Iterable[Problem]] | None = None


_recipes: dict[str, Recipe] = {}


def register(recipe: Recipe) -> None:
    """Called by a subject's app at start."""
    _recipes[recipe.noun] = recipe


def recipe_for(noun: str) -> Recipe:
    """The noun's recipe, or an empty one."""
    return _recipes.get(noun) or Recipe(noun)
