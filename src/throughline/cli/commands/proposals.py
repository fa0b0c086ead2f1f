"""`throughline proposals`: changes proposed by those who may read a record and not change it."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer

COLUMNS = ("id", "record", "field", "before", "after", "by", "state")


@click.command()
@click.option("--propose", "record", nargs=2, metavar="NOUN REFERENCE", help="Propose a change of this record")
@click.option("--set", "changes", multiple=True, metavar="FIELD=VALUE", help="With --propose: what it should say")
@click.option("--accept", "accepted", metavar="ID", help="Make the change, as yourself")
@click.option("--field", "fields", multiple=True, metavar="FIELD", help="With --accept: these fields only")
@click.option("--decline", "declined", metavar="ID", help="Leave the record as it is")
@click.option("--withdraw", "withdrawn", metavar="ID", help="Take back your own")
@click.option("--reason", default="", metavar="TEXT", help="Why; needed to decline")
@formatted
@acts
def proposals(*, layout: str, actor: "Viewer", reason: str, **given: Any) -> None:
    """List the changes you proposed and those you can decide on; propose, accept, decline, withdraw.

    \b
    throughline proposals
    throughline proposals --propose incident AV-2024-000123 --set place=Zemun --reason "I was there"
    throughline proposals --accept ID --field place
    throughline proposals --decline ID --reason "It was in Belgrade"
    """
    from throughline.kernel.proposing import services  # reason: only once Django is set up

    if given["record"]:
        noun, reference = given["record"]
        say(f"Proposed: {_propose(actor, noun, reference, given['changes'], reason)}")
    elif given["accepted"]:
        fields = list(given["fields"]) or None
        made = services.accept(actor, proposal=_proposal(actor, given["accepted"]), fields=fields, answer=reason)
        say(f"{made.pk}: {made.state}")
    elif given["declined"]:
        services.decline(actor, proposal=_proposal(actor, given["declined"]), reason=reason)
        say(f"{given['declined']}: declined")
    elif given["withdrawn"]:
        services.withdraw(actor, proposal=_proposal(actor, given["withdrawn"]))
        say(f"{given['withdrawn']}: withdrawn")
    else:
        show(_rows(actor), layout=layout, columns=COLUMNS)


def _propose(actor: "Viewer", noun: str, reference: str, changes: tuple[str, ...], reason: str) -> Any:
    from throughline.cli.errors import Unusable  # reason: only once Django is set up
    from throughline.cli.nouns import noun_named
    from throughline.kernel.proposing.services import propose
    from throughline.kernel.resources.access import found

    record = found(noun_named(noun), actor, reference)
    if record is None:
        raise Unusable(f"There is no {noun} {reference} that you may read.")
    if not changes or any("=" not in one for one in changes):
        raise Unusable("Say what it should say: --set FIELD=VALUE.")
    raw = dict(one.split("=", 1) for one in changes)
    return propose(actor, record=record, raw=raw, reason=reason).pk


def _proposal(actor: "Viewer", key: str) -> Any:
    from throughline.cli.errors import Unusable  # reason: only once Django is set up
    from throughline.kernel.proposing.queries import proposal_for

    try:
        seen = proposal_for(actor, UUID(key))
    except ValueError:
        seen = None
    if seen is None:
        raise Unusable(f"There is no proposed change {key} that you may read.")
    return seen.proposal


def _rows(actor: "Viewer") -> list[dict[str, Any]]:
    from throughline.kernel.proposing.queries import proposals as found  # reason: only once Django is set up

    return [
        {
            "id": str(seen.proposal.pk),
            "record": str(getattr(seen.record, "reference", "") or seen.record),
            "field": name,
            "before": seen.proposal.before.get(name),
            "after": value,
            "by": str(seen.proposal.proposed_by),
            "state": seen.proposal.state,
        }
        for seen in found(actor)
        for name, value in seen.proposal.after.items()
    ]
