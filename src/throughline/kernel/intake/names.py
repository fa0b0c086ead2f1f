"""How alike two names are: a heading in a file and a field of ours, in whatever language or script."""

import re
from difflib import SequenceMatcher
from functools import lru_cache

from django.conf import settings
from django.utils.translation import override

from throughline.kernel.resources.declare import Field, Resource
from throughline.kernel.resources.lookups import match_key

_WORD = re.compile(r"[a-z]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Words that say nothing about what a column holds.
_EMPTY = {"the", "of", "in", "reported", "value", "field", "column", "name"}


@lru_cache(maxsize=20_000)
def words(name: str) -> tuple[str, ...]:
    """'DateOfIncident_2' -> ('date', 'incident', '2')."""
    spaced = _CAMEL.sub(" ", name)
    found = tuple(_WORD.findall(match_key(spaced)))
    return tuple(word for word in found if word not in _EMPTY) or found


@lru_cache(maxsize=100_000)
def likeness(left: str, right: str) -> float:
    """0 to 1: the same words, shared words, or words spelt alike."""
    one, other = words(left), words(right)
    if not one or not other:
        return 0.0
    if one == other or "".join(one) == "".join(other):
        return 1.0
    if set(one) == set(other):
        return 0.97
    shared = len(set(one) & set(other)) / max(len(set(one)), len(set(other)))
    # Spelt alike is not the same: 'county' is no 'country'.
    spelt = SequenceMatcher(None, " ".join(one), " ".join(other)).ratio()
    return max(shared * 0.9, spelt * 0.9 if spelt > 0.7 else spelt * 0.6)


_names: dict[tuple[object, str], list[str]] = {}


def names_of(field: Field, *, before: str = "") -> list[str]:
    """Everything a column that holds this field may be called, in every language we print."""
    key = (field.model, field.name)
    if key not in _names:
        found = [field.name, *field.aliases]
        for language, _name in settings.LANGUAGES:
            with override(language):
                found.append(str(field.title))
        _names[key] = list(dict.fromkeys(found))
    return [f"{before} {name}" for name in _names[key]] if before else _names[key]


def known_names(resource: Resource) -> frozenset[str]:
    """The names of all columns of the noun, for telling a header row from data."""
    found = {name for one in resource.all_fields for name in names_of(one)}
    found |= {column.key for column in resource.columns} | {column.title for column in resource.columns}
    for part in resource.lines:
        found |= {name for one in part.fields for name in names_of(one)}
    return frozenset(re.sub(r"[^\w]+", "", name.casefold()).replace("_", "") for name in found)
