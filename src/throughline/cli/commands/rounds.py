"""`throughline round` and `throughline questionnaire`: prepare a round, open it, see who has answered, remind, close."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.errors import Unusable
from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer
    from throughline.kernel.rounds.models import Round

DAY = click.DateTime(formats=["%Y-%m-%d"])
COLUMNS = ("reference", "title", "period", "state", "due", "programme")


@click.group("round")
def round_() -> None:
    """Ask many authorities the same: prepare, open, see who has answered, remind, close."""


@round_.command("list")
@click.option("--state", type=click.Choice(("prepared", "open", "closed")), help="Only rounds in this state")
@formatted
@acts
def list_rounds(state: str | None, layout: str, actor: "Viewer") -> None:
    """List the rounds you may see, those due last first."""
    from throughline.kernel.rounds.queries import rounds_for  # reason: only once Django is set up

    found = rounds_for(actor).order_by("-due_on", "title")
    rows = [row_of(one) for one in (found.filter(state=state) if state else found)]
    show(rows, layout=layout, columns=COLUMNS)


@round_.command("show")
@click.argument("reference")
@formatted
@acts
def show_round(reference: str, layout: str, actor: "Viewer") -> None:
    """Show one round: what is asked, of whom (for those who run it), by when."""
    found = round_named(actor, reference)
    row = {
        **row_of(found),
        "questionnaire": str(found.edition.questionnaire),
        "edition": found.edition.number,
        "opens": str(found.opens_on),
        "approval": found.approval,
        "opens_to": found.opens_to,
        "instructions": found.instructions,
    }
    if layout == "table":
        show([{"what": name, "value": value} for name, value in row.items()], layout=layout, columns=("what", "value"))
    else:
        show([row], layout=layout)


@round_.command("status")
@click.argument("reference")
@formatted
@acts
def status(reference: str, layout: str, actor: "Viewer") -> None:
    """Show where everyone asked stands: opened, being answered, submitted, returned, accepted, late.

    \b
    throughline round status RO-2026-000001 --format json | jq '.[] | select(.late)'
    """
    from throughline.kernel.rounds.queries import standing  # reason: only once Django is set up

    rows = [
        {
            "return": one.reference,
            "jurisdiction": str(one.jurisdiction or ""),
            "organisation": one.organisation,
            "state": one.state if layout != "table" else one.label,
            "late": one.late if layout != "table" else ("late" if one.late else ""),
            "due": str(one.due),
            "parts": f"{one.parts_in} of {one.parts}" if one.parts else "",
            "reminded": one.reminded,
            "submitted": one.submitted_at.isoformat(timespec="minutes") if one.submitted_at else None,
        }
        for one in standing(actor, round_named(actor, reference))
    ]
    columns = ("return", "jurisdiction", "organisation", "state", "late", "due", "parts", "reminded", "submitted")
    show(rows, layout=layout, columns=columns)


@round_.command("prepare")
@click.argument("questionnaire")
@click.option("--title", required=True, help="What the round is called")
@click.option("--period", required=True, metavar="PERIOD", help="2023, 2023-H1, 2023-Q4")
@click.option("--due", type=DAY, required=True, help="By when, such as 2026-03-31")
@click.option("--opens", type=DAY, help="From when [default: today]")
@click.option("--ask", "asked", multiple=True, metavar="CODE", help="Code of an organisation to ask (repeat)")
@click.option(
    "--remind", "reminders", multiple=True, type=int, help="Days before the date due (repeat) [default: 14, 3]"
)
@click.option("--approval", default="contact-point", show_default=True, help="contact-point, second-person or anyone")
@click.option("--opens-to", default="amber", show_default=True, metavar="CODE", help="Handling of accepted returns")
@click.option("--instructions", default="", help="Read by those asked")
@click.option("--before", metavar="REFERENCE", help="The round whose accepted answers are shown beside the questions")
@formatted
@acts
def prepare(questionnaire: str, layout: str, actor: "Viewer", **given: Any) -> None:
    """Prepare a round: QUESTIONNAIRE (its code or reference, newest edition), for a period, of those asked.

    Nobody is told before it is opened.

    \b
    throughline round prepare arms-return --title "Arms return 2023" --period 2023 --due 2026-03-31 --ask police-rs
    throughline round open RO-2026-000001
    """
    from django.utils import timezone  # reason: only once Django is set up

    from throughline.kernel.rounds.services import prepare as prepare_round

    kept = questionnaire_named(actor, questionnaire)
    if kept.latest is None:
        raise Unusable(f"{kept.title} has no edition yet: throughline questionnaire add FILE --to {kept.code}")
    opens: datetime | None = given["opens"]
    made = prepare_round(
        actor,
        programme=kept.programme,
        edition=kept.latest,
        title=given["title"],
        period=given["period"],
        opens_on=opens.date() if opens else timezone.localdate(),
        due_on=given["due"].date(),
        asked=[organisation_named(code) for code in given["asked"]],
        reminders=given["reminders"] or (14, 3),
        approval=given["approval"],
        opens_to=given["opens_to"].lower(),
        instructions=given["instructions"],
        before=round_named(actor, given["before"]) if given["before"] else None,
    )
    tell(made, layout)


@round_.command("open")
@click.argument("reference")
@formatted
@acts
def open_(reference: str, layout: str, actor: "Viewer") -> None:
    """Open a round: those asked are told."""
    from throughline.kernel.rounds.services import open_round  # reason: only once Django is set up

    tell(open_round(actor, round=round_named(actor, reference)), layout)


@round_.command("remind")
@click.argument("reference")
@click.option("--return", "chased", multiple=True, metavar="REFERENCE", help="Only this return (repeat)")
@click.option("--text", default="", help="What to say to them")
@formatted
@acts
def remind(reference: str, chased: tuple[str, ...], text: str, layout: str, actor: "Viewer") -> None:
    """Remind all who still owe a return, or the ones named, in one move."""
    from throughline.kernel.rounds.services import remind as remind_all  # reason: only once Django is set up

    asked_in = round_named(actor, reference)
    returns = [one for one in asked_in.returns.all() if one.reference in chased] if chased else None
    if returns is not None and len(returns) != len(set(chased)):
        raise Unusable(f"{asked_in.reference} has no such return: {', '.join(chased)}.")
    made = remind_all(actor, round=asked_in, returns=returns, text=text)
    rows = [{"return": one.of.reference, "organisation": str(one.of.owner)} for one in made]
    show(rows, layout=layout, columns=("return", "organisation"))
    say(f"Reminded: {len(made)}")


@round_.command("close")
@click.argument("reference")
@click.option("--reason", default="", help="Why, for the history")
@formatted
@acts
def close(reference: str, reason: str, layout: str, actor: "Viewer") -> None:
    """Close a round: no answer is taken any more, what was accepted is locked."""
    from throughline.kernel.rounds.services import close_round  # reason: only once Django is set up

    tell(close_round(actor, round=round_named(actor, reference), reason=reason), layout)


@round_.command("reopen")
@click.argument("reference")
@click.option("--reason", required=True, help="Why, for the history")
@formatted
@acts
def reopen(reference: str, reason: str, layout: str, actor: "Viewer") -> None:
    """Open a closed round again; the reason stays in history."""
    from throughline.kernel.rounds.services import reopen_round  # reason: only once Django is set up

    tell(reopen_round(actor, round=round_named(actor, reference), reason=reason), layout)


@click.group()
def questionnaire() -> None:
    """Questionnaires and their editions."""


@questionnaire.command("list")
@formatted
@acts
def list_questionnaires(layout: str, actor: "Viewer") -> None:
    """List the questionnaires you may see, with their newest edition."""
    from throughline.kernel.rounds.queries import questionnaires_for  # reason: only once Django is set up

    rows = [
        {
            "reference": one.reference,
            "code": one.code,
            "title": one.title,
            "edition": one.latest.number if one.latest else None,
            "programme": one.programme.code,
        }
        for one in questionnaires_for(actor)
    ]
    show(rows, layout=layout, columns=("reference", "code", "title", "edition", "programme"))


@questionnaire.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", "code", metavar="CODE", help="Add an edition to this questionnaire")
@click.option("--title", help="Start a new questionnaire with this title")
@click.option("--programme", metavar="CODE", help="Of this programme [default: the only one you run]")
@click.option("--asking", default="general", show_default=True, help="What becomes of the answers")
@formatted
@acts
def add(file: Path, code: str | None, title: str | None, layout: str, actor: "Viewer", **given: Any) -> None:
    """Bring in an XLSForm: as a new edition (--to) or as a new questionnaire (--title).

    Exit code 3: the form cannot be used; each problem is told with its sheet and row, and nothing was written.
    """
    from django.db import transaction  # reason: only once Django is set up

    from throughline.kernel.rounds.services import add_edition, keep_questionnaire

    if bool(code) == bool(title):
        raise click.UsageError("Say where the form belongs: --to CODE, or --title for a new questionnaire.")
    with transaction.atomic():
        kept = (
            questionnaire_named(actor, code)
            if code
            else keep_questionnaire(
                actor, programme=programme_run(actor, given["programme"]), title=title or "", asking=given["asking"]
            )
        )
        edition = add_edition(actor, questionnaire=kept, content=file.read_bytes(), name=file.name)
    row = {"reference": kept.reference, "code": kept.code, "title": kept.title, "edition": edition.number}
    show([row], layout=layout, columns=("reference", "code", "title", "edition"))
    for warning in edition.warnings:
        say(f"Note: {warning}")


# What commands mean


def round_named(actor: "Viewer", reference: str) -> "Round":
    from throughline.cli.nouns import record_named  # reason: only once Django is set up
    from throughline.kernel.rounds.models import Round

    return record_named(actor, Round, reference)


def questionnaire_named(actor: "Viewer", name: str) -> Any:
    """By its code or its reference, among those the person may read."""
    from django.db.models import Q  # reason: only once Django is set up

    from throughline.kernel.rounds.queries import questionnaires_for

    found = questionnaires_for(actor).filter(Q(code=name.lower()) | Q(reference__iexact=name)).first()
    if found is None:
        raise Unusable(f"There is no questionnaire {name} that you may read. See: throughline questionnaire list")
    return found


def organisation_named(code: str) -> Any:
    from throughline.reference.models import Organisation  # reason: only once Django is set up

    found = Organisation.objects.filter(code__iexact=code).first()
    if found is None:
        raise Unusable(f"There is no organisation {code}. See: throughline export organisation")
    return found


def programme_run(actor: "Viewer", code: str | None) -> Any:
    """The programme whose secretariat the person belongs to."""
    from throughline.kernel.access.choices import Role  # reason: only once Django is set up
    from throughline.reference.models import Programme

    found = list(Programme.objects.filter(pk__in=actor.programmes_as(Role.SECRETARIAT)).order_by("code"))
    if code:
        found = [one for one in found if one.code.lower() == code.lower()]
    if len(found) != 1:
        known = ", ".join(one.code for one in found) or "none"
        raise Unusable(f"Say which programme with --programme CODE. You run: {known}.")
    return found[0]


def row_of(asked_in: "Round") -> dict[str, Any]:
    return {
        "reference": asked_in.reference,
        "title": asked_in.title,
        "period": asked_in.period,
        "state": asked_in.state,
        "due": str(asked_in.due_on),
        "programme": asked_in.programme.code,
    }


def tell(asked_in: "Round", layout: str) -> None:
    show([row_of(asked_in)], layout=layout, columns=COLUMNS)
