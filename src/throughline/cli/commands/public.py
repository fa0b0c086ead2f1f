"""`throughline public`: what of the releases everyone can read; propose, open, close."""

from typing import TYPE_CHECKING, Any

import click

from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer

COLUMNS = ("reference", "state", "figures", "withheld", "proposed_by", "opened_by")
because = click.option("--reason", required=True, help="Why: it stays in the history of the release")


@click.group()
def public() -> None:
    """What everyone can read without an account: list it, propose, open as a second person, close.

    \b
    throughline public propose RL-2024-000001 --reason "The quarter is complete"
    throughline public open RL-2024-000001 --reason "Checked" --as SECOND.PERSON
    """


@public.command("list")
@formatted
@acts
def list_(layout: str, actor: "Viewer") -> None:
    """Every release you may read that was ever proposed, newest first."""
    from throughline.publications.public.queries import editions_visible_to  # reason: only once Django is set up

    show([_told(one) for one in editions_visible_to(actor)], layout=layout, columns=COLUMNS)


@public.command()
@click.argument("reference")
@because
@acts
def propose(reference: str, reason: str, actor: "Viewer") -> None:
    """Work out what of a release may be shown, for a second person to open."""
    from throughline.publications.public import services  # reason: only once Django is set up

    made = services.propose(actor, release=_release(actor, reference), reason=reason)
    told = _told(made)
    say(
        f"Proposed: {reference}, {told['figures']} figures, {told['withheld']} of them withheld. A second person opens it."
    )


@public.command("open")
@click.argument("reference")
@because
@acts
def open_(reference: str, reason: str, actor: "Viewer") -> None:
    """Open to everyone what somebody else proposed."""
    from throughline.publications.public import services  # reason: only once Django is set up

    made = services.open_to_public(actor, edition=_edition(actor, reference), reason=reason)
    say(f"Open to everyone: /public/en/releases/{made.reference}/")


@public.command()
@click.argument("reference")
@because
@acts
def close(reference: str, reason: str, actor: "Viewer") -> None:
    """Take back a proposal, or what everyone can read."""
    from throughline.publications.public import services  # reason: only once Django is set up

    services.close_to_public(actor, edition=_edition(actor, reference), reason=reason)
    say(f"Closed: {reference}. Its address says that it was public.")


def _release(actor: "Viewer", reference: str) -> Any:
    from throughline.cli.nouns import record_named  # reason: only once Django is set up
    from throughline.publications.models import Release

    return record_named(actor, Release, reference)


def _edition(actor: "Viewer", reference: str) -> Any:
    from throughline.kernel.access.errors import Conflict  # reason: only once Django is set up
    from throughline.publications.public.queries import current_edition

    found = current_edition(_release(actor, reference).pk)
    if found is None:
        raise Conflict(f"Nothing of {reference} is proposed or open.")
    return found


def _told(edition: Any) -> dict[str, Any]:
    figures = edition.content["figures"]
    return {
        "reference": edition.reference,
        "state": edition.state,
        "figures": len(figures),
        "withheld": sum(one["status"] == "withheld" for one in figures),
        "proposed_by": str(edition.proposed_by),
        "opened_by": str(edition.opened_by or ""),
    }
