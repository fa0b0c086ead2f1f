"""Which letters the bytes mean. Short files of this region fool the general guessers, so we weigh letters ourselves.

For each encoding the file could be in, and each language of the region, we ask how likely its letters
beyond ASCII would be. Frequencies are rough and need only be: what matters is that 'è' inside a Serbian
word is unlikely and 'č' is not.
"""

import codecs
import math
import re
from collections import Counter
from functools import lru_cache
from typing import Any

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.intake.formats.base import Unreadable

# Encoding -> how often it is met in files of the region, everything else being equal.
CANDIDATES = {"cp1250": 0.30, "cp1251": 0.30, "cp1252": 0.22, "iso8859-2": 0.07, "cp852": 0.06, "mac-roman": 0.05}
LABELS: dict[str, Any] = {
    "utf-8": gettext_lazy("UTF-8"),
    "utf-8-sig": gettext_lazy("UTF-8 with a byte order mark"),
    "utf-16": gettext_lazy("UTF-16 with a byte order mark"),
    "utf-16-le": gettext_lazy("UTF-16 (little endian)"),
    "utf-16-be": gettext_lazy("UTF-16 (big endian)"),
    "cp1250": gettext_lazy("Windows-1250 (Central European)"),
    "cp1251": gettext_lazy("Windows-1251 (Cyrillic)"),
    "cp1252": gettext_lazy("Windows-1252 (Western European)"),
    "cp852": gettext_lazy("CP852 (DOS, Central European)"),
    "iso8859-2": gettext_lazy("ISO 8859-2 (Central European)"),
    "mac-roman": gettext_lazy("MacRoman"),
}
_SAMPLE = 4_000
_PIECE_BYTES = 1024 * 1024


def _profile(text: str) -> dict[str, float]:
    """'č30 š28' as a distribution over letters; capitals share a tenth of their small letter."""
    weights: dict[str, float] = {}
    for item in text.split():
        letter, weight = item[0], float(item[1:])
        weights[letter] = weights.get(letter, 0.0) + weight
        if letter.upper() != letter and len(letter.upper()) == 1:
            weights[letter.upper()] = weights.get(letter.upper(), 0.0) + weight / 10
    total = sum(weights.values())
    return {letter: weight / total for letter, weight in weights.items()}


LANGUAGES = {
    "Bosnian, Croatian, Montenegrin, Serbian": _profile("č30 š28 ž16 ć19 đ7"),
    "Albanian": _profile("ë85 ç13 é1 â1"),
    "Romanian": _profile("ă40 î13 â12 ş15 ţ16 ș15 ț16"),
    "Macedonian and Serbian in Cyrillic": _profile(
        "а120 о110 е95 и95 н62 т55 р52 с50 в42 д37 у35 к38 л33 м33 п30 ј30 з20 г17 б16 ц9 ч9 ш8 ж6 х4 ф3 њ5 љ5 ћ6 ђ3 џ1 ќ4 ѓ2 ѕ1"
    ),
    "Bulgarian and Russian": _profile(
        "а100 о100 е90 и85 н62 т60 р50 с50 в42 д30 у25 к36 л38 м30 п28 я20 з18 г17 б15 ц6 ч13 ш6 ж9 х8 ф3 й10 ъ12 ь12 ы14 щ5 ю6 э3 ё1"
    ),
    "German, French and others": _profile(
        "é22 ü14 ä14 ö10 è6 à6 ß4 á5 í4 ó6 ú2 ñ4 ã4 ç4 ê3 ô2 î1 û1 â2 ø2 å3 æ2 õ1 ï1 ë1 œ1"
    ),
    "Hungarian, Polish, Czech, Slovak": _profile(
        "á20 é20 í10 ó8 ö6 ü4 ő4 ű2 ú5 ł6 ą4 ę4 ż4 ś3 ń1 ź1 ř4 ě6 ů3 ý5 č5 š5 ž5 ľ1 ť1 ď1 ň1"
    ),
    "Turkish": _profile("ı40 ş15 ü15 ğ10 ö8 ç9 İ3"),
}
# What a language from further away has to overcome before it explains a file of this region.
FAR = {
    "Hungarian, Polish, Czech, Slovak": 2.0,
    "Turkish": 2.0,
    "Bulgarian and Russian": 1.0,
    "German, French and others": 0.5,
}
_SIGNS = dict.fromkeys("“”„‘’–—…°§«»€©®·•½²³№\xa0", 0.004)
_RARE, _STRANGE, _CONTROL = 1e-4, 1e-6, 1e-9


