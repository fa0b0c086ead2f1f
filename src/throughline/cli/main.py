"""The console script `throughline`. Commands are imported only when called, so that help is instant."""

import importlib
import os
import signal
import sys
from types import FrameType
from typing import Any

import click

from throughline.cli.errors import in_words

# command -> where it is, and what `--help` says about it
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Set up the illustrative programme and serve it on this machine."),
    "serve": ("serve", "Serve the pages and the API, with a worker for background jobs."),
    "worker": ("worker", "Do background jobs until stopped."),
    "migrate": ("migrate", "Bring database, reference data and static files up to date."),
    "upgrade": ("upgrade", "Bring an installation forward after new program files: back up, migrate, verify."),
    "backup": ("backup", "Write everything into one file: database, files, facts; or verify such a file."),
    "restore": ("backup", "Put a backup into an empty installation, or in place of what is there."),
    "import": ("intake", "Bring a file in: preview it, then apply all of it or nothing."),
    "undo": ("intake", "Take an imported batch back."),
    "export": ("export", "Write the records of a noun that you may read."),
    "search": ("search", "Search everything you may read."),
    "views": ("views", "Saved views of lists: list, save, share, copy, delete."),
    "bulk": ("bulk", "Change several records at once: preview, apply, take back."),
    "duplicates": ("duplicates", "Records entered twice: look for them, list, merge, undo, declare different."),
    "move": ("move", "Take a record on: send, verify, return, sign."),
    "comments": ("comments", "What was said about a record; write, answer, settle."),
    "proposals": ("proposals", "Changes proposed by readers: propose, accept, decline, withdraw."),
    "following": ("following", "What you are told of: follow a record, a list or a figure; end it."),
    "measures": ("measures", "List what can be asked, and by what it can be sliced."),
    "ask": ("measures", "Ask a measure: sliced, filtered, compared."),
    "warnings": ("warnings", "List unusual counts, acknowledge one."),
    "report": ("report", "Build a report and write it in the formats wanted."),
    "release": ("report", "Release a report that was signed off; compare a release with today's records."),
    "template": ("layouts", "Templates of documents: take, look over, bring in, try, make active, go back."),
    "framework": ("results", "Add a results framework that comes with the program."),
    "scorecard": ("results", "Print a framework's scorecard: baseline, target, value, progress."),
    "public": ("public", "What everyone can read without an account: propose, open, close, list."),
    "figures": ("figures", "Print the figures of the programmes, computed from the records."),
    "questionnaire": ("rounds", "Bring in a questionnaire, or a new edition of one."),
    "round": ("rounds", "Ask many authorities: prepare, open, see who has answered, remind, close."),
    "return": ("answers", "Answer a round, from Excel too; submit, accept, return."),
    "answers": ("answers", "Export the answers of a round, long or wide, as codes or labels."),
    "xlsform": ("xlsform", "Check a questionnaire written as an XLSForm, by sheet and row."),
    "needs": ("needs", "Training needs: the ranking of an exercise, each number with its formula."),
    "training": ("training", "Training: nominate, select, invite; attendance, certificates; see where the places are."),
    "achievements": ("achievements", "Print what training projects achieved, against targets."),
    "evaluation": ("evaluation", "Evaluation of training: plan and send calls, results, answer rates, answers."),
    "verify": ("verify", "Check the chain of history, and that facts equal records."),
    "schema": ("schema", "Print the OpenAPI description of the API."),
    "manage": ("manage", "Pass a command on to Django (createsuperuser, shell, dbshell, ...)."),
}
NAMES_IN_MODULE = {"import": "import_", "measures": "list_measures", "return": "return_", "round": "round_"}


class Commands(click.Group):
    """Finds a command in its module when it is called; turns what goes wrong into words and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"throughline.cli.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, NAMES_IN_MODULE.get(cmd_name, cmd_name))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        with in_words(debugging=bool(ctx.params.get("debug"))):
            return super().invoke(ctx)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="THROUGHLINE_DATA names the data folder, DATABASE_URL your PostgreSQL (unset: the bundled one), "
    "THROUGHLINE_AS who acts. Exit codes: 0 done, 1 a fault was found, 2 wrong usage, 3 input not taken, 4 refused.",
)
@click.option("--debug", is_flag=True, envvar="THROUGHLINE_DEBUG", help="Show where something went wrong.")
@click.version_option(package_name="throughline", prog_name="throughline")
def cli(debug: bool) -> None:  # noqa: FBT001  (click hands options over by name; `invoke` reads this one)
    """One line of sight, from evidence to action to result."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughline.config.settings")


def leave(_signal: int, _frame: FrameType | None) -> None:
    """Ended by an operator or a supervisor: leave properly, so that the bundled PostgreSQL is stopped."""
    sys.exit(143)


def main() -> None:
    """The console script."""
    signal.signal(signal.SIGTERM, leave)
    cli(prog_name="throughline")
