"""Reading starts from what the viewer may see: the doors never start from all records."""

import ast
from collections.abc import Iterator

from django.apps import apps

from tests.architecture.source import PACKAGE, modules, place, tree
from throughline.kernel.access.models import Record

MANAGERS = {"objects", "_default_manager", "_base_manager"}
# Where all records are read on purpose: the rule itself, facts (which carry the audience and are asked
# through it), and the maker of illustrative records.
WHOLE = ("kernel/access/", "kernel/measures/", "demo/")
# Verbs (`services.py`, or a folder of that name) and queries say at their top what they start from; `line.py` names the neighbours of a record on the
# line of sight, of which trace shows only those the viewer may read.
INSIDE = {"services.py", "queries.py", "models.py", "line.py"}


def starts_from_all(code: ast.AST, nouns: set[str]) -> Iterator[tuple[ast.AST, str]]:
    """`Incident.objects.filter(...)` and the like; `Incident.objects.visible_to(viewer)` is how it is done."""
    for node in ast.walk(code):
        match node:
            case ast.Attribute(attr=method, value=ast.Attribute(attr=manager, value=ast.Name(id=noun))):
                if noun in nouns and manager in MANAGERS and method not in {"visible_to", "none", "model"}:
                    yield node, f"{noun}.{manager}.{method}"


def namesakes(code: ast.AST, homes: dict[str, set[str]]) -> set[str]:
    """Names of nouns that this module has from elsewhere: an `Entry` of history is none of the catalogue."""
    return {
        one.asname or one.name
        for node in ast.walk(code)
        if isinstance(node, ast.ImportFrom)
        for one in node.names
        if one.name in homes and not (node.module or "").startswith(tuple(homes[one.name]))
    }


def test_doors_and_declarations_start_from_what_the_viewer_may_see() -> None:
    homes: dict[str, set[str]] = {}
    for model in apps.get_models():
        if issubclass(model, Record):
            homes.setdefault(model.__name__, set()).add(model._meta.app_config.name)
    assert "Incident" in homes

    found = [
        f"{place(path, node)}: {what}"
        for path in modules()
        if path.name not in INSIDE
        and path.parent.name != "services"
        and not str(path.relative_to(PACKAGE)).startswith(WHOLE)
        for node, what in starts_from_all(tree(path), set(homes) - namesakes(tree(path), homes))
    ]

    assert found == []


def test_the_search_tells_a_read_of_everything_from_a_read_of_what_may_be_seen() -> None:
    code = ast.parse("Incident.objects.filter(state='x'); Incident.objects.visible_to(viewer).filter(state='x')")

    assert [what for _, what in starts_from_all(code, {"Incident"})] == ["Incident.objects.filter"]
