"""`throughline comments`: what was said about a record, and saying something."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer

COLUMNS = ("id", "kind", "state", "about", "by", "at", "text")


@click.command()
@click.argument("noun")
@click.argument("reference")
@click.option("--write", "text", metavar="TEXT", help="Write a comment")
@click.option("--request", is_flag=True, help="With --write: ask for a change of a document before it is signed")
@click.option("--about", "part", default="", metavar="PART", help="With --write: the part of the document")
@click.option("--only", "organisation", metavar="CODE", help="With --write: for the people of your organisation alone")
@click.option(
    "--mention", "mentions", multiple=True, metavar="EMAIL", help="With --write or --answer: tell a colleague"
)
@click.option("--answer", "answered", nargs=2, metavar="ID TEXT", help="Answer a comment")
@click.option("--settle", "settled", metavar="ID", help="End a thread; see --state")
@click.option(
    "--state", default="resolved", show_default=True, help="resolved; of a request: done, declined, withdrawn"
)
@click.option("--reason", default="", metavar="TEXT", help="With --settle: needed to decline")
@formatted
@acts
def comments(*, noun: str, reference: str, layout: str, actor: "Viewer", **given: Any) -> None:
    """List what was said about a record, or say something.

    \b
    throughline comments incident AV-2024-000123
    throughline comments incident AV-2024-000123 --write "Is the place right?" --mention anna@example.org
    throughline comments report RP-2026-000001 --write "Say 'jurisdiction'" --request
    throughline comments report RP-2026-000001 --settle ID --state declined --reason "It is the printed name"
    """
    from throughline.cli.nouns import model_named, record_named  # reason: only once Django is set up

    record = record_named(actor, model_named(noun), reference)
    if given["text"]:
        _write(actor, record, **given)
    elif given["answered"]:
        key, text = given["answered"]
        _answer(actor, key, text, given["mentions"])
    elif given["settled"]:
        _settle(actor, given["settled"], given["state"], given["reason"])
    else:
        show(_rows(actor, record), layout=layout, columns=COLUMNS)


def _write(actor: "Viewer", record: Any, *, text: str, request: bool, part: str, organisation: str | None,
           mentions: tuple[str, ...], **_others: Any) -> None:  # fmt: skip
    from throughline.cli.errors import Unusable  # reason: only once Django is set up
    from throughline.kernel.comments.choices import Kind
    from throughline.kernel.comments.models import Comment
    from throughline.kernel.comments.services import write

    kept = None
    if organisation:
        owners: Any = Comment._meta.get_field("organisation").related_model
        kept = owners._default_manager.filter(code__iexact=organisation).values_list("pk", flat=True).first()
        if kept is None:
            raise Unusable(f"There is no organisation {organisation}.")
    kind = Kind.REQUEST if request else Kind.COMMENT
    made = write(actor, record=record, text=text, kind=kind, part=part, organisation=kept, mentions=mentions)
    say(f"Written: {made.pk}")


def _answer(actor: "Viewer", key: str, text: str, mentions: tuple[str, ...]) -> None:
    from throughline.kernel.comments.services import answer  # reason: only once Django is set up

    say(f"Answered: {answer(actor, comment=_comment(actor, key), text=text, mentions=mentions).pk}")


def _settle(actor: "Viewer", key: str, state: str, reason: str) -> None:
    from throughline.kernel.comments.services import reopen, settle  # reason: only once Django is set up

    found = _comment(actor, key)
    if state == "open":
        reopen(actor, comment=found)
    else:
        settle(actor, comment=found, state=state, reason=reason)
    say(f"{key}: {state}")


def _comment(actor: "Viewer", key: str) -> Any:
    from throughline.cli.errors import Unusable  # reason: only once Django is set up
    from throughline.kernel.comments.queries import comment_for

    try:
        found = comment_for(actor, UUID(key))
    except ValueError:
        found = None
    if found is None:
        raise Unusable(f"There is no comment {key} that you may read.")
    return found


def _rows(actor: "Viewer", record: Any) -> list[dict[str, Any]]:
    from throughline.kernel.comments.queries import threads  # reason: only once Django is set up

    found = []
    for thread in threads(actor, record):
        for one in (thread.first, *thread.answers):
            row = one.comment
            kind = "answer" if row.parent_id else f"{row.kind} {row.number or ''}".strip()
            found.append(
                {
                    "id": str(row.pk),
                    "kind": kind,
                    "state": "" if row.parent_id else row.state,
                    "about": row.part_label,
                    "by": str(row.written_by),
                    "at": row.written_at.isoformat(timespec="minutes"),
                    "text": row.text or "(taken back)",
                }
            )
    return found
