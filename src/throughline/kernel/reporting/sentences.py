"""Sentences with figures in them: the words are translated, the numbers are looked up."""

import string

from throughline.kernel.reporting.blocks import Figure, Run, Sentence


def sentence(words: str, /, **parts: Figure | str | Sentence) -> Sentence:
    """The runs of a translated sentence with named places: `sentence(_("{n} incidents"), n=figure)`.

    A Figure becomes a reference to it, a string stays words. A place that the translation
    leaves out is simply not printed; one it invents is an error that should be seen.
    """
    runs: list[Run] = []
    for literal, name, _spec, _conversion in string.Formatter().parse(words):
        if literal:
            runs.append(Run(text=literal))
        if name:
            runs.extend(_runs(parts[name]))
    return tuple(runs)


def _runs(part: Figure | str | Sentence) -> Sentence:
    if isinstance(part, Figure):
        return (Run(figure=part.id),)
    if isinstance(part, str):
        return (Run(text=part),)
    return part


def joined(*sentences: Sentence) -> Sentence:
    """Several sentences as one paragraph."""
    runs: list[Run] = []
    for one in sentences:
        if runs:
            runs.append(Run(text=" "))
        runs.extend(one)
    return tuple(runs)


def shortened(text: str, longest: int) -> str:
    """The text up to a whole word, with an ellipsis where more follows."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0].rstrip(" ,;:.") + " …"


def plain(text: str) -> Sentence:
    """Words that hold no figure, as they are."""
    return sentence("{text}", text=text)
