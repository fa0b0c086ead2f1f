"""`throughline schema`: the description of the API."""

from pathlib import Path

import click

from throughline.cli.output import say
from throughline.cli.setup import needs_django


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file")
@needs_django
def schema(out: Path | None) -> None:
    """Print the OpenAPI description of the API, as JSON."""
    import json  # reason: only once Django is set up

    from throughline.api.urls import api

    text = json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=2, default=str) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    out.write_text(text, encoding="utf-8")
    say(f"Written: {out}")
