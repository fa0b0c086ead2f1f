"""Finding placeholders in the XML of Word and PowerPoint, and putting words in their place.

Both programs keep a paragraph as runs, and cut a typed name into several of them: at a spelling mark, a changed
language, a moment of thought. Here a placeholder is first brought together into the run in which it starts.
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from throughline.kernel.reporting.placeholders import BLOCKS, PLACES, Broken, Placeholder, alone, read, spans

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
Fill = Callable[[Placeholder, Any], Any]


@dataclass(frozen=True)
class Dialect:
    """The words of one of the two XML languages for the same things."""

    paragraph: str
    run: str
    text: str
    look: str
    line: str

    def text_of(self, paragraph: Any) -> str:
        return "".join(one.text or "" for one in self.texts(paragraph))

    def texts(self, paragraph: Any) -> list[Any]:
        """The stretches of text of this paragraph; not those of paragraphs in a text box within it."""
        return [one for one in paragraph.iter(self.text) if self._home(one) is paragraph]

    def _home(self, element: Any) -> Any:
        while element is not None and element.tag != self.paragraph:
            element = element.getparent()
        return element


WORD = Dialect(f"{W}p", f"{W}r", f"{W}t", f"{W}rPr", f"{W}br")
SLIDE = Dialect(f"{A}p", f"{A}r", f"{A}t", f"{A}rPr", f"{A}br")


class Found(NamedTuple):
    """A paragraph that consists of one placeholder which takes it to itself."""

    paragraph: Any
    placeholder: Placeholder


def paragraphs(root: Any, dialect: Dialect) -> Iterator[Any]:
    """Every paragraph with a bracket in it, in the order of the file."""
    for one in list(root.iter(dialect.paragraph)):
        if "{{" in dialect.text_of(one):
            yield one


def bring_together(paragraph: Any, dialect: Dialect) -> None:
    """Each placeholder whole in the stretch in which it starts, with the look it has there."""
    pieces = dialect.texts(paragraph)
    letters = [(index, letter) for index, piece in enumerate(pieces) for letter in piece.text or ""]
    whole = "".join(letter for _index, letter in letters)
    for start, end, _inside in spans(whole):
        first = letters[start][0]
        letters[start:end] = [(first, letter) for _index, letter in letters[start:end]]
    for index, piece in enumerate(pieces):
        text = "".join(letter for at, letter in letters if at == index)
        if text != (piece.text or ""):
            piece.text = text
            piece.set(SPACE, "preserve")


def blocks_in(root: Any, dialect: Dialect) -> list[Found]:
    """The paragraphs that are to become sections, charts, tables and the like."""
    found = ((one, alone(dialect.text_of(one))) for one in paragraphs(root, dialect))
    return [Found(one, made) for one, made in found if made is not None]


def fill(root: Any, dialect: Dialect, value: Fill, apart: tuple[str, ...] = BLOCKS + PLACES) -> list[Any]:
    """Put a value in the place of each placeholder in a sentence; gives the paragraphs that are empty since.

    What stands alone and is of a kind `apart` is left for others. `value` gets the placeholder and the run it stands in, and gives a text, or an element to stand there.
    """
    emptied = []
    for paragraph in paragraphs(root, dialect):
        single = alone(dialect.text_of(paragraph))
        if single is not None and single.kind in apart:
            continue
        bring_together(paragraph, dialect)
        named = [piece.getparent() for piece in dialect.texts(paragraph) if "{{" in (piece.text or "")]
        for run in dict.fromkeys(named):
            if run.tag == dialect.run:
                _fill_run(run, dialect, value)
        if not dialect.text_of(paragraph).strip():
            emptied.append(paragraph)
    return emptied


def _fill_run(run: Any, dialect: Dialect, value: Fill) -> None:
    """A run with placeholders becomes several runs of the same look."""
    made: list[Any] = []
    for child in list(run):
        if child.tag == dialect.look:
            continue
        if child.tag != dialect.text:
            made.append(_like(run, dialect, child))
            continue
        for part in _parts(child.text or ""):
            if isinstance(part, str):
                made.extend(_said(run, dialect, part))
                continue
            given = value(part, _like(run, dialect))
            if not isinstance(given, str) and given.tag == run.getparent().tag:
                given = given[0]  # a link within a link is none
            made.extend(_said(run, dialect, given) if isinstance(given, str) else [given])
    for one in made:
        run.addprevious(one)
    run.getparent().remove(run)


def _parts(text: str) -> Iterator[str | Placeholder]:
    last = 0
    for start, end, inside in spans(text):
        if text[last:start]:
            yield text[last:start]
        try:
            yield read(inside)
        except Broken:
            yield text[start:end]
        last = end
    if text[last:]:
        yield text[last:]


def _like(run: Any, dialect: Dialect, child: Any = None) -> Any:
    """An empty run that looks like this one, or one with a single thing of it."""
    made = run.makeelement(run.tag, dict(run.attrib), nsmap=run.nsmap)
    look = run.find(dialect.look)
    if look is not None:
        made.append(copy.deepcopy(look))
    if child is not None:
        made.append(child)
    return made


def _said(run: Any, dialect: Dialect, text: str) -> list[Any]:
    """A text as runs; its lines are kept apart by line breaks, where the language wants them."""
    made: list[Any] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            made.append(_break(run, dialect))
        one = _like(run, dialect)
        say(one, dialect, line)
        made.append(one)
    return made


def _break(run: Any, dialect: Dialect) -> Any:
    made = run.makeelement(dialect.line)
    return made if dialect is SLIDE else _like(run, dialect, made)


def say(run: Any, dialect: Dialect, text: str) -> None:
    """Put words into a run."""
    made = run.makeelement(dialect.text)
    made.text = text
    if dialect is WORD:
        made.set(SPACE, "preserve")
    run.append(made)
