"""`throughline schema` prints what the API serves."""

import json
from pathlib import Path

from throughline.cli.tests.conftest import Call


def test_the_description_of_the_api_is_openapi(call: Call) -> None:
    result = call("schema")

    assert result.exit_code == 0, result.output
    described = json.loads(result.stdout)
    assert described["openapi"].startswith("3.1")
    assert any(path.endswith("/incidents/") for path in described["paths"])


def test_it_can_be_written_to_a_file(call: Call, tmp_path: Path) -> None:
    result = call("schema", "--out", str(tmp_path / "openapi.json"))

    assert result.exit_code == 0
    assert json.loads((tmp_path / "openapi.json").read_text())["paths"]
