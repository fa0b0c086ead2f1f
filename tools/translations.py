"""The translation gate: strings to translate are literals with named placeholders, and catalogues keep the placeholders.

    python tools/translations.py

A translator can turn `%(count)s of %(total)s` round; `%s of %s` nobody can.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "throughline"
# how many of the first arguments are text
CALLS = {
    "_": 1,
    "gettext": 1,
    "gettext_lazy": 1,
    "gettext_noop": 1,
    "ngettext": 2,
    "ngettext_lazy": 2,
    "pgettext": 2,
    "pgettext_lazy": 2,
    "npgettext": 3,
}
POSITIONAL = re.compile(r"(?<!%)%[-+ #0]*\d*(?:\.\d+)?[sdifr]|\{\d*\}")
NAMED = re.compile(r"%\((\w+)\)|\{(\w+)\}")


def main() -> int:
    faults = [fault for path in sorted(PACKAGE.rglob("*.py")) for fault in faults_of(path)]
    faults += [fault for path in sorted(PACKAGE.rglob("*.po")) for fault in faults_of_catalogue(path)]
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


def faults_of(path: Path) -> Iterator[str]:
    if "migrations" in path.parts:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    translating = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.utils.translation")
        for alias in node.names
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in translating):
            continue
        for argument in node.args[: CALLS.get(node.func.id, 0)]:
            if fault := fault_of(argument):
                yield f"{path.relative_to(ROOT)}:{node.lineno}: {fault}"


def fault_of(argument: ast.expr) -> str:
    if isinstance(argument, ast.JoinedStr):
        return "an f-string cannot be translated; use named placeholders"
    if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
        return ""
    if found := POSITIONAL.search(argument.value):
        return f"{found.group()} has no name; write %(name)s"
    return ""


def faults_of_catalogue(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    for message in catalogue:
        sources = message.id if isinstance(message.id, tuple | list) else (message.id,)
        wanted = {name for source in sources for name in names(source)}
        translations = message.string if isinstance(message.string, tuple | list) else (message.string,)
        for translation in translations:
            if translation and not names(translation) <= wanted:
                yield f"{path.relative_to(ROOT)}:{message.lineno}: placeholders unknown to {sources[0]!r}"


def names(text: str) -> set[str]:
    return {first or second for first, second in NAMED.findall(text)}


if __name__ == "__main__":
    sys.exit(main())
