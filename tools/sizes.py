"""The size gate: functions, files, imports inside functions, notes to do later. `--report` prints the figures.

    python tools/sizes.py [--report] [PATH...]

Limits are those of docs/extend/quality.md; branches are counted by ruff (C901, PLR0912).
"""

import ast
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MOST_FUNCTION_LINES = 60
MOST_FILE_LINES = 500
ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("src", "tests", "tools", "benchmarks", "script")
KINDS = {".py", ".js", ".css", ".html"}
LATER = ("TO" + "DO", "FIX" + "ME", "XX" + "X")


@dataclass(frozen=True)
class Function:
    name: str
    path: Path
    line: int
    lines: int


def main(arguments: list[str]) -> int:
    report = "--report" in arguments
    paths = [Path(argument).resolve() for argument in arguments if not argument.startswith("-")]
    functions: list[Function] = []
    faults: list[str] = []
    for path in sorted(files(paths or [ROOT / folder for folder in FOLDERS])):
        text = path.read_text(encoding="utf-8")
        faults += [f"{where(path)}{fault}" for fault in faults_of_text(text)]
        if path.suffix == ".py":
            tree = ast.parse(text)
            found = list(functions_of(tree, path))
            functions += found
            faults += [
                f"{where(path)}:{function.line}: {function.name} has {function.lines} lines, at most {MOST_FUNCTION_LINES}"
                for function in found
                if function.lines > MOST_FUNCTION_LINES
            ]
            if "benchmarks" not in path.parts:  # they set Django up first, and import then
                faults += [f"{where(path)}{fault}" for fault in hidden_imports(tree, text.splitlines())]
    print("\n".join(faults), end="\n" if faults else "")
    if report:
        print(figures(functions))
    return 1 if faults else 0


def files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        candidates = [path] if path.is_file() else path.rglob("*")
        for file in candidates:
            if file.suffix in KINDS and "migrations" not in file.parts and "node_modules" not in file.parts:
                yield file


def where(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def faults_of_text(text: str) -> Iterator[str]:
    lines = text.splitlines()
    if len(lines) > MOST_FILE_LINES:
        yield f": {len(lines)} lines, at most {MOST_FILE_LINES}"
    for number, line in enumerate(lines, 1):
        if any(f"{word}:" in line or (f"{word} " in line and "#" in line.partition(word)[0]) for word in LATER):
            yield f":{number}: a note to do something later; do it, or open an issue"


def functions_of(tree: ast.AST, path: Path) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Function(node.name, path, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1)


def hidden_imports(tree: ast.AST, lines: list[str]) -> Iterator[str]:
    """Imports inside functions are fine where a comment on the line, or before it in the function, says `reason:`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        seen_reason = node.name == "ready"  # where Django wants an app to register what it has
        for inner in ast.walk(node):
            if isinstance(inner, ast.Import | ast.ImportFrom):
                said = "\n".join(lines[node.lineno - 1 : inner.end_lineno or inner.lineno])
                seen_reason = seen_reason or "reason:" in said
                if not seen_reason:
                    yield f":{inner.lineno}: an import inside {node.name} without `# reason: ...`"


def figures(functions: list[Function]) -> str:
    product = sorted(function.lines for function in functions if "tests" not in function.path.parts)
    if not product:
        return "no functions"
    long = sum(lines > MOST_FUNCTION_LINES for lines in product)
    p95 = product[int(len(product) * 0.95)]
    return (
        f"{len(product)} functions outside tests: median {statistics.median(product):.0f} lines, "
        f"95th percentile {p95}, over {MOST_FUNCTION_LINES}: {long / len(product):.1%}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
