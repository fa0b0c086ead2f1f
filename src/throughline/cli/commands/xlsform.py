"""`throughline xlsform`: looking at a form before anyone is asked with it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.errors import Exit
from throughline.cli.output import say
from throughline.cli.setup import needs_django

if TYPE_CHECKING:
    from throughline.kernel.rounds.forms.reading import Reading


@click.group()
def xlsform() -> None:
    """Check questionnaires written as XLSForms."""


@xlsform.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print all there is to know, as JSON")
@needs_django
def check(files: tuple[Path, ...], as_json: bool) -> None:
    """Say whether forms can be used, and what is wrong with them by sheet, row and column.

    Exit code 3 if one of them cannot be used.

    \b
    throughline xlsform check questionnaire.xlsx
    throughline xlsform check --json *.xlsx
    """
    from throughline.kernel.rounds.forms.reading import read_xlsform  # reason: only once Django is set up

    told = []
    refused = False
    for file in files:
        reading = read_xlsform(file.read_bytes(), file.name)
        refused = refused or bool(reading.problems)
        told.append(about(file, reading))
        if not as_json:
            tell(told[-1], reading)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    if refused:
        raise SystemExit(Exit.INPUT)


def about(file: Path, reading: "Reading") -> dict[str, Any]:
    """What is known about one file, as plain values."""
    from throughline.kernel.rounds.forms.definition import load  # reason: only once Django is set up

    form = load(reading.xform) if reading.xform else None
    questions = form.questions() if form else ()
    return {
        "file": str(file),
        "usable": form is not None,
        "title": reading.title,
        "form_id": reading.form_id,
        "version": reading.version,
        "languages": list(form.languages) if form else [],
        "questions": sum(question.asked for question in questions),
        "notes": sum(question.kind == "note" for question in questions),
        "calculations": sum(question.calculate is not None for question in questions),
        "repeats": len(form.repeats()) if form else 0,
        "problems": [problem.as_dict() for problem in reading.problems],
        "warnings": [problem.as_dict() for problem in reading.warnings],
    }


def counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def tell(known: dict[str, Any], reading: "Reading") -> None:
    """The same for a person: results to stdout, what to do about it to stderr."""
    if known["usable"]:
        languages = ", ".join(known["languages"]) or "one language"
        counts = ", ".join(counted(known[f"{one}s"], one) for one in ("question", "calculation", "repeat"))
        version = f", version {known['version']}" if known["version"] else ""
        click.echo(f"{known['file']}: {known['title']} ({known['form_id']}{version}): {counts}; {languages}")
    else:
        click.echo(f"{known['file']}: cannot be used, {counted(len(reading.problems), 'problem')}")
    for problem in reading.problems:
        say(f"  {problem}")
    for warning in reading.warnings:
        say(f"  note: {warning}")
