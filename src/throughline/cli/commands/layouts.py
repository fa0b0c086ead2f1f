"""`throughline template`: what documents are printed with: take, look over, bring in, try, make active, go back."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.commands.report import programme_named
from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer
    from throughline.kernel.layouts.models import Layout

file = click.Path(exists=True, dir_okay=False, path_type=Path)
folder = click.Path(file_okay=False, path_type=Path)
of_programme = click.option("--programme", metavar="CODE", help="Whose template [default: the only one you build for]")
kind = click.option("--format", "fmt", type=click.Choice(["docx", "pptx"]), default="docx", show_default=True)
number = click.option("--edition", type=int, metavar="NUMBER", help="Which edition [default: the newest]")
COLUMNS = ("format", "edition", "state", "file", "comment", "uploaded_by", "uploaded")


@click.group()
def template() -> None:
    """Templates of documents, edited in Word and PowerPoint.

    \b
    throughline template take quarterly-monitor --format docx
    throughline template check quarterly-monitor quarterly-monitor.docx
    throughline template upload quarterly-monitor quarterly-monitor.docx --comment "Cover with the new logo"
    throughline template try quarterly-monitor --format docx
    throughline template activate quarterly-monitor --format docx
    throughline template back quarterly-monitor --format docx
    """


@template.command("list")
@click.argument("document")
@of_programme
@formatted
@acts
def list_(document: str, programme: str | None, layout: str, actor: "Viewer") -> None:
    """Every edition of a document's templates. With none active, the house's own is used."""
    from throughline.kernel.layouts.queries import layouts  # reason: only once Django is set up

    whose = _programme(actor, programme, document)
    kept = layouts(actor).filter(programme=whose, template=document).order_by("format", "-edition")
    show([_told(one) for one in kept], layout=layout, columns=COLUMNS)


@template.command()
@click.argument("document")
@of_programme
@formatted
@acts
def names(document: str, programme: str | None, layout: str, actor: "Viewer") -> None:
    """What may stand in brackets, with what it prints in the last document of this kind."""
    from throughline.kernel.layouts.queries import names_listed  # reason: only once Django is set up

    listed = names_listed(actor, _programme(actor, programme, document), document)
    rows = [{"name": name, "prints": prints} for _kind, named in listed for name, prints in named]
    show(rows, layout=layout, columns=("name", "prints"))


@template.command()
@click.argument("document")
@kind
@click.option(
    "--edition", type=int, metavar="NUMBER", help="An edition that was brought in [default: what is used now]"
)
@click.option("--house", is_flag=True, help="The house's own, whatever is used now")
@click.option("--out", default=".", type=folder, help="Folder to write it to [default: this one]")
@of_programme
@acts
def take(document: str, fmt: str, edition: int | None, out: Path, actor: "Viewer", **asked: Any) -> None:
    """Write a template to a file, to change it in Word or PowerPoint."""
    from throughline.kernel.layouts.queries import active_content  # reason: only once Django is set up
    from throughline.kernel.reporting import templates

    whose = _programme(actor, asked["programme"], document)
    own = {"docx": templates.word_template, "pptx": templates.slides_template}[fmt]
    used = None if asked["house"] else active_content(whose.pk, document, fmt)
    content = bytes(_edition(actor, whose, document, fmt, edition).content) if edition else used or own(document)
    out.mkdir(parents=True, exist_ok=True)
    place = out / f"{document}.{fmt}"
    place.write_bytes(content)
    say(f"Written: {place}")


@template.command()
@click.argument("document")
@click.argument("path", type=file)
@of_programme
@formatted
@acts
def check(document: str, path: Path, programme: str | None, layout: str, actor: "Viewer") -> None:
    """Look a file over as a template of a document, and keep nothing. Ends with an error if it could not be used."""
    from throughline.cli.errors import Unusable  # reason: only once Django is set up
    from throughline.kernel.layouts.findings import stops
    from throughline.kernel.layouts.services import looked_over

    whose = _programme(actor, programme, document)
    fmt = path.suffix.lower().lstrip(".")
    if fmt not in ("docx", "pptx"):
        raise Unusable("A template is a Word file (.docx) or a PowerPoint file (.pptx).")
    found = looked_over(actor, whose, document, fmt, path.read_bytes())
    show([one.as_dict() for one in found], layout=layout, columns=("level", "message", "where"))
    if stops(found):
        raise Unusable("This template cannot be used as it is.")
    say("Nothing stands in the way of using it.")


@template.command()
@click.argument("document")
@click.argument("path", type=file)
@click.option("--comment", default="", help="What was changed")
@of_programme
@formatted
@acts
def upload(document: str, path: Path, comment: str, programme: str | None, layout: str, actor: "Viewer") -> None:
    """Keep a file as the next edition. It is used once it is made active."""
    from throughline.kernel.layouts import services  # reason: only once Django is set up

    whose = _programme(actor, programme, document)
    made = services.upload(
        actor, programme=whose, template=document, name=path.name, content=path.read_bytes(), comment=comment
    )
    show(made.findings, layout=layout, columns=("level", "message", "where"))
    say(f"Kept as edition {made.edition}." + (" It cannot be used as it is." if made.stopped else ""))


@template.command("try")
@click.argument("document")
@kind
@number
@click.option("--out", default=".", type=folder, help="Folder to write it to [default: this one]")
@of_programme
@acts
def try_(document: str, fmt: str, edition: int | None, out: Path, programme: str | None, actor: "Viewer") -> None:
    """Print the last document of this kind with an edition; nothing is kept."""
    from throughline.kernel.layouts.services import tried  # reason: only once Django is set up

    found = _edition(actor, _programme(actor, programme, document), document, fmt, edition)
    content = tried(actor, found)
    out.mkdir(parents=True, exist_ok=True)
    place = out / f"{document}-trial-{found.edition}.{fmt}"
    place.write_bytes(content)
    say(f"Written: {place}")


@template.command()
@click.argument("document")
@kind
@number
@of_programme
@acts
def activate(document: str, fmt: str, edition: int | None, programme: str | None, actor: "Viewer") -> None:
    """Print documents with an edition from now on: the newest, or one from before."""
    from throughline.kernel.layouts import services  # reason: only once Django is set up

    found = _edition(actor, _programme(actor, programme, document), document, fmt, edition)
    services.activate(actor, layout=found)
    say(f"Documents are printed with edition {found.edition} from now on.")


@template.command()
@click.argument("document")
@kind
@of_programme
@acts
def back(document: str, fmt: str, programme: str | None, actor: "Viewer") -> None:
    """Print documents with the house's own template again. Every edition stays."""
    from throughline.kernel.layouts import services  # reason: only once Django is set up

    services.use_house(actor, programme=_programme(actor, programme, document), template=document, fmt=fmt)
    say("Documents are printed with the house's own template again.")


