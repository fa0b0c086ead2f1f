"""`throughline bulk`: change several records at once, seen first, all or nothing, undone as a whole."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from throughline.cli.errors import Unusable
from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer
    from throughline.kernel.bulk.models import BulkChange
    from throughline.kernel.bulk.orders import Choice
    from throughline.kernel.bulk.trying import Plan

COLUMNS = ("record", "field", "now", "then", "problem")


@click.group()
def bulk() -> None:
    """Several records at once: preview or apply a change, list what you did, take it back."""


@bulk.command()
@click.argument("noun")
@click.argument("references", nargs=-1)
@click.option("--where", multiple=True, metavar="FIELD=VALUE", help="Instead of references: everything that fits")
@click.option("--view", "view_name", help="Instead: everything a saved view finds")
@click.option(
    "--set", "given", multiple=True, metavar="FIELD=VALUE", help="A field and the value all shall have; repeat it"
)
@click.option("--step", default="", help="Instead of --set: a step of the flow to take with all")
@click.option("--comment", default="", help="With a step: why; some ask for it")
@click.option("--apply", "really", is_flag=True, help="Do it. Without: only say what would come of it")
@click.option("--leave-out", is_flag=True, help="Leave those as they are that cannot be changed, and change the rest")
@click.option("--reason", default="", help="Why; history keeps it")
@formatted
@acts
def change(
    noun: str,
    references: tuple[str, ...],
    where: tuple[str, ...],
    view_name: str | None,
    given: tuple[str, ...],
    step: str,
    comment: str,
    really: bool,
    leave_out: bool,
    reason: str,
    layout: str,
    actor: "Viewer",
) -> None:
    """Set fields in several records, or take a step with them: a preview, and with --apply the deed.

    \b
    throughline bulk change incident --where place="Stari grad" --set region=Kotor
    throughline bulk change incident AV-2024-000123 AV-2024-000124 --step verify --apply
    """
    from throughline.cli.commands.export import as_address  # reason: only once Django is set up
    from throughline.cli.nouns import noun_named
    from throughline.kernel.bulk import services
    from throughline.kernel.bulk.orders import Order

    resource = noun_named(noun)
    values: dict[str, Any] = as_address(list(given)).dict()
    order = Order(values=values, transition=step, comment=comment)
    choice = _choice(actor, noun, references, where, view_name)
    if not really:
        plan = services.preview(actor, resource=resource, choice=choice, order=order)
        show(_rows(plan), layout=layout, columns=COLUMNS)
        say(f"{len(plan.changing)} would change, {len(plan.same)} stay, {len(plan.stuck)} cannot be changed.")
        return
    made = services.apply(actor, resource=resource, choice=choice, order=order, leave_out=leave_out, reason=reason)
    say(f"Done: {made.count} records, {made.left_out} left out. Taken back by: throughline bulk undo {made.pk}")


@bulk.command(name="list")
@formatted
@acts
def list_(layout: str, actor: "Viewer") -> None:
    """List what you changed in bulk."""
    from throughline.kernel.bulk.queries import changes_of, words_of  # reason: only once Django is set up

    rows = [
        {"id": str(one.pk), "noun": one.noun, "what": words_of(one), "records": one.count, "state": one.state}
        for one in changes_of(actor)[:100]
    ]
    show(rows, layout=layout, columns=("id", "noun", "what", "records", "state"))


@bulk.command()
@click.argument("key")
@click.option("--reason", default="", help="Why; history keeps it")
@acts
def undo(key: str, reason: str, actor: "Viewer") -> None:
    """Take a change of several records back as a whole, while nothing was changed since."""
    from throughline.kernel.bulk import services  # reason: only once Django is set up

    services.undo(actor, change=_change(actor, key), reason=reason)
    say("Taken back. All records are as they were.")


def _choice(
    actor: "Viewer", noun: str, references: tuple[str, ...], where: tuple[str, ...], view_name: str | None
) -> "Choice":
    from throughline.cli.commands.export import as_address, refuse_unknown  # reason: only once Django is set up
    from throughline.cli.commands.views import view_named
    from throughline.cli.nouns import noun_named
    from throughline.kernel.bulk.orders import Choice

    if sum(map(bool, (references, where, view_name))) != 1:
        raise click.UsageError("Name the records: by their references, or by --where, or by --view.")
    if view_name:
        return Choice(question=view_named(actor, noun, view_name).question)
    if where:
        address = as_address(list(where))
        refuse_unknown(noun_named(noun), address)
        return Choice(question=address.urlencode())
    return Choice(keys=references)


def _change(actor: "Viewer", key: str) -> "BulkChange":
    from throughline.kernel.bulk.queries import change_of  # reason: only once Django is set up

    try:
        found = change_of(actor, UUID(key))
    except ValueError:
        found = None
    if found is None:
        raise Unusable(f"There is no change {key} of yours. See: throughline bulk list")
    return found


def _rows(plan: "Plan") -> list[dict[str, Any]]:
    rows = [
        {"record": line.text, "field": cell.label, "now": cell.before, "then": cell.after, "problem": None}
        for line in plan.changing
        for cell in line.cells
    ]
    return rows + [
        {"record": line.text, "field": one.field or None, "now": None, "then": None, "problem": str(one.message)}
        for line in plan.stuck
        for one in line.problems
    ]
