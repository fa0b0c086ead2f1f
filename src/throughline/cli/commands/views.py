"""`throughline views`: questions to lists, kept under a name and shared as questions."""

from typing import TYPE_CHECKING

import click

from throughline.cli.errors import Unusable
from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer
    from throughline.kernel.desk.models import SavedView

COLUMNS = ("id", "noun", "name", "question", "shared", "usual")


@click.group()
def views() -> None:
    """Saved views of lists: list, save, change, copy, delete; say which one a list opens with."""


@views.command(name="list")
@click.option("--noun", default="", help="Of this noun only")
@formatted
@acts
def list_(noun: str, layout: str, actor: "Viewer") -> None:
    """List the views you may open: yours, and those shared with you."""
    from throughline.kernel.desk.circles import circle_of  # reason: only once Django is set up
    from throughline.kernel.desk.queries import views_for

    rows = [
        {
            "id": str(one.pk),
            "noun": one.noun,
            "name": one.name,
            "question": one.question,
            "shared": circle_of(one),
            "usual": one.usual,  # type: ignore[attr-defined]  # reason: annotated by with_usual
        }
        for one in views_for(actor, noun)
    ]
    show(rows, layout=layout, columns=COLUMNS)


@views.command()
@click.argument("noun")
@click.argument("name")
@click.option(
    "--where", multiple=True, metavar="FIELD=VALUE", help="As in the list's address; also sort=, columns=, q="
)
@click.option("--share", default="mine", show_default=True, help="mine, organisation:CODE or programme:CODE")
@acts
def save(noun: str, name: str, where: tuple[str, ...], share: str, actor: "Viewer") -> None:
    """Keep a question to a list under a name.

    \b
    throughline views save incident "Serbia, verified" --where jurisdiction=RS --where state=verified --share programme:AVM
    """
    from throughline.cli.commands.export import as_address  # reason: only once Django is set up
    from throughline.cli.nouns import noun_named
    from throughline.kernel.desk import services
    from throughline.kernel.desk.circles import circle_named
    from throughline.kernel.desk.rules import question_of

    question = question_of(as_address(list(where)))
    view = services.save(actor, resource=noun_named(noun), name=name, question=question, **circle_named(actor, share))
    say(f"Saved: {view.name}")
    click.echo(str(view.pk))


@views.command()
@click.argument("noun")
@click.argument("name")
@click.option("--name", "new_name", help="Its new name")
@click.option("--where", multiple=True, metavar="FIELD=VALUE", help="What it shall ask instead")
@click.option("--share", help="mine, organisation:CODE or programme:CODE")
@acts
def change(
    noun: str, name: str, new_name: str | None, where: tuple[str, ...], share: str | None, actor: "Viewer"
) -> None:
    """Rename a view, ask something else with it, or share it otherwise."""
    from throughline.cli.commands.export import as_address  # reason: only once Django is set up
    from throughline.kernel.desk import services
    from throughline.kernel.desk.circles import circle_named
    from throughline.kernel.desk.rules import question_of

    view = view_named(actor, noun, name)
    question = question_of(as_address(list(where))) if where else None
    circle = circle_named(actor, share) if share else {}
    changed = services.change(actor, view=view, name=new_name, question=question, **circle)
    say(f"Changed: {changed.name}")


@views.command()
@click.argument("noun")
@click.argument("name")
@acts
def copy(noun: str, name: str, actor: "Viewer") -> None:
    """Make a copy of a view your own."""
    from throughline.kernel.desk import services  # reason: only once Django is set up

    say(f"Your copy: {services.duplicate(actor, view=view_named(actor, noun, name)).name}")


@views.command()
@click.argument("noun")
@click.argument("name")
@acts
def delete(noun: str, name: str, actor: "Viewer") -> None:
    """Delete a view of yours."""
    from throughline.kernel.desk import services  # reason: only once Django is set up

    services.delete(actor, view=view_named(actor, noun, name))
    say(f"Deleted: {name}")


@views.command()
@click.argument("noun")
@click.argument("name", required=False)
@acts
def usual(noun: str, name: str | None, actor: "Viewer") -> None:
    """Say which view your list opens with. Without NAME: it opens whole."""
    from throughline.cli.nouns import noun_named  # reason: only once Django is set up
    from throughline.kernel.desk import services

    view = view_named(actor, noun, name) if name else None
    services.make_usual(actor, noun=noun_named(noun).noun, view=view)
    say(f"The list opens with: {view.name}" if view else "The list opens whole.")


def view_named(actor: "Viewer", noun: str, name: str) -> "SavedView":
    """The view of this name the person may open: their own before one shared with them."""
    from throughline.cli.nouns import noun_named  # reason: only once Django is set up
    from throughline.kernel.desk.queries import views_for

    found = [one for one in views_for(actor, noun_named(noun).noun) if name in {one.name, str(one.pk)}]
    if not found:
        raise Unusable(f"There is no view {name!r} of {noun} that you may open.")
    return sorted(found, key=lambda one: one.person_id != actor.person)[0]
