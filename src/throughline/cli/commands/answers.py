"""`throughline return` and `throughline answers`: answer a round, decide on returns, export what was handed in."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.errors import Exit, Unusable
from throughline.cli.output import formatted, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer
    from throughline.kernel.rounds.models import Part, Return

out_file = click.Path(dir_okay=False, path_type=Path)
in_file = click.Path(exists=True, dir_okay=False, path_type=Path)
COLUMNS = ("reference", "round", "organisation", "state", "due", "late")


@click.group("return")
def return_() -> None:
    """What one organisation answers in a round: see it, fill it from Excel, submit it, decide on it."""


@return_.command("list")
@click.option("--round", "asked_in", metavar="REFERENCE", help="Only returns of this round")
@click.option("--state", help="Only in this state: asked, ready, submitted, returned, accepted")
@formatted
@acts
def list_returns(asked_in: str | None, state: str | None, layout: str, actor: "Viewer") -> None:
    """List the returns you may read; before they are handed in, that is your own organisation's."""
    from throughline.kernel.rounds.queries import returns_for  # reason: only once Django is set up

    found = returns_for(actor)
    found = found.filter(round__reference__iexact=asked_in) if asked_in else found
    found = found.filter(state=state) if state else found
    show([row_of(one) for one in found], layout=layout, columns=COLUMNS)


@return_.command("show")
@click.argument("reference")
@click.option("--language", default="", help="Language of questions and labels")
@formatted
@acts
def show_return(reference: str, language: str, layout: str, actor: "Viewer") -> None:
    """Show the answers you may see: the working ones, if you answer, else what was handed in last.

    REFERENCE is that of a return (RT-…) or of a part (PT-…).
    """
    from throughline.kernel.rounds.forms.evaluating import evaluate  # reason: only once Django is set up
    from throughline.kernel.rounds.forms.words import value_label
    from throughline.kernel.rounds.queries import answers_shown

    holder = holder_named(actor, reference)
    shown = answers_shown(actor, holder)
    evaluation = evaluate(holder.edition.form, shown.answers, language=language)
    rows = [
        {
            "place": one.place,
            "question": one.label,
            "answer": value_label(evaluation.form, one.item, one.value, language) if layout == "table" else one.value,
            "problem": one.problem,
        }
        for one in evaluation.places
        if one.value or one.asked
    ]
    show(rows, layout=layout, columns=("place", "question", "answer", "problem"))
    what = "working answers" if shown.working else f"version {shown.version.number}" if shown.version else "nothing yet"
    said = f"{holder.reference}, {what}: {evaluation.answered} of {evaluation.asked} questions answered."
    say(f"{said} Nothing to report: {shown.nil_reason}" if shown.nil else said)


@return_.command("excel")
@click.argument("reference")
@click.option("-o", "--out", type=out_file, help="Write the file to fill here [default: its own name]")
@click.option("--take", "file", type=in_file, help="Take this filled file in, all of it or nothing")
@click.option("--dry-run", is_flag=True, help="With --take: show what would change; write nothing.")
@click.option("--language", default="", help="Language of the file, such as sq")
@formatted
@acts
def excel(reference: str, file: Path | None, dry_run: bool, layout: str, actor: "Viewer", **given: Any) -> None:
    """Write the Excel file of a return or part, or take it in again (--take).

    \b
    throughline return excel RT-2026-000001 --out answers.xlsx --as officer@ministry.example
    throughline return excel RT-2026-000001 --take answers.xlsx --dry-run --as officer@ministry.example

    Exit code 3: cells are wrong (each is named) or changed by someone else since, and nothing was written.
    """
    from throughline.kernel.rounds.sheets.services import hand_out  # reason: only once Django is set up
    from throughline.kernel.rounds.sheets.writing import file_name

    holder = holder_named(actor, reference)
    if file is None:
        content = hand_out(actor, holder=holder, language=given["language"])
        target = given["out"] or Path(file_name(holder))
        target.write_bytes(content)
        say(f"Written: {target}")
        return
    _take_in(actor, holder, file, layout, dry_run=dry_run)


