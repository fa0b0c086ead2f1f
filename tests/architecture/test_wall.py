"""Reading past the second wall is done by name, and each name is used."""

import ast

from tests.architecture.source import modules, tree
from throughline.kernel.access.standing import WHOLE


def test_each_reason_to_read_past_the_wall_is_written_down_and_used() -> None:
    used = {
        node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else "not a plain word"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "past_the_wall"
    }

    assert used == set(WHOLE)
