"""Searching the records of one noun, through what the reader may see of it.

Nouns with a column of folded text are asked as their list is, so that a search costs what the list's does. Small ones
are read and folded here. Slips are forgiven among what the reader may see anyway, never by a list of all words.
"""

import re
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.text import capfirst

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources.access import address_of
from throughline.kernel.resources.cells import printed
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.listing import Asked, order_of, page_of, rows_with
from throughline.kernel.search.declare import Group, Hit
from throughline.kernel.search.words import Words, close_words, slips_allowed, slips_in, split, worth

# How many rows are looked through for words that were not spelt just so: the first of the list.
LOOKED_THROUGH = 2_000
MOST_FOLDED = 5_000
MOST_MEANT = 12
TELLING = 4
REFERENCE = re.compile(r"^([a-z]{2,4})[- ]?\d")
Found = list[tuple[UUID, int]]


def find(resource: Resource, viewer: Viewer, words: Words, most: int) -> Group:
    """The best of what this viewer may read of the noun; one more than asked for says that there is more."""
    if isinstance(resource.search, str):
        found = _by_column(resource, viewer, words, most + 1)
    else:
        found = _by_folding(resource, viewer, words, most + 1)
    found = _with_reference(resource, viewer, words, found)
    rows = {row.pk: row for row in rows_with(resource, [key for key, _slips in found], lines=False)}
    hits = [_hit(resource, rows[key], words, slips) for key, slips in found if key in rows]
    hits.sort(key=lambda hit: -hit.rank)
    more = f"{reverse(f'{resource.noun}-list')}?{_question(words, hits)}" if len(hits) > most else ""
    return Group(resource.noun, capfirst(str(resource.title_plural)), tuple(hits[:most]), more)


def _question(words: Words, hits: list[Hit]) -> str:
    """The list's own search for the same; words that were not spelt so would find nothing there."""
    asked = QueryDict(mutable=True)
    asked["view"] = "all"
    if not all(hit.slips for hit in hits):
        asked["q"] = words.text
    return asked.urlencode()


def _by_column(resource: Resource, viewer: Viewer, words: Words, most: int) -> Found:
    asked = Asked(resource, viewer, text=words.text, sort=_order(resource), size=most)
    found = [(row.pk, 0) for row in page_of(asked).rows]
    if found or not any(map(slips_allowed, words.words)):
        return found
    return _close(resource, viewer, words, most)


def _close(resource: Resource, viewer: Viewer, words: Words, most: int) -> Found:
    """Rows in which each word, or one that it may have been meant for, stands: of the first the list would show."""
    column = str(resource.search)
    rows = resource.visible(viewer).order_by(*order_of(resource, _order(resource)))
    texts = [(key, frozenset(text.split())) for key, text in rows.values_list("pk", column)[:LOOKED_THROUGH]]
    known = {word.strip(".,;:!?()“”\"'") for _key, words_ in texts for word in words_}
    meant = [close_words(one, known) for one in words.words]
    if not all(meant):
        return []
    best = [dict(sorted(one.items(), key=lambda pair: pair[1])[:MOST_MEANT]) for one in meant]
    found: Found = []
    for key, there in texts:
        bare = {word.strip(".,;:!?()“”\"'") for word in there}
        costs = [min((cost for word, cost in one.items() if word in bare), default=None) for one in best]
        if None not in costs:
            found.append((key, sum(cost for cost in costs if cost is not None)))
    return sorted(found, key=lambda pair: pair[1])[:most]


def _by_folding(resource: Resource, viewer: Viewer, words: Words, most: int) -> Found:
    """Small tables: all rows the viewer may read, folded here; first what is spelt so, then what comes close."""
    rows = resource.visible(viewer).order_by(*order_of(resource, _order(resource)))
    read = list(rows.values_list("pk", *resource.search)[:MOST_FOLDED])
    texts = [(key, split(" ".join(str(part) for part in parts if part))) for key, *parts in read]
    exact = [
        (key, 0) for key, there in texts if all(any(one.startswith(word) for one in there) for word in words.words)
    ]
    if exact:
        return _first(resource, texts, words, exact)[:most]
    found = [(key, cost) for key, there in texts if (cost := slips_in(words.words, there)) is not None]
    return sorted(found, key=lambda pair: pair[1])[:most]


def _first(resource: Resource, texts: list[tuple[UUID, list[str]]], words: Words, found: Found) -> Found:
    """What holds the very words before what only begins with them."""
    whole = {key for key, there in texts if set(words.words) <= set(there)}
    return sorted(found, key=lambda pair: pair[0] not in whole)


def _with_reference(resource: Resource, viewer: Viewer, words: Words, found: Found) -> Found:
    """The one record whose reference was typed stands first, wherever its words would have put it."""
    match = REFERENCE.match(words.folded)
    prefix = str(getattr(resource.model, "reference_prefix", "")).lower()
    if not match or not resource.is_record or match[1] != prefix:
        return found
    wanted = words.text.strip().upper().replace(" ", "-")
    keys = list(resource.visible(viewer).filter(reference=wanted).values_list("pk", flat=True))
    return [*((key, 0) for key in keys), *(pair for pair in found if pair[0] not in keys)]


def _order(resource: Resource) -> str:
    return resource.order or f"-{resource.key}"


def _hit(resource: Resource, row: Any, words: Words, slips: int) -> Hit:
    name, reference = str(row), str(getattr(row, "reference", "") or "")
    return Hit(
        name=capfirst(name),
        url=reverse(f"{resource.noun}-detail", args=[address_of(resource, row)]),
        detail=telling(resource, row, name),
        reference="" if reference == name else reference,
        key=str(row.pk),
        rank=worth(words, name, reference, slips),
        slips=slips,
    )


def telling(resource: Resource, row: Any, name: str) -> str:
    """What tells it from others: the first columns of its list that hold something."""
    columns = (one for one in resource.all_fields if one.column and one.expression is None and one.name != "reference")
    told = [str(value) for one in columns if (value := printed(one, row)) not in (None, "") and str(value) != name]
    return " · ".join(told[:TELLING])
