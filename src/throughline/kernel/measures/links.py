"""Addresses of questions, of their downloads, and of the records behind a cell."""

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from throughline.kernel.measures import registry
from throughline.kernel.measures.answers import ALL
from throughline.kernel.measures.plans import Key
from throughline.kernel.measures.questions import MISSING_KEY, Question

BEHIND, CELL = "behind", "cell"


def question_url(question: Question) -> str:
    """The page of a question: sharing the address shares the question, never the right to its answer."""
    return f"{reverse('question')}?{question.to_query()}"


def download_url(question: Question, fmt: str) -> str:
    return f"{reverse('question-download', args=[fmt])}?{question.to_query()}"


def records_url(question: Question, key: Key | None = None) -> str:
    """The list of the records behind a cell (None: behind the total); '' where the noun has no list."""
    noun = registry.facts[registry.measures[question.measure].fact].noun
    try:
        address = reverse(f"{noun}-list")
    except NoReverseMatch:
        return ""
    pairs = [(BEHIND, question.but(compare=()).to_query())]
    pairs += [(CELL, MISSING_KEY if value is None else value) for value in key or ()]
    return f"{address}?{urlencode(pairs)}"


def key_of(question: Question, cells: list[str]) -> Key | None:
    """The key an address carries; None, if it carries none that fits the question."""
    if len(cells) != len(question.by) or all(value == ALL for value in cells):
        return None
    return tuple(None if value == MISSING_KEY else value for value in cells)
