"""`throughline warnings`: unusual counts."""

from typing import TYPE_CHECKING, Any

import click

from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer

COLUMNS = ("id", "month", "jurisdiction", "type", "count", "expected", "limit", "state")


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also those acknowledged or no longer unusual")
@click.option("--acknowledge", metavar="ID", help="Acknowledge this one")
@click.option("--reason", default="", metavar="TEXT", help="What it is about, or what is being done")
@click.option("--subscribe", metavar="PROGRAMME", help="Be told of new ones of this programme")
@click.option("--jurisdiction", default="", metavar="CODE", help="With --subscribe: of this jurisdiction only")
@click.option("--type", "kind", default="", metavar="CODE", help="With --subscribe: of this type only")
@click.option("--subscriptions", is_flag=True, help="List what you are told of")
@click.option("--unsubscribe", metavar="ID", help="Not to be told any longer")
@formatted
@acts
def warnings(layout: str, actor: "Viewer", **asked: Any) -> None:
    """List counts that are unusual against their own past, as you may see them; acknowledge one; be told of new ones.

    \b
    throughline warnings
    throughline warnings --acknowledge ID --reason "A police operation"
    throughline warnings --subscribe AVM --jurisdiction RS
    """
    if asked["acknowledge"]:
        _acknowledge(actor, asked["acknowledge"], asked["reason"])
    elif asked["subscribe"]:
        _subscribe(actor, asked["subscribe"], jurisdiction=asked["jurisdiction"], kind=asked["kind"])
    elif asked["unsubscribe"]:
        _unsubscribe(actor, asked["unsubscribe"])
    elif asked["subscriptions"]:
        _list_subscriptions(actor, layout)
    else:
        _list(actor, layout, everything=asked["everything"])


def _list(actor: "Viewer", layout: str, *, everything: bool) -> None:
    from throughline.kernel.watch import queries  # reason: only once Django is set up

    rows = [
        {
            "id": str(one.pk),
            "month": one.month,
            "jurisdiction": one.jurisdiction,
            "type": one.kind,
            "count": one.count,
            "expected": round(one.evidence["expected"], 1),
            "limit": one.evidence["limit"],
            "state": "acknowledged" if one.acknowledged_at else "ended" if one.ended else "waits",
        }
        for one in queries.flags(actor, all_of_them=everything)
    ]
    show(rows, layout=layout, columns=COLUMNS)


def _list_subscriptions(actor: "Viewer", layout: str) -> None:
    from throughline.kernel.watch import queries  # reason: only once Django is set up

    rows = [
        {"id": str(one.pk), "programme": one.programme.code, "jurisdiction": one.jurisdiction, "type": one.kind}
        for one in queries.subscriptions(actor)
    ]
    show(rows, layout=layout, columns=("id", "programme", "jurisdiction", "type"))


def _acknowledge(actor: "Viewer", key: str, reason: str) -> None:
    from throughline.cli.errors import Unusable  # reason: only once Django is set up
    from throughline.kernel.watch import queries, services

    found = next((one for one in queries.flags(actor) if str(one.pk) == key), None)
    if found is None:
        raise Unusable(f"No unusual count {key} waits for you.")
    services.acknowledge(actor, flag=found, reason=reason)
    say("Acknowledged.")


def _subscribe(actor: "Viewer", programme: str, *, jurisdiction: str, kind: str) -> None:
    from throughline.cli.errors import Unusable  # reason: only once Django is set up
    from throughline.kernel.watch import services
    from throughline.reference.models import Programme

    found = Programme.objects.filter(code__iexact=programme, pk__in=actor.programmes).first()
    if found is None:
        raise Unusable(f"You have no role in a programme {programme}.")
    made = services.subscribe(actor, programme=found.pk, jurisdiction=jurisdiction.upper(), kind=kind)
    say(f"You will be told ({made.pk}).")


def _unsubscribe(actor: "Viewer", key: str) -> None:
    from throughline.cli.errors import Unusable  # reason: only once Django is set up
    from throughline.kernel.watch import queries, services

    found = next((one for one in queries.subscriptions(actor) if str(one.pk) == key), None)
    if found is None:
        raise Unusable(f"You have no subscription {key}.")
    services.unsubscribe(actor, subscription=found)
    say("Ended.")
