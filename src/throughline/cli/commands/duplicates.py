"""`throughline duplicates`: records entered twice."""

import json
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.errors import Unusable
from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer
    from throughline.kernel.duplicates.declare import Duplicates

PAIRS = ("points", "one", "other", "likely", "because")


@click.group()
def duplicates() -> None:
    """Records entered twice: look for them, list, merge, undo, declare different."""


@duplicates.command()
@click.argument("noun")
@formatted
@acts
def sweep(noun: str, layout: str, actor: "Viewer") -> None:
    """Compare all records of a noun with each other. Who may read which pair is decided when it is read."""
    from throughline.kernel.duplicates.queries import pairs_for  # reason: only once Django is set up
    from throughline.kernel.duplicates.sweeping import sweep as look

    rule = _rule(noun)
    done = look(rule)
    row = {"pairs you may read": pairs_for(actor, rule).count(), "seconds": done.seconds}
    show([row], layout=layout, columns=tuple(row))


@duplicates.command(name="list")
@click.argument("noun")
@click.option("--state", type=click.Choice(["open", "merged", "different"]), default="open", show_default=True)
@click.option("--most", type=click.IntRange(1, 10_000), default=50, show_default=True)
@formatted
@acts
def list_(noun: str, state: str, most: int, layout: str, actor: "Viewer") -> None:
    """List the pairs of which you may read both records, the likest first."""
    from throughline.kernel.duplicates import queries, showing  # reason: only once Django is set up

    rule = _rule(noun)
    found = queries.with_records(actor, rule, queries.pairs_for(actor, rule, state)[:most])
    rows = [
        {
            "points": pair.points,
            "one": one.reference,
            "other": other.reference,
            "likely": pair.points >= rule.likely,
            "because": ", ".join(one.label for one in showing.reasons(rule, pair.evidence) if one.points > 0),
        }
        for pair, one, other in found
    ]
    show(rows, layout=layout, columns=PAIRS)


@duplicates.command()
@click.argument("noun")
@click.argument("winner")
@click.argument("loser")
@click.option(
    "--take", multiple=True, help="A field whose value is the loser's; repeat it. Without: as the page proposes"
)
@click.option("--reason", default="", help="Why they are the same; history keeps it")
@formatted
@acts
def merge(noun: str, winner: str, loser: str, take: tuple[str, ...], reason: str, layout: str, actor: "Viewer") -> None:
    """Merge LOSER into WINNER: one reference each. The loser is closed and says where it went."""
    from throughline.kernel.duplicates import services  # reason: only once Django is set up

    stands, goes = (_record(actor, noun, one) for one in (winner, loser))
    services.merge(actor, winner=stands, loser=goes, take=set(take) or None, reason=reason)
    _told({"merged": goes.reference, "into": stands.reference}, layout)


@duplicates.command()
@click.argument("noun")
@click.argument("loser")
@formatted
@acts
def undo(noun: str, loser: str, layout: str, actor: "Viewer") -> None:
    """Undo the merge by which LOSER was closed; both records are as they were."""
    from throughline.kernel.duplicates import queries, services  # reason: only once Django is set up

    record = _record(actor, noun, loser)
    made = queries.merge_of(record)
    if made is None or not type(record).objects.visible_to(actor).filter(pk=made.winner_id).exists():
        raise Unusable(f"{record.reference} was not merged into anything that you may read.")
    services.undo(actor, merge=made)
    _told({"undone": record.reference}, layout)


@duplicates.command()
@click.argument("noun")
@click.argument("one")
@click.argument("other")
@click.option("--reason", default="", help="Why they are not the same; history keeps it")
@formatted
@acts
def different(noun: str, one: str, other: str, reason: str, layout: str, actor: "Viewer") -> None:
    """Declare two records different for good: they are never proposed again."""
    from throughline.kernel.duplicates import services  # reason: only once Django is set up

    first, second = (_record(actor, noun, reference) for reference in (one, other))
    services.declare_different(actor, one=first, other=second, reason=reason)
    _told({"different": first.reference, "from": second.reference}, layout)


@duplicates.command()
@click.argument("noun")
@click.argument("reference")
@formatted
@acts
def where(noun: str, reference: str, layout: str, actor: "Viewer") -> None:
    """Say where a record went that was merged into another."""
    from throughline.kernel.duplicates import queries  # reason: only once Django is set up

    record = _record(actor, noun, reference)
    went = queries.went_to(actor, record)
    if went is None:
        raise Unusable(f"{record.reference} was not merged into anything that you may read.")
    _told({"merged": record.reference, "into": went.reference}, layout)


def _rule(noun: str) -> "Duplicates":
    from throughline.cli.nouns import noun_named  # reason: only once Django is set up
    from throughline.kernel.duplicates.registry import all as rules
    from throughline.kernel.duplicates.registry import rule_for

    found = rule_for(noun_named(noun).noun)
    if found is None:
        known = ", ".join(rule.noun for rule in rules())
        raise Unusable(f"{noun!r} does not look for duplicates. These do: {known}.")
    return found


def _record(actor: "Viewer", noun: str, reference: str) -> Any:
    from throughline.cli.nouns import model_named, record_named  # reason: only once Django is set up

    return record_named(actor, model_named(noun), reference)


def _told(told: dict[str, str], layout: str) -> None:
    if layout == "json":
        click.echo(json.dumps(told))
    else:
        say(", ".join(f"{name} {value}" for name, value in told.items()))
