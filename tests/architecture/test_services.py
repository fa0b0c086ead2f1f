"""Verbs: a sentence on what each does, the actor first, the rest by keyword."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, modules, place, tree

SERVICES = list(modules("services.py"))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in tree(path).body if isinstance(node, ast.FunctionDef))


def is_verb(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "verb"
        for one in function.decorator_list
    )


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: str(path.relative_to(PACKAGE).parent))
def test_every_public_function_of_a_service_says_what_it_does(path: Path) -> None:
    silent = [
        f"{place(path, function)}: {function.name}"
        for function in functions(path)
        if not function.name.startswith("_") and not ast.get_docstring(function) and not is_short_and_pure(function)
    ]

    assert silent == []


def is_short_and_pure(function: ast.FunctionDef) -> bool:
    """A helper of a line or two that takes no actor explains itself."""
    first = function.args.args[0].arg if function.args.args else ""
    return first not in {"actor", "viewer"} and len(function.body) <= 2


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: str(path.relative_to(PACKAGE).parent))
def test_a_verb_takes_the_actor_first_and_the_rest_by_keyword(path: Path) -> None:
    wrong = [
        f"{place(path, function)}: {function.name}"
        for function in functions(path)
        if is_verb(function) and [one.arg for one in (*function.args.posonlyargs, *function.args.args)] != ["actor"]
    ]

    assert wrong == []


def test_nothing_is_done_behind_the_back_of_verbs() -> None:
    """Signals hide what happens from whoever reads a verb."""
    # Signing in happens inside django-allauth, which tells of it by signals only.
    allowed = {PACKAGE / "people" / "signins.py"}
    found = [
        f"{place(path, node)}"
        for path in modules()
        if path.name != "apps.py" and path not in allowed
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "") in {"django.db.models.signals", "django.dispatch"}
    ]

    assert found == []
