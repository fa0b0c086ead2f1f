"""The source as the architecture tests read it: files and syntax trees, without tests and migrations."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "src" / "throughline"
SKIPPED = {"tests", "migrations", "testing", "__pycache__"}


def modules(*names: str) -> Iterator[Path]:
    """Every module of the program; with names, only files called so."""
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE)
        if not SKIPPED & set(inside.parts) and (not names or inside.name in names):
            yield path


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path, node: ast.AST | None = None) -> str:
    inside = str(path.relative_to(ROOT))
    return f"{inside}:{node.lineno}" if node is not None and hasattr(node, "lineno") else inside
