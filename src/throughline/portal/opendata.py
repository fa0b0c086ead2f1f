"""Released figures as open data: one row a figure, the same columns in CSV and JSON, and what each column means."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

LICENCE = {"id": "CC-BY-4.0", "name": "Creative Commons Attribution 4.0 International"}
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"
# column -> what it says; the data dictionary, for people and in the JSON file.
DICTIONARY = {
    "release": "Reference of the release; it is never given to another.",
    "edition": "Edition of the document. A later edition replaces an earlier one and never changes it.",
    "figure": "Name of the figure within the release; with the release it makes the figure's address.",
    "measure": "What is counted: a code; `measures` in the JSON file says it in words.",
    "label": "The measure in English.",
    "unit": "What one is.",
    "period": "When: 2023-Q4 a quarter, 2023-H1 a half-year, 2023 a year.",
    "scope": "Set of jurisdictions the figure is of, such as SEE-7.",
    "jurisdiction": "ISO 3166-1 alpha-2 code, or XK; empty: all of the scope together.",
    "conditions": "Other conditions, such as sex=women; several are joined by a semicolon.",
    "value": "The count. Empty if withheld or missing; nought is written 0.",
    "status": "shown; withheld (small, or would give a small one away); missing (nothing was reported).",
}


def rows(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every figure of a release, the withheld ones with an empty value."""
    found = []
    for one in content["figures"]:
        measure = content["measures"][one["measure"]]
        others = {name: value for name, value in one["where"].items() if name != "jurisdiction"}
        found.append(
            {
                "release": content["reference"],
                "edition": content["edition"],
                "figure": one["id"],
                "measure": one["measure"],
                "label": measure["label"],
                "unit": measure["unit"],
                "period": one["period"],
                "scope": one["scope"],
                "jurisdiction": one["where"].get("jurisdiction", ""),
                "conditions": ";".join(f"{name}={value}" for name, value in sorted(others.items())),
                "value": one["value"],
                "status": one["status"],
            }
        )
    return found


def as_csv(content: Mapping[str, Any]) -> str:
    """UTF-8, comma, a head; no cell begins like a formula, since every text is a code or a word of ours."""
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, list(DICTIONARY), lineterminator="\r\n")
    writer.writeheader()
    for row in rows(content):
        writer.writerow({name: _plain(value) for name, value in row.items()})
    return sheet.getvalue()


def _plain(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


def as_json(content: Mapping[str, Any], *, address: str, superseded_by: str) -> str:
    told = {name: content[name] for name in ABOUT}
    told |= {
        "address": address,
        "superseded_by": superseded_by or None,
        "licence": {**LICENCE, "address": LICENCE_ADDRESS},
        "dictionary": DICTIONARY,
        "measures": content["measures"],
        "dimensions": {
            name: {"label": one["label"], "values": one["values"]} for name, one in content["dimensions"].items()
        },
        "figures": rows(content),
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


ABOUT = (
    "reference", "title", "period", "scope", "edition", "programme", "programme_name", "publisher", "released_on",
    "data_time", "illustrative", "smallest_shown",
)  # fmt: skip


def dictionary() -> str:
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow(["column", "meaning"])
    writer.writerows(DICTIONARY.items())
    return sheet.getvalue()
