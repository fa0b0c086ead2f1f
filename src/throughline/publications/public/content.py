"""What a release shows to everyone: its counts with those withheld left out, as plain data."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.measures import registry
from throughline.kernel.reporting.blocks import Snapshot
from throughline.kernel.suppression import Protected, UnprotectableError, is_small, protect
from throughline.publications.models import Release
from throughline.publications.public.cells import Counted, Key, System, counted, smallest_parts, system_of

SHOWN, WITHHELD, MISSING = "shown", "withheld", "missing"


def threshold() -> int:
    """The smallest count that is shown, for the whole installation: one stated rule."""
    return max(3, int(settings.THROUGHLINE_SMALLEST_SHOWN))


def public_content(
    release: Release, beside: Iterable[tuple[Release, Mapping[str, Any]]]
) -> tuple[dict[str, Any], bool]:
    """The content, and whether nothing at all is withheld; `beside` is what is open already, read as one with it."""
    snapshot, smallest = release.document, threshold()
    cells = counted(snapshot)
    protected = _protected(cells, list(beside), smallest)
    whole = not any(is_small(one, smallest) for one in smallest_parts(snapshot)) and not protected.small
    return _told(release, snapshot, cells, protected.withheld, smallest), whole


def _protected(cells: list[Counted], beside: list[tuple[Release, Mapping[str, Any]]], smallest: int) -> Protected:
    """What to withhold, all tables of this release and of those open already taken together."""
    known: dict[Key, int] = {one.key: one.value for one in cells if one.value is not None}
    out: set[str] = set()
    hidden: set[str] = set()
    for release, content in beside:
        withheld = {one["id"] for one in content["figures"] if one["status"] == WITHHELD}
        for one in counted(release.document):
            # What was revised since is another number: it no longer adds up with these.
            if one.value is None or known.setdefault(one.key, one.value) != one.value:
                continue
            (hidden if one.id in withheld else out).add(str(one.key))
    system: System = system_of(known)
    try:
        return protect(
            system.values,
            system.sums,
            threshold=smallest,
            never_shown=system.never_shown | hidden,
            shown_already=out - hidden,
        )
    except UnprotectableError as error:
        message = translation.gettext(
            "Together with what is public already, this release would give away a small number (%(cell)s)."
            " Close what is public of the same programme, then propose both again."
        ) % {"cell": error.cell}
        raise Invalid([Problem("release", message)]) from error


def _told(
    release: Release, snapshot: Snapshot, cells: list[Counted], withheld: frozenset[str], smallest: int
) -> dict[str, Any]:
    named = ("reference", "title", "template", "period", "scope", "edition", "language")
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


def _figure(one: Counted, withheld: frozenset[str]) -> dict[str, Any]:
    hidden = str(one.key) in withheld
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
