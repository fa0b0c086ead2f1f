"""`throughline search`: everything the acting person may read, in one question."""

from typing import TYPE_CHECKING

import click

from throughline.cli.errors import Unusable
from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer

COLUMNS = ("kind", "name", "reference", "what else", "address")


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--kind", default="", help="Only one noun (incident, source …), or page, measure")
@click.option("--most", type=click.IntRange(1, 50), default=8, show_default=True, help="Of each kind")
@formatted
@acts
def search(words: tuple[str, ...], kind: str, most: int, layout: str, actor: "Viewer") -> None:
    """Search everything you may read: references, names, places, texts, pages, figures.

    \b
    throughline search novi sad
    throughline search AV-2024-000123
    throughline search ђурђевац --kind incident --format json
    """
    from throughline.kernel.search.queries import kinds  # reason: only once Django is set up
    from throughline.kernel.search.queries import search as look

    if kind and kind not in kinds():
        raise Unusable(f"There is no {kind!r} to search. There are: {', '.join(sorted(kinds()))}.")
    found = look(actor, " ".join(words), kind=kind, most=most)
    if found.close:
        say("Nothing is spelt just so. These come close.")
    rows = [
        {"kind": group.kind, "name": hit.name, "reference": hit.reference, "what else": hit.detail, "address": hit.url}
        for group in found.groups
        for hit in group.hits
    ]
    if not rows and layout == "table":
        say("Nothing fits, of what you may read.")
        return
    show(rows, layout=layout, columns=COLUMNS)
