"""Sentences keep their figures as references, in whatever order a translation wants them."""

import pytest

from throughline.kernel.reporting.blocks import Figure, Run
from throughline.kernel.reporting.sentences import joined, sentence

KILLED = Figure("killed", "People killed", 29, "29")


def test_a_figure_in_a_sentence_is_a_reference() -> None:
    assert sentence("{n} people in {place}.", n=KILLED, place="Kosovo*") == (
        Run(figure="killed"),
        Run(text=" people in "),
        Run(text="Kosovo*"),
        Run(text="."),
    )


def test_words_from_outside_are_never_read_as_places() -> None:
    assert sentence("In {place}", place="{n} {0.__class__}") == (Run(text="In "), Run(text="{n} {0.__class__}"))


def test_a_place_nobody_gave_is_an_error() -> None:
    with pytest.raises(KeyError, match="nobody"):
        sentence("{nobody}")


def test_sentences_join_with_a_space() -> None:
    assert joined(sentence("One."), sentence("Two.")) == (Run(text="One."), Run(text=" "), Run(text="Two."))