def _programme(actor: "Viewer", code: str | None, document: str) -> Any:
    from throughline.cli.errors import Unusable  # reason: only once Django is set up
    from throughline.kernel.reporting.queries import programmes_for
    from throughline.kernel.reporting.registry import template as template_of

    template_of(document)
    if code:
        return programme_named(actor, code)
    found = programmes_for(actor)
    if len(found) != 1:
        known = ", ".join(one.code for one in found)
        raise Unusable(f"Say for which programme: --programme CODE. You build for: {known or 'none'}.")
    return found[0]


def _edition(actor: "Viewer", programme: Any, document: str, fmt: str, edition: int | None) -> "Layout":
    from throughline.cli.errors import Unusable  # reason: only once Django is set up
    from throughline.kernel.layouts.queries import editions

    kept = editions(actor, programme, document, fmt)
    found = kept.filter(edition=edition).first() if edition else kept.first()
    if found is None:
        raise Unusable(f"There is no such edition of the {fmt} template of {document}.")
    return found


def _told(one: "Layout") -> dict[str, Any]:
    return {
        "format": one.format,
        "edition": one.edition,
        "state": "active" if one.active else "cannot be used" if one.stopped else "kept",
        "file": one.name,
        "comment": one.comment,
        "uploaded_by": str(one.uploaded_by),
        "uploaded": one.uploaded_at,
    }
