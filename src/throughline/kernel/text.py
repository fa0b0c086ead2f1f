"""Text: the form in which it is searched, what of it is never kept, and how it goes into a sheet."""

import re
import unicodedata
from typing import TypeVar

# Serbian, Montenegrin, Macedonian, Bulgarian, Russian and Ukrainian letters as the region writes
# them in Latin without marks. Digraphs follow the Latin spelling people search with.
CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ѓ": "g", "ґ": "g", "д": "d", "ђ": "dj", "е": "e", "є": "ie",
    "ё": "e", "ж": "z", "з": "z", "ѕ": "dz", "и": "i", "і": "i", "ї": "i", "й": "j", "ј": "j", "к": "k",
    "ќ": "k", "л": "l", "љ": "lj", "м": "m", "н": "n", "њ": "nj", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "ћ": "c", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "c", "џ": "dz", "ш": "s", "щ": "st",
    "ъ": "a", "ы": "y", "ь": "", "э": "e", "ю": "ju", "я": "ja", "ѝ": "i",
}  # fmt: skip
# Letters that Unicode does not take apart into a base and a mark.
LATIN = {"đ": "dj", "ð": "d", "ß": "ss", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe"}
# The marks that Latin and Cyrillic letters come apart into; there are others, for other scripts.
MARKS = re.compile("[\u0300-\u036f]+")
TABLE = str.maketrans({**CYRILLIC, **LATIN})


def fold(text: str) -> str:
    """Lower-case Latin without diacritics: 'Đurđevdan', 'Ђурђевдан' and 'djurdjevdan' are one.

    The result is for searching only; it is neither reversible nor a transliteration standard.
    """
    if text.isascii():
        return text.lower()
    lowered = unicodedata.normalize("NFC", text).lower().translate(TABLE)
    apart = MARKS.sub("", unicodedata.normalize("NFD", lowered))
    return apart if apart.isascii() else "".join(letter for letter in apart if not unicodedata.combining(letter))


# Controls, format characters, halves of pairs, private and unassigned ones; and those of them that writing needs.
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
NEEDED = frozenset("\n\t\r\u200c\u200d\u200e\u200f\u00ad")


def scrub(text: str) -> str:
    """Without null bytes, control characters and direction overrides, which show one thing and store another."""
    if text.isprintable():
        return text
    kept = (char for char in text if char in NEEDED or unicodedata.category(char) not in HIDDEN)
    return "".join(kept).replace("\r\n", "\n").replace("\r", "\n")


Cell = TypeVar("Cell")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def defused(cell: Cell) -> Cell | str:
    """Text that a spreadsheet would run gets an apostrophe in front; reading it back takes it off again."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