def _take_in(actor: "Viewer", holder: "Return | Part", file: Path, layout: str, *, dry_run: bool) -> None:
    from throughline.kernel.rounds.sheets.services import apply, look  # reason: only once Django is set up

    content = file.read_bytes()
    found = look(actor, holder=holder, content=content)
    rows = [_change_row(one, "change") for one in found.changes]
    rows += [_change_row(one, "changed by someone else") for one in found.clashes]
    show(rows, layout=layout, columns=("what", "question", "before", "after", "sheet", "cell"))
    for problem in found.problems:
        say(str(problem))
    if found.problems or found.clashes:
        say("Nothing was written.")
        raise SystemExit(Exit.INPUT)
    if dry_run or not found.changes:
        say("Nothing was written." if dry_run else "The file says what is answered already.")
        return
    saved = apply(actor, holder=holder, content=content, revision=found.revision)
    say(f"{holder.reference}: {len(saved.changed)} answers changed.")


def _change_row(change: Any, what: str) -> dict[str, Any]:
    told = {"what": what, "place": change.place, "question": change.label}
    return told | {"before": change.before, "after": change.after, "sheet": change.spot.sheet, "cell": change.spot.cell}


@return_.command("submit")
@click.argument("reference")
@click.option("--comment", default="", help="For the history")
@formatted
@acts
def submit(reference: str, comment: str, layout: str, actor: "Viewer") -> None:
    """Approve a return and send it to who asked; a part is handed in to the contact point.

    Exit code 3: answers are missing or wrong; each is told by its place.
    """
    from throughline.kernel.rounds import services  # reason: only once Django is set up
    from throughline.kernel.rounds.choices import Via
    from throughline.kernel.rounds.models import Part

    holder = holder_named(actor, reference)
    if isinstance(holder, Part):
        services.hand_in(actor, part=holder, via=Via.COMMAND, comment=comment)
    else:
        services.submit(actor, ret=holder, via=Via.COMMAND, comment=comment)
    tell(holder, layout)


@return_.command("nil")
@click.argument("reference")
@click.option("--reason", required=True, help="Why there is nothing to report")
@formatted
@acts
def nil(reference: str, reason: str, layout: str, actor: "Viewer") -> None:
    """Answer that there is nothing to report. That is an answer: it counts as reported."""
    from throughline.kernel.rounds import services  # reason: only once Django is set up
    from throughline.kernel.rounds.choices import Via

    ret = return_named(actor, reference)
    services.submit_nil(actor, ret=ret, reason=reason, via=Via.COMMAND)
    tell(ret, layout)


@return_.command("accept")
@click.argument("reference")
@click.option("--comment", default="", help="For the history")
@formatted
@acts
def accept(reference: str, comment: str, layout: str, actor: "Viewer") -> None:
    """Accept a return: its answers lock and count."""
    from throughline.kernel.rounds import services  # reason: only once Django is set up

    ret = return_named(actor, reference)
    services.accept(actor, ret=ret, comment=comment)
    tell(ret, layout)


@return_.command("give-back")
@click.argument("reference")
@click.option("--comment", default="", help="What has to change, on the whole")
@click.option(
    "--remark", "remarks", multiple=True, metavar="PLACE=TEXT", help="What has to change in one answer (repeat)"
)
@formatted
@acts
def give_back(reference: str, comment: str, remarks: tuple[str, ...], layout: str, actor: "Viewer") -> None:
    """Return it with a comment, or with remarks on single answers.

    \b
    throughline return give-back RT-2026-000001 --remark "seizures/seized=Is this all?"
    """
    from throughline.kernel.rounds import services  # reason: only once Django is set up

    ret = return_named(actor, reference)
    services.give_back(actor, ret=ret, comment=comment, remarks=pairs(remarks))
    tell(ret, layout)


