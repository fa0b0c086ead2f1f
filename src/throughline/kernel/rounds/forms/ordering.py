"""In which order a form is worked out, so that one pass is enough; and whether it can be at all.

Each part needs the parts around it (a group that is irrelevant takes its questions along) and whatever its
relevance, calculation and number of rows read.
"""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from throughline.kernel.rounds.forms.problems import FormError, FormProblem

if TYPE_CHECKING:
    from throughline.kernel.rounds.forms.definition import Form, Item


def order(form: "Form") -> tuple[str, ...]:
    """All paths, what is read before what reads it. Raises `FormError` naming a circle."""
    needs = {path: _needs(item, form.items) for path, item in form.items.items()}
    circle = find_circle(needs)
    if circle:
        raise FormError([FormProblem(circle_in_words(circle), "survey")])
    return tuple(TopologicalSorter(needs).static_order())


def circle_in_words(circle: Iterable[str]) -> str:
    names = [path.rpartition("/")[2] for path in circle]
    if len(set(names)) == 1:
        return _('"%(name)s" depends on itself.') % {"name": names[0]}
    return _("These depend on each other in a circle: %(names)s.") % {"names": " → ".join(names)}


def find_circle(needs: Mapping[str, Iterable[str]]) -> list[str]:
    """One circle, from its first to its first again; empty if there is none."""
    try:
        tuple(TopologicalSorter(needs).static_order())
    except CycleError as fault:
        return list(reversed(fault.args[1]))
    return []


def _needs(item: "Item", items: Mapping[str, "Item"]) -> list[str]:
    needed: dict[str, None] = {item.parent.path: None} if item.parent else {}
    for name in ("relevant", "calculate", "count"):
        expression = getattr(item, name, None)
        if expression is None:
            continue
        for path in expression.reads:
            needed.update(dict.fromkeys(_with_above(path, items, item)))
        # other rows of the same question: they were worked out before this one
        for path in expression.loosely:
            needed.update(dict.fromkeys(found for found in _with_above(path, items, item) if found != item.path))
    return list(needed)


def _with_above(path: str, items: Mapping[str, "Item"], reader: "Item") -> list[str]:
    """A path that is read and what is around it, as far as it is not around the reader too."""
    around = {above.path for above in reader.above}
    found = [path] if path not in around else []
    return found + [above.path for above in items[path].above if above.path not in around]
