"""Reading past the second wall is done by name, and each name is used."""

import ast

from tests.architecture.source import modules, tree
from throughline.kernel.access.standing import WHOLE


def called(node: ast.Call) -> str:
    """The name of a function, or of a method of a question."""
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def test_each_reason_to_read_past_the_wall_is_written_down_and_used() -> None:
    used = {
        node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else "not a plain word"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and called(node) == "past_the_wall" and path.name != "querysets.py"
    }

    assert used == set(WHOLE)
