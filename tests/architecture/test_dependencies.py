"""What the program imports is what it says it depends on: a trial has no packages of testing and checking."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.architecture.source import ROOT, modules, place, tree


def declared() -> set[str]:
    """Names of the packages that script/demo installs because we ask for them."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        wanted = tomllib.load(file)["project"]["dependencies"]
    return {plain(re.split(r"[\[<>=~!; ]", one, maxsplit=1)[0]) for one in wanted}


def optional() -> dict[str, set[str]]:
    """Packages of the extras, by the one place that may import them."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        extras = tomllib.load(file)["project"]["optional-dependencies"]
    named = {
        name: {plain(re.split(r"[\[<>=~!; ]", one, maxsplit=1)[0]) for one in wanted} for name, wanted in extras.items()
    }
    return {"src/throughline/kernel/measures/engines/spark.py": named["spark"]}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(code: ast.AST) -> set[str]:
    """Top-level names of all absolute imports."""
    names: set[str] = set()
    for node in ast.walk(code):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").partition(".")[0])
    return names


def test_nothing_is_imported_that_is_not_declared() -> None:
    known, homes, extras = declared(), packages_distributions(), optional()
    undeclared = {
        f"{place(path)}: {name}"
        for path in modules()
        for name in imported(tree(path)) - set(sys.stdlib_module_names) - {"throughline"}
        if not {plain(home) for home in homes.get(name, ())} & (known | extras.get(place(path), set()))
    }

    assert undeclared == set()


def test_nothing_is_declared_that_is_not_imported() -> None:
    homes = packages_distributions()
    used = {plain(home) for path in modules() for name in imported(tree(path)) for home in homes.get(name, ())}
    # Named in settings, or used through another package that asks for them.
    used |= {"django-csp", "django-allauth", "django-htmx", "whitenoise", "deltalake", "pydantic", "duckdb"}

    assert declared() - used == set()
