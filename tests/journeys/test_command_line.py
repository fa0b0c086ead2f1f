"""An operator does from the command line what the others do in the pages, and checks that all of it holds."""

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import docx
import pytest
from click.testing import CliRunner, Result
from django.utils import timezone

from throughline.cli.main import cli
from throughline.incidents.models import Incident
from throughline.kernel.intake.models import Batch
from throughline.kernel.reporting.models import Report
from throughline.kernel.rounds.tests.workbooks import typed
from throughline.kernel.testing.rounds import ANSWERS, SURVEY, xlsform
from throughline.kernel.testing.worlds import World
from throughline.publications.models import Release
from throughline.publications.tests.making import BRIEF

SHEET = """\
Ministarstvo unutrašnjih poslova
Broj;Datum;Država;Vrsta;Mesto;Pol;Ishod
K-17;07.03.2024;Serbia;Porodično nasilje;Čačak;žensko;smrt
K-17;07.03.2024;Serbia;Porodično nasilje;Čačak;muško;povreda
K-18;09.03.2024;Serbia;Javna svađa;Niš;muško;povreda
"""
COLUMNS = {
    "Broj": "external_key", "Datum": "occurred_on", "Država": "jurisdiction", "Vrsta": "kind", "Mesto": "place",
    "Pol": "people.1.sex", "Ishod": "people.1.outcome",
}  # fmt: skip
VALUES = {
    "kind:Porodično nasilje": "domestic-violence", "kind:Javna svađa": "public-dispute",
    "people.1.sex:žensko": "women", "people.1.sex:muško": "men",
    "people.1.outcome:smrt": "killed", "people.1.outcome:povreda": "injured",
}  # fmt: skip
Call = Callable[..., Result]


@pytest.fixture
def call(world: World) -> Call:
    """`call("sofia", "ask", "incidents")`: what the command says to this person, whatever code it ends with."""

    def run(who: str, *arguments: str) -> Result:
        return CliRunner().invoke(cli, [*arguments, "--as", world.user(who).email], env={"THROUGHLINE_AS": ""})

    return run


@pytest.fixture
def bring(call: Call, tmp_path: Path) -> Callable[..., Result]:
    """Alice brings the sheet in, saying what its columns and values mean."""
    file = tmp_path / "slučajevi.csv"
    file.write_bytes(SHEET.encode("cp1250"))
    said = [part for column, meaning in COLUMNS.items() for part in ("--map", f"{column}={meaning}")]
    said += [part for value, meaning in VALUES.items() for part in ("--value", f"{value}={meaning}")]
    said += ["--constant", "people.1.side=victim", "--set", "group=Broj", "--format", "json"]

    def run(*more: str) -> Result:
        return call("alice", "import", "incident", str(file), *said, *more)

    return run


