"""What a release shows to everyone: its counts with those withheld left out, as plain data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.measures import registry
from throughline.kernel.reporting.blocks import Snapshot
from throughline.kernel.suppression import Protected, UnprotectableError, is_small, protect
from throughline.publications.models import Release
from throughline.publications.public.cells import Counted, Key, counted, smallest_parts
from throughline.publications.public.sums import system_of

SHOWN, WITHHELD, MISSING = "shown", "withheld", "missing"


def threshold() -> int:
    """The smallest count that is shown, for the whole installation: one stated rule."""
    return max(3, int(settings.THROUGHLINE_SMALLEST_SHOWN))


@dataclass(frozen=True)
class Beside:
    """What is open already: when its figures were counted, its cells, and those of them that are withheld."""

    counted_at: str
    cells: Mapping[Key, int]
    withheld: frozenset[Key]


def beside(release: Release, content: Mapping[str, Any]) -> Beside:
    """What an open edition says of each cell."""
    withheld = {one["id"] for one in content["figures"] if one["status"] == WITHHELD}
    cells = [one for one in counted(release.document) if one.value is not None]
    hidden = frozenset(one.key for one in cells if one.id in withheld)
    return Beside(content["data_time"], {one.key: one.value for one in cells}, hidden)  # type: ignore[misc]


def public_content(release: Release, open_already: Iterable[Beside]) -> tuple[dict[str, Any], bool]:
    """The content, and whether nothing at all is withheld; what is open already is read as one with it."""
    snapshot, smallest = release.document, threshold()
    cells = counted(snapshot)
    known = {one.key: one.value for one in cells if one.value is not None}
    withheld, small = withheld_of(known, snapshot.data_time, list(open_already), smallest)
    whole = not any(is_small(one, smallest) for one in smallest_parts(snapshot)) and not small
    return _told(release, snapshot, cells, withheld, smallest), whole


def withheld_of(
    cells: Mapping[Key, int], counted_at: str, open_already: Sequence[Beside], smallest: int
) -> tuple[frozenset[Key], frozenset[str]]:
    """Those of the cells that are withheld, and the small ones of the whole system.

    All tables of this release and of those open already are one system, oldest first. A cell that was revised
    stands in it with each of its numbers and with what lies between them (`sums`).
    """
    ordered = sorted([*open_already, Beside(counted_at, cells, frozenset())], key=lambda one: one.counted_at)
    system = system_of(*(one.cells for one in ordered))
    names = system.editions
    hidden = {names[key][one.cells[key]] for one in open_already for key in one.withheld}
    out = {names[key][value] for one in open_already for key, value in one.cells.items() if key not in one.withheld}
    try:
        found: Protected = protect(
            system.values,
            system.sums,
            threshold=smallest,
            never_shown=system.never_shown,
            withheld_already=hidden - out,
            shown_already=out,
            signed=system.signed,
            touched={names[key][value] for key, value in cells.items()} - out - hidden,
        )
    except UnprotectableError as error:
        message = translation.gettext(
            "Together with what is public already, this release would give away a small number (%(cell)s)."
            " Close what is public of the same figures, then propose both again."
        ) % {"cell": error.cell}
        raise Invalid([Problem("release", message)]) from error
    return frozenset(key for key, value in cells.items() if names[key][value] in found.withheld), found.small


def _told(
    release: Release, snapshot: Snapshot, cells: list[Counted], withheld: frozenset[Key], smallest: int
) -> dict[str, Any]:
    named = ("reference", "title", "template", "period", "scope", "focus", "edition", "language")
    return {
        **{name: getattr(release, name) for name in named},
        "programme": release.programme.code,
        "programme_name": release.programme.name,
        "publisher": release.programme.publisher,
        "released_on": release.released_at.date().isoformat(),
        "data_time": release.data_time.isoformat(),
        "illustrative": release.illustrative or snapshot.illustrative,
        "smallest_shown": smallest,
        "measures": _measures(cells),
        "dimensions": _dimensions(cells),
        "figures": [_figure(one, withheld) for one in cells],
    }


def _figure(one: Counted, withheld: frozenset[Key]) -> dict[str, Any]:
    hidden = one.key in withheld
    status = MISSING if one.value is None else WITHHELD if hidden else SHOWN
    return {
        "id": one.id,
        "measure": one.question.measure,
        "where": {name: "+".join(values) for name, values in one.question.where if name != "programme"},
        "period": str(one.question.period),
        "scope": one.question.scope or "",
        "value": one.value if status == SHOWN else None,
        "status": status,
    }


def _measures(cells: list[Counted]) -> dict[str, dict[str, str]]:
    """What each measure counts, in English; the public page has its own words in the other languages."""
    with translation.override("en-gb"):
        known = {one.question.measure: registry.measure(one.question.measure) for one in cells}
        return {
            name: {"label": str(one.label), "unit": str(one.unit), "description": str(one.description)}
            for name, one in sorted(known.items())
        }


def _dimensions(cells: list[Counted]) -> dict[str, dict[str, Any]]:
    used: dict[str, dict[str, Any]] = {}
    with translation.override("en-gb"):
        for one in cells:
            fact = registry.facts[registry.measure(one.question.measure).fact]
            for name, values in one.question.where:
                if name == "programme":
                    continue
                declared = registry.dimension(name, fact)
                words = declared.words() if declared.words else {}
                told = used.setdefault(name, {"label": str(declared.label), "order": list(words), "values": {}})
                told["values"] |= {value: str(words.get(value, value)) for value in values}
    return used
