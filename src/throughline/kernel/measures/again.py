"""Asking again: the desk of an earlier moment, with the facts, the readers and the places of then."""

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256

import ibis

from throughline.kernel.access.models import Audience
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures import facts, registry
from throughline.kernel.measures.answering import Desk
from throughline.kernel.measures.declare import Condition, Fact
from throughline.kernel.measures.keeping import versions_of


def desk_of_then(
    viewer: Viewer, *, versions: str, audiences: Iterable[int], places: Mapping[str, Mapping[str, str]]
) -> Desk:
    """Where questions are answered as they were when these versions were in force.

    The audiences are those the document's reader stood in then, and nothing closed since is taken out: what was printed
    was counted with it. So this desk is for comparing with what was printed, never for opening records to a reader.
    """
    known = facts.freshen() | {one.name: one for one in facts.named(versions)}
    desk = Desk(viewer, tuple(audiences), known)
    for key, found in places.items():
        scope, _bar, end = key.partition("|")
        desk.known["places", scope or None, date.fromisoformat(end) if end else None] = dict(found)
    return desk


def desk_by_tokens(viewer: Viewer, tokens: Iterable[str]) -> Desk:
    """A desk of today for whoever goes by these names, whether or not the person who first asked still does."""
    wanted = sorted(tokens)
    opened = Audience.objects.filter(tokens__overlap=wanted).values_list("pk", flat=True) if wanted else ()
    return Desk(viewer, tuple(sorted(opened)), facts.freshen())


def lost(versions: str) -> list[str]:
    """Those of the versions whose files are no longer all there."""
    wanted = facts.named(versions)
    return [f"{one.name}:{one.number}" for one in wanted if versions_of(one.name, [one.number])[1]]


def scope_key(scope: str | None, end: date | None) -> str:
    """How the members of a scope on a day are filed in what is kept."""
    return f"{scope or ''}|{end.isoformat() if end else ''}"


def definition(identity: str) -> dict[str, str]:
    """A measure as it is defined now, in words and as the conditions it counts by, with a digest of what decides the number."""
    one = registry.measure(identity)
    fact = registry.facts[one.fact]
    rules = {
        "fact": one.fact,
        "kind": one.kind.value,
        "value": one.value,
        "distinct": one.distinct,
        "where": _written(one.where, fact),
        "part": _written(one.part, fact),
        "base": _written(one.base, fact),
        "counted": ",".join(fact.counted) if not one.every_state else "",
    }
    digest = sha256("\n".join(f"{name}={text}" for name, text in rules.items()).encode()).hexdigest()
    words = {"label": str(one.label), "unit": str(one.unit), "description": str(one.description)}
    return {**words, **{name: text for name, text in rules.items() if text}, "digest": digest}


def _written(condition: Condition | None, fact: Fact) -> str:
    """A condition as text, the same for the same condition."""
    if condition is None:
        return ""
    return " ".join(str(ibis.to_sql(fact.table.select(counted=condition(fact.table)), dialect="duckdb")).split())