def good(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_from_a_sheet_to_a_release_and_back(
    call: Call, bring: Callable[..., Result], world: World, tmp_path: Path
) -> None:
    assert good(bring("--dry-run"))["counts"]["new"] == 2
    batch = good(bring("--state", "draft"))["batch"]
    assert list(Incident.objects.order_by("external_key").values_list("external_key", "place")) == [
        ("K-17", "Čačak"), ("K-18", "Niš"),
    ]  # fmt: skip
    assert good(bring())["counts"] == {"new": 0, "changed": 0, "same": 2, "duplicate": 0, "wrong": 0}
    verify_all(call)
    ask(call)
    release(call, tmp_path)
    sound = CliRunner().invoke(cli, ["verify"])
    assert sound.exit_code == 0, sound.output
    worked_on = call("alice", "undo", batch, "--reason", "Last year's sheet")
    assert (worked_on.exit_code, Incident.objects.count()) == (4, 2)


def verify_all(call: Call) -> None:
    for reference in Incident.objects.values_list("reference", flat=True):
        assert call("alice", "move", "incident", reference, "send").exit_code == 0
        assert call("alice", "move", "incident", reference, "verify").exit_code == 4
        assert call("bob", "move", "incident", reference, "verify").exit_code == 0


def ask(call: Call) -> None:
    asked = ("ask", "people-killed", "--by", "sex", "--period", "2024-Q1", "--compare", "previous", "--format")
    told = call("anna", *asked, "csv")
    rows = list(csv.DictReader(StringIO(told.stdout)))
    assert next(row for row in rows if "Women" in row.values())["people-killed"] == "1"
    hidden = csv.DictReader(StringIO(call("outsider", *asked, "csv").stdout))
    assert {row["people-killed"] for row in hidden} <= {""}
    figures = call("anna", "figures")
    assert figures.exit_code == 0, figures.output
    assert figures.stdout.splitlines()[0] == "id,value"


def release(call: Call, folder: Path) -> None:
    asked = ("report", BRIEF.id, "--period", "2024-Q1", "--scope", "SEE-7", "--formats", "docx", "--out", str(folder))
    [made] = good(call("sofia", *asked, "--format", "json"))
    text = "\n".join(one.text for one in docx.Document(made["file"]).paragraphs)
    assert "Incidents verified in South East Europe: 2. People killed: 1" in text
    reference = Report.objects.get().reference
    assert call("sofia", "move", "report", reference, "send").exit_code == 0
    assert call("sofia", "move", "report", reference, "sign").exit_code == 4
    assert call("simon", "move", "report", reference, "sign").exit_code == 0
    out = folder / "released"
    assert call("sofia", "release", reference, "--out", str(out)).exit_code == 0
    assert {one.suffix for one in out.iterdir()} == {".docx", ".pptx", ".pdf", ".xlsx", ".html"}
    assert Release.objects.get().report.reference == reference


def test_a_batch_is_taken_back(call: Call, bring: Callable[..., Result]) -> None:
    batch = good(bring())["batch"]
    stranger = call("charlie", "undo", batch, "--reason", "Mine?")
    assert (stranger.exit_code, Incident.objects.count()) == (3, 2)
    undone = call("alice", "undo", batch, "--reason", "Last year's sheet")
    assert undone.exit_code == 0, undone.output
    assert (Incident.objects.count(), Batch.objects.get().state) == (0, "undone")


def test_from_a_form_to_the_answers_of_a_round(call: Call, world: World, tmp_path: Path) -> None:
    form = tmp_path / "arms.xlsx"
    form.write_bytes(
        xlsform([*SURVEY, {"type": "text", "name": "more", "label": "More", "relevant": "${nowhere} = 1"}])
    )
    broken = CliRunner().invoke(cli, ["xlsform", "check", str(form)])
    assert (broken.exit_code, f'Sheet "survey", row {len(SURVEY) + 2}, column "relevant"' in broken.stderr) == (3, True)
    form.write_bytes(xlsform())
    assert CliRunner().invoke(cli, ["xlsform", "check", str(form)]).exit_code == 0
    good(call("sofia", "questionnaire", "add", str(form), "--title", "Arms return", "--format", "json"))
    due = str(timezone.localdate() + timedelta(days=20))
    wanted = ("--title", "Arms 2023", "--period", "2023", "--due", due, "--ask", "police-rs", "--ask", "police-al")
    [made] = good(call("sofia", "round", "prepare", "arms-return", *wanted, "--format", "json"))
    asked = made["reference"]
    assert call("alice", "round", "open", asked).exit_code == 3  # nothing is there for others before it opens
    assert call("sofia", "round", "open", asked).exit_code == 0
    answers(call, asked, tmp_path)
    [left] = good(call("sofia", "round", "remind", asked, "--format", "json"))
    assert left["organisation"] == "Police Albania"
    out = tmp_path / "answers.csv"
    assert call("sofia", "answers", "export", asked, "--shape", "wide", "--codes", "-o", str(out)).exit_code == 0
    [row] = csv.DictReader(StringIO(out.read_text("utf-8-sig")))
    assert {name: row[name] for name in ANSWERS} == ANSWERS
    assert "State of the law on arms" in call("sofia", "answers", "export", asked, "--labels").stdout
    hidden = csv.DictReader(StringIO(call("charlie", "answers", "export", asked).stdout))
    assert list(hidden) == []
    assert good(call("sofia", "round", "close", asked, "--format", "json"))[0]["state"] == "closed"


def answers(call: Call, asked: str, folder: Path) -> None:
    """Alice fills the Excel file, Bob submits it, the secretariat accepts."""
    [mine] = good(call("alice", "return", "list", "--round", asked, "--format", "json"))
    file = folder / "filled.xlsx"
    assert call("alice", "return", "excel", mine["reference"], "-o", str(file)).exit_code == 0
    cells = {
        ("1 Seizures", "E5"): 12,
        ("1 Seizures", "E6"): 5,
        ("2 Law", "E5"): "Drafted",
        ("2 Law", "E6"): "A draft is out.",
    }
    file.write_bytes(typed(file.read_bytes(), cells))
    assert call("alice", "return", "excel", mine["reference"], "--take", str(file)).exit_code == 0
    assert call("alice", "return", "submit", mine["reference"]).exit_code == 4
    assert call("bob", "return", "submit", mine["reference"]).exit_code == 0
    assert call("simon", "return", "accept", mine["reference"]).exit_code == 0
    stands = good(call("sofia", "round", "status", asked, "--format", "json"))
    assert {one["organisation"]: one["state"] for one in stands} == {
        "Police Serbia": "accepted",
        "Police Albania": "asked",
    }
