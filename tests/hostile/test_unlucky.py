"""What people type and files hold by mistake: said with field and value at every door, and nothing written."""

import random
import time
from typing import Any

import pytest

from throughline.incidents.models import Incident
from throughline.kernel.access.errors import Invalid
from throughline.kernel.intake.formats import Options, read_table
from throughline.kernel.intake.tests.sheets import HEAD, ROWS, bring, look, sheet, wrong
from throughline.kernel.intake.tests.workbooks import archive, sheet_of
from throughline.kernel.testing.resource_cases import Program, signed_in
from throughline.kernel.testing.worlds import World

GOOD = {"jurisdiction": "RS", "occurred_on": "2024-03-07", "kind": "public-dispute"}
HUNDRED_MB = 100 * 1024**2
# What is unlucky -> the field it is in.
UNLUCKY: dict[str, tuple[dict[str, Any], str]] = {
    "31 February": ({"occurred_on": "2024-02-31"}, "occurred_on"),
    "29 February of no leap year": ({"occurred_on": "29.2.2023"}, "occurred_on"),
    "year 0": ({"occurred_on": "0000-01-01"}, "occurred_on"),
    "year 10000": ({"occurred_on": "10000-01-01"}, "occurred_on"),
    "a day to come": ({"occurred_on": "2099-01-01"}, "occurred_on"),
    "no day at all": ({"occurred_on": "yesterday"}, "occurred_on"),
    "25 o'clock": ({"occurred_at": "25:00"}, "occurred_at"),
    "north of the pole": ({"latitude": "90.1", "longitude": "20"}, "latitude"),
    "beyond the date line": ({"latitude": "44", "longitude": "-180.5"}, "longitude"),
    "half a position": ({"latitude": "44"}, "longitude"),
    "no number": ({"latitude": "NaN", "longitude": "20"}, "latitude"),
    "endless": ({"latitude": "1e999", "longitude": "20"}, "latitude"),
    "an unknown code": ({"kind": "no-such-type"}, "kind"),
    "an unknown place": ({"jurisdiction": "Narnia"}, "jurisdiction"),
    "a code of another list": ({"kind": "handgun"}, "kind"),
    "an unknown choice": ({"setting": "under water"}, "setting"),
    "too long": ({"place": "x" * 1_000}, "place"),
}
# In lines, which a sheet writes in columns of its own.
LINES: dict[str, tuple[dict[str, Any], str]] = {
    "fewer than none": ({"weapons": [{"weapon": "handgun", "quantity": "-1"}]}, "weapons.0.quantity"),
    "more than there are": ({"weapons": [{"weapon": "handgun", "quantity": "9" * 30}]}, "weapons.0.quantity"),
    "half a weapon": ({"weapons": [{"weapon": "handgun", "quantity": "0.5"}]}, "weapons.0.quantity"),
    "a very old person": ({"people": [{"side": "victim", "age": "900"}]}, "people.0.age"),
    "someone not born yet": ({"people": [{"side": "victim", "age": "-3"}]}, "people.0.age"),
}


@pytest.mark.parametrize("what", [*UNLUCKY, *LINES])
def test_a_program_is_told_the_field(world: World, what: str) -> None:
    given, field = {**UNLUCKY, **LINES}[what]
    answer = Program(world, "alice").send("POST", "/api/v1/incidents/", {**GOOD, **given})
    assert (answer.status_code, {one["field"] for one in answer.json()["problems"]}) == (422, {field})
    assert not Incident.objects.exists()


def test_a_person_is_told_the_field(world: World) -> None:
    alice = signed_in(world, "alice")
    for given, field in UNLUCKY.values():
        answer = alice.post("/incidents/add/", {**GOOD, **given, "_do": "save"})
        assert (answer.status_code, f'id="id_{field}_error"' in answer.content.decode()) == (422, True)
    assert not Incident.objects.exists()


def test_a_file_is_told_the_row_and_the_column(world: World) -> None:
    names = {"occurred_on": "date", "kind": "type"}
    columns = sorted({field for given, _field in UNLUCKY.values() for field in given} - {"occurred_on"})
    lines = [",".join(["date", *(names.get(one, one) for one in columns)])]
    for given, _field in UNLUCKY.values():
        row = {**GOOD, **given}
        lines.append(",".join([row["occurred_on"], *(row.get(one, "") for one in columns)]))
    settings = [f"column:{names.get(one, one)}={one}" for one in ("occurred_on", *columns)]
    preview = look(world, "\n".join(lines).encode(), *settings)
    told = {row: column for row, column, _value, _reason in wrong(preview)}
    assert preview.counts["wrong"] == len(UNLUCKY)
    assert [names.get(field, field) for _given, field in UNLUCKY.values()] == [told[row] for row in sorted(told)]


def test_a_key_twice_in_one_file_stops_it(world: World) -> None:
    with pytest.raises(Invalid, match="The key 'K1' stands in row 2 already"):
        bring(world, sheet(*ROWS, "K1,2024-03-09,RS,public-dispute,Elsewhere"), "column:key=external_key")
    assert not Incident.objects.exists()


def test_a_hundred_megabytes_in_one_cell_are_a_fault_of_their_row(world: World) -> None:
    """Read in seconds and in bounded memory. A workbook keeps its other rows; of a text nobody knows where the cell ends."""
    block = random.Random(1).randbytes(10_000).hex()
    large = (block * (HUNDRED_MB // len(block) + 1))[:HUNDRED_MB]
    cells = f'<row r="1"><c r="A1" t="str"><v>place</v></c></row><row r="2"><c r="A2" t="str"><v>{large}</v></c></row>'
    more = '<row r="3"><c r="A3" t="str"><v>Niš</v></c></row>'
    begun = time.process_time()
    found = read_table(archive(sheet_of(cells + more)), Options(header_row=1)).rows()
    assert [one.fault for one in found] == ["A cell is longer than 30000 characters.", ""]
    with pytest.raises(Invalid, match="Line 2 cannot be read"):
        list(read_table(f"place\n{large}\nNiš\n".encode(), Options(header_row=1)).rows())
    assert time.process_time() - begun < 20


WIDE = b'[{"' + b'":1,"'.join(b"%d" % number for number in range(100_000)) + b'":1}]'


@pytest.mark.parametrize("content", [(HEAD + "," + "a," * 1_000_000).encode(), WIDE])
def test_a_million_columns_are_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match="at most 400 are read"):
        read_table(content)
