"""`throughline report` and `throughline release`: documents from figures."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.output import formatted, progress, say, show
from throughline.cli.setup import acts

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer

ALL_FORMATS = "docx,pptx,pdf,xlsx,html"
folder = click.Path(file_okay=False, path_type=Path)


def listed(_context: click.Context, _option: click.Parameter, value: str) -> list[str]:
    """'docx,pdf' as a list without repetition; a format that does not exist is wrong usage."""
    wanted = list(dict.fromkeys(part.strip().lower() for part in value.split(",") if part.strip()))
    unknown = [part for part in wanted if part not in ALL_FORMATS.split(",")]
    if unknown or not wanted:
        raise click.BadParameter(f"choose from {ALL_FORMATS}, not {', '.join(unknown) or 'nothing'}")
    return wanted


@click.command()
@click.argument("template")
@click.option("--period", required=True, metavar="PERIOD", help="2023-Q4, 2023, 2023-H1: what the template is made for")
@click.option("--scope", required=True, metavar="SCOPE", help="SEE-7, WB-6")
@click.option("--formats", default=ALL_FORMATS, show_default=True, callback=listed, help="Which files to write")
@click.option("--out", default=".", type=folder, help="Folder to write them to [default: this one]")
@click.option("--programme", metavar="CODE", help="For which programme [default: the only one you may build for]")
@click.option(
    "--handling", default="", metavar="CODE", help="Handling the document carries [default: as the template says]"
)
@click.option("--language", default="en-gb", show_default=True, help="Language of the document")
@click.option(
    "--focus",
    default="",
    metavar="WHAT",
    help="For in-focus-monitor: weapon-seizures, victims, or a question's address",
)
@formatted
@acts
def report(template: str, actor: "Viewer", formats: list[str], out: Path, layout: str, **asked: Any) -> None:
    """Build a report from the figures you may see, and write it in the formats wanted.

    The report is kept as a draft, for sign-off by a second person. TEMPLATE is, for one, quarterly-monitor.

    \b
    throughline report quarterly-monitor --period 2023-Q4 --scope SEE-7 --formats docx,pdf --out monitor
    throughline move report RP-2026-000001 send
    throughline move report RP-2026-000001 sign --as SECOND.PERSON
    throughline release RP-2026-000001 --out monitor
    """
    from throughline.kernel.reporting.services import build, file_name, hand_out, stamped  # reason: needs Django set up

    with progress("Asking the measures") as tell:
        built = build(
            actor,
            template=template,
            period=asked["period"],
            scope=asked["scope"],
            programme=programme_named(actor, asked["programme"]),
            handling=asked["handling"].lower(),
            language=asked["language"],
            focus=asked["focus"],
        )
        contents = {}
        for number, fmt in enumerate(formats):
            tell(number, len(formats), f"Making {fmt}")
            contents[file_name(stamped(built), fmt)] = hand_out(actor, report=built, fmt=fmt)
    write_all(contents, out, reference=built.reference, layout=layout)
    say(f"{built.reference}: {built} (draft, {len(built.snapshot['figures'])} figures)")


class Releasing(click.Group):
    """`release check RL-…` compares; `release RP-…` alone releases, as it always did."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args.insert(0, "report")
        return super().parse_args(ctx, args)


@click.group(cls=Releasing)
def release() -> None:
    """Release a report that was signed off, or compare a release with today's records.

    \b
    throughline release RP-2026-000001 --out monitor
    throughline release check RL-2026-000001
    """


@release.command("check")
@click.argument("reference")
@formatted
@acts
def check(reference: str, layout: str, actor: "Viewer") -> None:
    """Ask every figure of a release again: as it was, and from today's records.

    Ends with an error if a figure asked as it was is not what was printed. REFERENCE is that of the release.
    """
    from throughline.cli.errors import Unusable  # reason: only once Django is set up
    from throughline.cli.nouns import record_named
    from throughline.publications import queries, services
    from throughline.publications.models import Release

    found_release = record_named(actor, Release, reference)
    services.check(actor, release=found_release)
    found = queries.revisions(actor, found_release)
    if found is None or found.problem:
        raise Unusable(found.problem if found else "You cannot see this release.")
    rows = [
        {"figure": one.id, "printed": one.printed, "today": one.today, "difference": one.difference,
         "records": len(one.records) + one.others}
        for one in (*found.faults, *found.revised)
    ]  # fmt: skip
    rows += [
        {"figure": f"{one['label']}, {one['against']}", "printed": one["printed"], "today": one["today"]}
        for one in found.changes
    ]
    show(rows, layout=layout, columns=("figure", "printed", "today", "difference", "records"))
    say(f"{found.asked} figures asked again, {found.faults_count} not as printed, {found.revised_count} revised since.")
    if found.faults_count:
        raise Unusable("Figures asked as they were are not what was printed.")


@release.command("report")
@click.argument("reference")
@click.option("--out", default=".", type=folder, help="Folder to write the files to [default: this one]")
@formatted
@acts
def release_report(reference: str, out: Path, layout: str, actor: "Viewer") -> None:
    """Release a report that a second person signed off: it is frozen as an edition, and its files are written.

    REFERENCE is that of the report, such as RP-2026-000001.
    """
    from throughline.cli.nouns import record_named  # reason: only once Django is set up
    from throughline.kernel.reporting.models import Report
    from throughline.publications.services import hand_out
    from throughline.publications.services import release as freeze

    with progress("Freezing the document") as tell:
        made = freeze(actor, report=record_named(actor, Report, reference), told=tell)
    contents = {}
    for fmt in ALL_FORMATS.split(","):
        file = hand_out(actor, release=made, fmt=fmt)
        contents[file.name] = bytes(file.content)
    write_all(contents, out, reference=made.reference, layout=layout)
    say(f"Released: {made.reference}, {made}")


def programme_named(actor: "Viewer", code: str | None) -> Any:
    from throughline.cli.errors import Unusable  # reason: only once Django is set up
    from throughline.kernel.reporting.queries import programmes_for

    if not code:
        return None
    found = {one.code.upper(): one for one in programmes_for(actor)}
    if code.upper() not in found:
        raise Unusable(f"You may not build for a programme {code}. You may for: {', '.join(found) or 'none'}.")
    return found[code.upper()]


def write_all(contents: dict[str, bytes], out: Path, *, reference: str, layout: str) -> None:
    """Write the files and print where they are."""
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    for name, content in contents.items():
        (out / name).write_bytes(content)
        rows.append({"reference": reference, "file": str(out / name), "bytes": len(content)})
    show(rows, layout=layout, columns=("reference", "file", "bytes"))
