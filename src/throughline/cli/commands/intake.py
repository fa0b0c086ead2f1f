"""`throughline import` and `throughline undo`: files in, and back out."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.errors import Exit, Unusable
from throughline.cli.output import formatted, progress, say
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer


@click.command("import")
@click.argument("noun")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--profile", metavar="NAME", help="Read and map as this profile says")
@click.option("--keep-profile", metavar="NAME", help="Keep how this file was read and mapped under this name")
@click.option("--programme", metavar="CODE", help="Where new records belong [default: the only one you may add to]")
@click.option("--dry-run", is_flag=True, help="Show what would happen; write nothing.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="OPTION=VALUE",
    help="How to read it: format, encoding, delimiter, quote, sheet, header_row, dates, decimal; group=COLUMN joins the "
    "rows of one record; count:COLUMN=people:side=victim,outcome=killed makes lines; FIELD=VALUE for all rows (repeat)",
)
@click.option(
    "--map", "mapped", multiple=True, metavar="COLUMN=FIELD", help="What a column means (repeat; '=' alone: nothing)"
)
@click.option(
    "--value", "values", multiple=True, metavar="FIELD:FROM=TO", help="What a value in the file means (repeat)"
)
@click.option("--constant", "constants", multiple=True, metavar="FIELD=VALUE", help="The same for every row (repeat)")
@click.option("--mapping", "mapping_file", type=click.File(encoding="utf-8"), help="The whole mapping, as JSON")
@click.option("--state", metavar="STATE", help="State in which new records arrive [default: the first you may choose]")
@click.option("--reason", default="", help="Who checked them, where they arrive checked")
@click.option("--leave-out", is_flag=True, help="Leave wrong and duplicate rows out, instead of taking nothing")
@formatted
@acts
def import_(noun: str, file: Path, actor: "Viewer", layout: str, **wishes: Any) -> None:
    """Bring a file in: preview it, then apply all of it or nothing. FILE may be - for the standard input.

    Encoding, delimiter, header, dates and the meaning of columns and values are guessed and shown; --set, --map,
    --value and --constant correct them, --profile remembers them. Bringing the same file in again changes nothing.

    \b
    throughline import incident monthly.csv --dry-run
    throughline import incident monthly.csv --set encoding=cp1250 --map Datum=occurred_on --keep-profile monthly

    Exit code 3: there are wrong or duplicate rows, and nothing was written.
    """
    from throughline.cli.arrivals import Bringing  # reason: only once Django is set up
    from throughline.cli.nouns import noun_named

    content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    bringing = Bringing.begin(
        actor, noun_named(noun), content, name="" if str(file) == "-" else file.name, wishes=wishes
    )
    if layout == "table":
        bringing.tell_how_read()
    with progress("Looking through it") as report:
        preview = bringing.preview(lambda rows: report(rows, 0, f"Looking through it: {rows:,} rows"))
    stopped = bool(preview.in_the_way) and not bringing.wishes["leave_out"]
    batch = None
    if not (wishes["dry_run"] or stopped or not preview.to_write):
        with progress("Bringing it in") as report:
            batch = bringing.apply(lambda rows: report(rows, preview.rows, "Bringing it in"))
    if wishes["keep_profile"] and not wishes["dry_run"]:
        bringing.keep_profile(wishes["keep_profile"])
    bringing.tell_outcome(preview, batch, layout=layout)
    if stopped:
        raise SystemExit(Exit.INPUT)


@click.command()
@click.argument("batch")
@click.option("--reason", default="", help="Why, for the history")
@formatted
@acts
def undo(batch: str, reason: str, layout: str, actor: "Viewer") -> None:
    """Take an imported batch back: what it made is removed, what it changed is set back.

    BATCH is the number that `import` printed, or its first letters. Refused if somebody worked on its records since.
    """
    from throughline.kernel.intake.queries import batches_for  # reason: only once Django is set up
    from throughline.kernel.intake.services import undo as take_back

    found = [one for one in batches_for(actor).order_by("-created_at") if str(one.pk).startswith(batch.lower())][:2]
    if len(found) != 1 or len(batch) < 4:
        raise Unusable(f"There is no batch {batch}." if not found else f"{batch} names more than one batch.")
    taken_back = take_back(actor, batch=found[0], reason=reason)
    if layout == "json":
        click.echo(json.dumps({"batch": str(taken_back.pk), "state": taken_back.state}))
    else:
        say(f"Batch {taken_back.pk} ({taken_back}) is undone.")