def decode(content: bytes, encoding: str) -> str:
    """The text, or a message that names the place where it stops being text."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        message = _("Line %(line)s cannot be read as %(encoding)s. Choose another encoding.")
        raise Unreadable(message, line=line, encoding=LABELS.get(encoding, encoding)) from fault
    except LookupError as fault:
        raise Unreadable(_("There is no encoding called '%(encoding)s'."), encoding=encoding) from fault
    text = text.removeprefix("\ufeff")
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        message = _("Line %(line)s holds a null byte, so this is not a text file in %(encoding)s.")
        raise Unreadable(message, line=line, encoding=LABELS.get(encoding, encoding))
    return text


def guess(content: bytes) -> tuple[str, bool]:
    """The encoding, and whether it is certain."""
    if content.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig", True
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", True
    if wide := _without_mark(content):
        return wide, False
    return ("utf-8", True) if _is_utf8(content) else _by_letters(content)


def _is_utf8(content: bytes) -> bool:
    """Piece by piece, so that a large file is not in memory twice."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for place in range(0, len(content), _PIECE_BYTES):
            decoder.decode(content[place : place + _PIECE_BYTES])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def beginning(content: bytes, encoding: str, size: int = 400_000) -> str:
    """The first part of the text; a letter cut in two at its end is left out."""
    if len(content) <= size:
        return decode(content, encoding)
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(content[:size])
    except (UnicodeDecodeError, LookupError):
        return decode(content, encoding)
    return decode(content, encoding) if "\x00" in text else text.removeprefix("\ufeff")


def _without_mark(content: bytes) -> str:
    """UTF-16 that lacks its mark: every second byte of digits, separators and line ends is null."""
    sample = content[:_SAMPLE]
    if len(content) % 2 or len(sample) < 2 or b"\x00" not in sample:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return ""
    return encoding if "\x00" not in text and max(even, odd) > 4 * min(even, odd) else ""


def _by_letters(content: bytes) -> tuple[str, bool]:
    scores = {encoding: _score(content, encoding) for encoding in CANDIDATES}
    hint = from_bytes(content[:_SAMPLE]).best()
    if hint is not None:
        name = hint.encoding.replace("_", "-")
        if (score := scores.get(name)) is not None:
            scores[name] = score + 0.5
    ranked = sorted(((score, name) for name, score in scores.items() if score is not None), reverse=True)
    if not ranked:
        return "cp1252", False
    certain = len(ranked) == 1 or ranked[0][0] - ranked[1][0] > 6
    return ranked[0][1], certain


_PIECE = re.compile(r"(.?)([^\x00-\x7f])(?=(.?))", re.DOTALL)


def _score(content: bytes, encoding: str) -> float | None:
    """The log likelihood of the letters beyond ASCII, in the language that explains them best."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    pieces = Counter(_PIECE.findall(_high_part(text)))
    best = max(
        sum(count * _weigh(language, *piece) for piece, count in pieces.items()) - FAR.get(language, 0)
        for language in LANGUAGES
    )
    return best + math.log(CANDIDATES[encoding])


def _high_part(text: str) -> str:
    """Enough of the text to judge by: from the first letter beyond ASCII on."""
    first = re.search(r"[^\x00-\x7f]", text)
    return text[max(first.start() - 1, 0) : first.start() + 60_000] if first else ""


def _beyond(char: str) -> bool:
    """In Latin writing, two letters beyond ASCII seldom stand side by side."""
    return char.isalpha() and not char.isascii()


@lru_cache(maxsize=200_000)
def _weigh(language: str, before: str, char: str, after: str) -> float:
    """How likely this letter is here: alone, and beside its neighbours."""
    profile = LANGUAGES[language]
    inside = before.isalpha() and after.isalpha()
    if char in profile:
        chance = profile[char]
        cyrillic = "\u0400" <= char <= "\u04ff"
        mixed = any(
            side.isalpha() and side.isascii() == cyrillic
            for side in (before, after)
            if side and (cyrillic or not side.isascii())
        )
        chance *= 0.01 if cyrillic and mixed else 1
        chance *= 0.02 if char.isupper() and before.islower() else 1
        if not cyrillic and (_beyond(before) or _beyond(after)):
            chance *= 0.05
    elif char in _SIGNS:
        chance = _SIGNS[char] if not inside or char == "’" else _STRANGE
    elif char.isalpha():
        chance = _RARE
    else:
        chance = _CONTROL if "\x80" <= char <= "\x9f" else _STRANGE
    return math.log(chance)