@return_.command("reopen")
@click.argument("reference")
@click.option("--reason", required=True, help="Why, for the history")
@formatted
@acts
def reopen(reference: str, reason: str, layout: str, actor: "Viewer") -> None:
    """Open an accepted return again; its answers no longer count."""
    from throughline.kernel.rounds import services  # reason: only once Django is set up

    ret = return_named(actor, reference)
    services.reopen(actor, ret=ret, reason=reason)
    tell(ret, layout)


@click.group()
def answers() -> None:
    """The answers of a round."""


@answers.command("export")
@click.argument("reference")
@click.option("--shape", type=click.Choice(("long", "wide", "dictionary")), default="long", show_default=True)
@click.option("--codes", "values", flag_value="codes", help="Choices as codes alone")
@click.option("--labels", "values", flag_value="labels", help="Choices as labels alone [default: both]")
@click.option(
    "--which", type=click.Choice(("accepted", "handed-in")), default="accepted", show_default=True, help="Which returns"
)
@click.option("--language", default="", help="Language of the labels")
@click.option(
    "--format", "layout", type=click.Choice(("csv", "xlsx")), help="[default: by the name of the file, or csv]"
)
@click.option("-o", "--out", type=out_file, help="File to write [default: the standard output]")
@acts
def export(reference: str, layout: str | None, out: Path | None, actor: "Viewer", **given: Any) -> None:
    """Export what was handed in to a round: a row for each answer (long) or for each return (wide).

    \b
    throughline answers export RO-2026-000001 --shape wide --codes -o answers.csv
    throughline answers export RO-2026-000001 --labels --language sq --which handed-in -o answers.xlsx
    """
    from throughline.cli.commands.rounds import round_named  # reason: only once Django is set up
    from throughline.kernel.rounds.exporting import Wanted
    from throughline.kernel.rounds.exporting import export as export_answers

    layout = layout or ("xlsx" if out and out.suffix.lower() == ".xlsx" else "csv")
    if layout == "xlsx" and out is None and sys.stdout.isatty():
        raise click.UsageError("A workbook is not for the terminal: name a file with --out.")
    wanted = Wanted(
        shape=given["shape"], values=given["values"] or "both", which=given["which"], language=given["language"]
    )
    content, _name = export_answers(actor, round=round_named(actor, reference), wanted=wanted, fmt=layout)
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    out.write_bytes(content)
    say(f"Written: {out}")


# What commands mean


def return_named(actor: "Viewer", reference: str) -> "Return":
    from throughline.cli.nouns import record_named  # reason: only once Django is set up
    from throughline.kernel.rounds.models import Return

    return record_named(actor, Return, reference)


def holder_named(actor: "Viewer", reference: str) -> "Return | Part":
    """A return, or a part where the reference is one's."""
    from throughline.cli.nouns import record_named  # reason: only once Django is set up
    from throughline.kernel.rounds.models import Part

    if reference.upper().startswith(f"{Part.reference_prefix}-"):
        return record_named(actor, Part, reference)
    return return_named(actor, reference)


def pairs(given: Iterable[str]) -> dict[str, str]:
    """PLACE=TEXT, as often as given."""
    found = {}
    for one in given:
        place, equals, text = one.partition("=")
        if not equals or not place.strip():
            raise Unusable(f"Write a remark as PLACE=TEXT, not {one!r}.")
        found[place.strip()] = text
    return found


def row_of(holder: "Return | Part") -> dict[str, Any]:
    return {
        "reference": holder.reference,
        "round": holder.round.reference,
        "organisation": str(holder.owner),
        "state": holder.state,
        "due": str(holder.due),
        "late": holder.late,
    }


def tell(holder: "Return | Part", layout: str) -> None:
    show([row_of(holder)], layout=layout, columns=COLUMNS)
