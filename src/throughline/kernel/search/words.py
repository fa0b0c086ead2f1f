"""Comparing words: folded, so that script and marks do not matter, and forgiving of a slip or two. Knows no Django."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from throughline.kernel.text import fold

LONGEST = 200
MOST_WORDS = 8
# What a match is worth: the name itself, its beginning, its words, its text; a slip costs.
IS_REFERENCE, IN_REFERENCE, IS_NAME, BEGINS_NAME, WORDS_OF_NAME, IN_NAME, IN_TEXT = 100, 80, 70, 60, 50, 40, 20
SLIP = 8


@dataclass(frozen=True)
class Words:
    """What is looked for: as typed, folded, and word by word."""

    text: str
    folded: str
    words: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> "Words":
        told = " ".join(text.replace("\x00", " ").split())[:LONGEST]
        return cls(told, fold(told), tuple(split(told)[:MOST_WORDS]))

    @property
    def enough(self) -> bool:
        """Whether there is enough to look for: two letters, somewhere."""
        return len("".join(self.words)) >= 2


def split(text: str) -> list[str]:
    """The words of a text, folded."""
    return "".join(letter if letter.isalnum() else " " for letter in fold(text)).split()


def slips_allowed(word: str) -> int:
    """How far a word may be from what was meant: short words and whatever has a digit must be right."""
    if len(word) < 4 or any(letter.isdigit() for letter in word):
        return 0
    return 1 if len(word) < 8 else 2


def distance(one: str, other: str, most: int) -> int:
    """How many letters are wrong, missing, too many or swapped; `most + 1` for anything further off."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [at]
        for place, there in enumerate(other, start=1):
            best = min(before[place] + 1, row[place - 1] + 1, before[place - 1] + (letter != there))
            if at > 1 and place > 1 and letter == other[place - 2] and one[at - 2] == there:
                best = min(best, earlier[place - 2] + 1)
            row.append(best)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def slips(asked: str, word: str) -> int | None:
    """How many slips lie between what was typed and a word or its beginning; None if it is another word."""
    if word.startswith(asked):
        return 0
    most = slips_allowed(asked)
    if not most or not set(asked) & set(word[: len(asked)]):
        return None
    best = distance(asked, word, most)
    if best > most and len(word) > len(asked):
        best = distance(asked, word[: len(asked)], most)
    return best if best <= most else None


def close_words(asked: str, known: Iterable[str]) -> dict[str, int]:
    """Those of the known words that could have been meant, each with the slips it takes."""
    return {word: found for word in known if (found := slips(asked, word)) is not None}


def slips_in(asked: Sequence[str], words: Iterable[str]) -> int | None:
    """The fewest slips with which all that was asked stands among the words; None if something does not."""
    known = set(words)
    total = 0
    for one in asked:
        best = min(close_words(one, known).values(), default=None)
        if best is None:
            return None
        total += best
    return total


def worth(asked: Words, name: str, reference: str = "", text_slips: int = 0) -> int:
    """How well something fits what was asked, by its name and reference; what fits by its text alone comes last."""
    folded = fold(name)
    known = split(name)
    if reference and asked.folded == fold(reference):
        return IS_REFERENCE
    if folded == asked.folded:
        return IS_NAME
    if reference and len(asked.folded) >= 4 and asked.folded in fold(reference):
        return IN_REFERENCE
    if folded.startswith(asked.folded):
        return BEGINS_NAME
    if all(word in known for word in asked.words):
        return WORDS_OF_NAME
    found = slips_in(asked.words, known)
    return IN_NAME - SLIP * found if found is not None else IN_TEXT - SLIP * text_slips
