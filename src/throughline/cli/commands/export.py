"""`throughline export`: the records of a noun, as the acting person may read them."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from throughline.cli.errors import Unusable
from throughline.cli.output import progress, say
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from django.http import QueryDict

    from throughline.kernel.access.viewer import Viewer
    from throughline.kernel.resources.declare import Resource


@click.command()
@click.argument("noun")
@click.option(
    "--where", multiple=True, metavar="FIELD=VALUE", help="As in the list's address, e.g. occurred_on=2023-Q4"
)
@click.option("--view", "view_name", help="What a saved view asks; --where asks more")
@click.option("--columns", help="Only these fields, in this order: place,killed; or mine: as in your list")
@click.option("--search", metavar="WORDS", help="Only those whose text holds these words")
@click.option(
    "--format", "layout", type=click.Choice(["csv", "xlsx", "json", "geojson"]), default="csv", show_default=True
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file [default: stdout]")
@acts
def export(
    noun: str,
    where: tuple[str, ...],
    view_name: str | None,
    columns: str | None,
    search: str | None,
    layout: str,
    out: Path | None,
    actor: "Viewer",
) -> None:
    """Write the records of a noun that you may read: the sheet that `import` takes back.

    \b
    throughline export incident --where occurred_on=2023-Q4 --where jurisdiction=RS --format xlsx --out incidents.xlsx
    """
    from throughline.cli.nouns import noun_named  # reason: only once Django is set up
    from throughline.kernel.access.errors import Invalid
    from throughline.kernel.resources.exporting import export as export_rows
    from throughline.kernel.resources.listing import Asked

    resource = noun_named(noun)
    if layout == "geojson" and resource.position is None:
        raise Unusable(f"{resource.noun} has no place on a map: choose csv, xlsx or json.")
    if layout == "xlsx" and out is None and sys.stdout.isatty():
        raise click.UsageError("A workbook is not for the terminal: name a file with --out.")
    address = as_address([*where, *([f"q={search}"] if search else [])])
    refuse_unknown(resource, address)
    address = narrowed(resource, actor, address, view_name, columns)
    asked = Asked.read(resource, address, actor)
    if asked.problems:
        raise Invalid(asked.problems)
    response = export_rows(actor, asked=asked, fmt=layout)
    with progress(f"Writing {resource.plural}") as report:
        written = 0
        file = out.open("wb") if out else sys.stdout.buffer
        for part in response:
            written += file.write(part if isinstance(part, bytes) else part.encode("utf-8"))
            report(written, 0, f"{written:,} bytes")
        file.flush()
        if out:
            file.close()
    # Not response.close(): that would also tell Django that a request has ended.
    for close in response._resource_closers:  # type: ignore[attr-defined]  # noqa: SLF001
        close()
    if out:
        say(f"Written: {out}")


def narrowed(
    resource: "Resource", actor: "Viewer", address: "QueryDict", view_name: str | None, columns: str | None
) -> "QueryDict":
    """The question with what a saved view asks, and only with the columns wanted."""
    from django.http import QueryDict  # reason: only once Django is set up

    from throughline.cli.commands.views import view_named
    from throughline.kernel.resources.preferences import columns_of

    whole = QueryDict(view_named(actor, resource.noun, view_name).question if view_name else "", mutable=True)
    whole.pop("columns", None)
    for name, values in address.lists():
        whole.setlist(name, values)
    if columns == "mine":
        columns = ",".join(one.name for one in columns_of(resource, actor))
    if columns:
        unknown = [name for name in columns.split(",") if name not in resource.by_name]
        if unknown:
            raise Unusable(f"{resource.plural} have no {unknown[0]!r}. They have: {', '.join(resource.by_name)}.")
        whole["columns"] = columns
    return whole


def refuse_unknown(resource: "Resource", address: "QueryDict") -> None:
    """A list ignores what it does not know; a file with all records instead of few would be a bad surprise."""
    from throughline.kernel.resources.filters import READERS  # reason: only once Django is set up

    filters = (field for field in resource.all_fields if field.filter)
    known = {f"{field.name}{suffix}" for field in filters for suffix, _ in READERS.get(field.kind, ())}
    known |= {"q", "bbox", "sort"}
    if unknown := [name for name in address if name not in known]:
        raise Unusable(
            f"{resource.plural} cannot be asked for {unknown[0]!r}. They can for: {', '.join(sorted(known))}."
        )


def as_address(conditions: list[str]) -> "QueryDict":
    """Conditions as the list's own address holds them."""
    from django.http import QueryDict  # reason: only once Django is set up

    asked = QueryDict(mutable=True)
    for condition in conditions:
        name, equals, value = condition.partition("=")
        if not equals or not name.strip():
            raise Unusable(f"Write a condition as field=value, not {condition!r}.")
        asked.appendlist(name.strip(), value)
    return asked
